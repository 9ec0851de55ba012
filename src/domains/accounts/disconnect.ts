import { field, RequestError } from "../../errors.ts";
import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { SystemId } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type PlayerDocument } from "./collections.ts";
import { hasDevice } from "./devices.ts";
import { removeFriendsVia } from "./friends.ts";
import { linkKey } from "./links.ts";
import { getPlayer } from "./players.ts";
import { refusals } from "./refusals.ts";

export interface Disconnection {
  systemId: SystemId;
  /** The id that the player had in the external system. */
  externalId: string;
  /** Friendships that came by this link alone, and are gone with it. */
  friendsRemoved: number;
}

/**
 * Takes an external account off a player. Every door to it calls this function, inside a transaction.
 *
 * Refuses, in this order: `systemId: REQUIRED` without one · `systemId: NOT_CONNECTED` · `userName: CHANGE_REQUIRED`
 * while the userName is the one derived from that account · `password: NOT_SET` where nothing else would log the player
 * in: no other account, no password, no device. A device of an upgraded player is none.
 *
 * Removes the link with its token, the friendships that came only by it, on both sides, and the friend list it brought.
 * All of it or nothing. What a player logs in with changes only together with the player's document, so two changes
 * that would pass alone but not together conflict, and the later one is checked again.
 *
 * Cost: a handful of documents, and one delete or update for each friend that came by the link.
 */
export async function disconnect(
  tx: Documents,
  player: PlayerId,
  systemId: string | undefined,
): Promise<Disconnection> {
  if (systemId === undefined || systemId === "") throw new RequestError(field("systemId", "REQUIRED"));
  const account = await getPlayer(tx, player);
  const link = linkOf(account, systemId);
  if (!link) throw new RequestError(refusals.systemId.NOT_CONNECTED);
  if (account.userNameSource === link.systemId) throw new RequestError(refusals.userName.CHANGE_REQUIRED);
  if (!(await logsInWithout(tx, player, account, link.systemId))) throw new RequestError(refusals.password.NOT_SET);

  const { links, players } = accounts(tx);
  await links.deleteOne({ _id: linkKey(link.systemId, link.externalId), playerId: account._id });
  await players.updateOne(
    { _id: account._id },
    {
      $unset: { [`externalIds.${systemId}`]: "", ...(account.syncDisplayName === systemId && { syncDisplayName: "" }) },
      $inc: { accountVersion: 1 },
    },
  );
  return { ...link, friendsRemoved: await removeFriendsVia(tx, player, link.systemId) };
}

function linkOf(account: PlayerDocument, systemId: string): { systemId: SystemId; externalId: string } | undefined {
  if (!Object.hasOwn(account.externalIds, systemId)) return undefined;
  const known = systemId as SystemId;
  const externalId = account.externalIds[known];
  return externalId === undefined ? undefined : { systemId: known, externalId };
}

async function logsInWithout(
  tx: Documents,
  player: PlayerId,
  account: PlayerDocument,
  systemId: SystemId,
): Promise<boolean> {
  if (Object.keys(account.externalIds).some((other) => other !== systemId)) return true;
  if (await accounts(tx).passwords.findOne({ _id: objectIdOf(player) })) return true;
  return hasDevice(tx, player);
}
