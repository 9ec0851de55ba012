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
import { requestRevocation } from "./revocations.ts";

export interface Disconnection {
  systemId: SystemId;
  externalId: string;
  /** Number of friendships that had no other source and were deleted. */
  friendsRemoved: number;
}

/**
 * Disconnects an external account from a player. All APIs use this function. Call in a transaction.
 *
 * Refuses, in this order: `systemId: REQUIRED` · `systemId: NOT_CONNECTED` · `userName: CHANGE_REQUIRED` while the
 * userName is the one derived from that account · `password: NOT_SET` if the player could no longer log in: no other
 * account, no password and no active device.
 *
 * Deletes the link with its token and friend list, and the friendships with no other source, on both sides. A job then
 * revokes the token if the provider can. Every change to a player's ways to log in also writes the player's document, so
 * two concurrent changes conflict and the later one is checked again. Cost: a few documents, and one delete or update per friend from the link.
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
  const which = { _id: linkKey(link.systemId, link.externalId), playerId: account._id };
  await requestRevocation(tx, await links.findOneAndDelete(which));
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
