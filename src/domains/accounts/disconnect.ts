import { field, RequestError } from "../../errors.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { SystemId } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";
import { record } from "../audit/index.ts";
import { closeAccount, type DisconnectReason, type QueuedPosts, social } from "../social/index.ts";
import { accounts, type ExternalAuthenticationDocument, type PlayerDocument } from "./collections.ts";
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
  /** Number of posts that waited to be sent to the account and were canceled. */
  canceledPosts: number;
}

export interface DisconnectOptions {
  /** For the audit. */
  by: Actor;
  now: number;
  /** Disconnects a player's only way to log in too. The audit says so. */
  isForced?: boolean;
  /** "unlinked_by_player" by default. */
  reason?: DisconnectReason;
  /** Posts that wait for the account are canceled by default. */
  queued?: QueuedPosts;
}

/**
 * Disconnects an external account from a player. All APIs use this function. Call in a transaction.
 *
 * Refuses, in this order: `systemId: REQUIRED` · `systemId: NOT_CONNECTED` · `userName: CHANGE_REQUIRED` while the
 * userName is the one derived from that account · `password: NOT_SET` if the player could no longer log in: no other
 * account, no password and no active device.
 *
 * Deletes the link with its token and friend list, and the friendships with no other source, on both sides; closes its
 * social account, cancels the posts that wait for it, and records all that in the audit. A job then revokes the token if the
 * provider can. Every change to a player's ways to log in also writes the player's document, so
 * two concurrent changes conflict and the later one is checked again. Cost: a few documents, and one delete or update per friend from the link.
 */
export async function disconnect(
  tx: Documents,
  player: PlayerId,
  systemId: string | undefined,
  options: DisconnectOptions,
): Promise<Disconnection> {
  if (systemId === undefined || systemId === "") throw new RequestError(field("systemId", "REQUIRED"));
  const account = await getPlayer(tx, player);
  const link = linkOf(account, systemId);
  if (!link) throw new RequestError(refusals.systemId.NOT_CONNECTED);
  if (!options.isForced) {
    if (account.userNameSource === link.systemId) throw new RequestError(refusals.userName.CHANGE_REQUIRED);
    if (!(await logsInWithout(tx, player, account, link.systemId))) throw new RequestError(refusals.password.NOT_SET);
  }

  const { links, players } = accounts(tx);
  const which = { _id: linkKey(link.systemId, link.externalId), playerId: account._id };
  const removed = await links.findOneAndDelete(which);
  await requestRevocation(tx, removed);
  await players.updateOne(
    { _id: account._id },
    {
      $unset: { [`externalIds.${systemId}`]: "", ...(account.syncDisplayName === systemId && { syncDisplayName: "" }) },
      $inc: { accountVersion: 1 },
    },
  );
  const friendsRemoved = await removeFriendsVia(tx, player, link.systemId);
  const canceledPosts = await closeLinkAccount(tx, removed, { ...options, friendsRemoved });
  return { ...link, friendsRemoved, canceledPosts };
}

/** Closes the social account of a removed link. A link of an earlier version has none. */
export async function closeLinkAccount(
  tx: Documents,
  link: Pick<ExternalAuthenticationDocument, "accountId" | "systemId" | "playerId"> | null,
  {
    by,
    now,
    isForced,
    reason = "unlinked_by_player",
    queued = "cancel",
    friendsRemoved,
  }: DisconnectOptions & {
    friendsRemoved?: number;
  },
): Promise<number> {
  const account = link?.accountId === undefined ? null : await social(tx).accounts.findOne({ _id: link.accountId });
  if (account) {
    const closing = { reason, queued, by, now, ...(friendsRemoved !== undefined && { friendsRemoved }) };
    return (await closeAccount(tx, account, { ...closing, ...(isForced && { forced: true }) })).canceledPosts;
  }
  if (link) {
    const { systemId, playerId } = link;
    const data = { systemId, reason, friendsRemoved, ...(isForced && { forced: true }) };
    await record(tx, { action: "account.disconnected", by, now, player: playerIdOf(playerId), data });
  }
  return 0;
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
