import { playerIdOf } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { closeAccount, type SocialAccountDocument } from "../social/index.ts";
import { type DisconnectOptions, disconnect } from "./disconnect.ts";

/**
 * Disconnects a social account by its id, for the HTTP APIs. A player's link is removed as `disconnect` does, by the same
 * rules, and with its refusals; an account of another profile has no guard. Call in a transaction.
 *
 * @returns undefined if it is disconnected already
 * @throws RequestError with the refusals of `disconnect`
 */
export async function disconnectAccount(
  tx: Documents,
  account: SocialAccountDocument,
  options: Required<Pick<DisconnectOptions, "reason" | "queued">> & DisconnectOptions,
): Promise<{ canceledPosts: number; friendsRemoved: number } | undefined> {
  if (account.status === "disconnected") return undefined;
  const { playerId, systemId } = account;
  if (playerId && systemId) return disconnect(tx, playerIdOf(playerId), systemId, options);
  const { reason, queued, by, now } = options;
  return { ...(await closeAccount(tx, account, { reason, queued, by, now })), friendsRemoved: 0 };
}
