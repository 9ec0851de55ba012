import { createHash, randomUUID } from "node:crypto";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { accounts } from "./collections.ts";

const DAY_MS = 86_400_000;
/** Excess tokens are deleted once per this many new tokens, on average. */
const TRIM_INTERVAL = 8;

export interface TokenLimits {
  authTokenDays: number;
  authTokensPerPlayer: number;
}

/**
 * Creates an authToken: a UUID, like those of GameSparks, stored only as its SHA-256. Earlier tokens remain valid,
 * because the client may not receive the new one. Cost: one insert; in one of eight calls also a read and a delete.
 */
export async function issueToken(
  documents: Documents,
  player: PlayerId,
  now: number,
  limits: TokenLimits,
): Promise<string> {
  const { tokens } = accounts(documents);
  const token = randomUUID();
  const id = digest(token);
  const playerId = objectIdOf(player);
  await tokens.insertOne({
    _id: id,
    playerId,
    created: new Date(now),
    expires: new Date(now + limits.authTokenDays * DAY_MS),
  });
  if (Number.parseInt(id[0]!, 16) % TRIM_INTERVAL !== 0) return token;
  const surplus = await tokens
    .find({ playerId }, { sort: { created: -1 }, skip: limits.authTokensPerPlayer, projection: { _id: 1 } })
    .toArray();
  if (surplus.length > 0) await tokens.deleteMany({ _id: { $in: surplus.map((t) => t._id) } });
  return token;
}

/** Returns the token's player, or undefined if the token is unknown or has expired. */
export async function ownerOfToken(documents: Documents, token: string, now: number): Promise<PlayerId | undefined> {
  const found = await accounts(documents).tokens.findOne({ _id: digest(token) });
  return found && found.expires.getTime() > now ? playerIdOf(found.playerId) : undefined;
}

/** Like `ownerOfToken`, but with a write that makes the transaction conflict with a concurrent `revokeTokens`. */
export async function useToken(tx: Documents, token: string, now: number): Promise<PlayerId | undefined> {
  const valid = { _id: digest(token), expires: { $gt: new Date(now) } };
  const found = await accounts(tx).tokens.findOneAndUpdate(valid, { $inc: { uses: 1 } });
  return found === null ? undefined : playerIdOf(found.playerId);
}

/** Revokes all authTokens of the player. Call in a transaction. */
export async function revokeTokens(tx: Documents, player: PlayerId): Promise<void> {
  await accounts(tx).tokens.deleteMany({ playerId: objectIdOf(player) });
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
