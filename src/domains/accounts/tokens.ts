import { createHash, randomUUID } from "node:crypto";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { accounts } from "./collections.ts";

const DAY_MS = 86_400_000;
/** One time in so many a player's tokens are counted. */
const COUNTED = 8;

export interface TokenLimits {
  /** A token ends this many days after it was given. */
  authTokenDays: number;
  /** A player's oldest tokens beyond this many end. */
  authTokensPerPlayer: number;
}

/**
 * Gives the player a new authToken: a UUID, as GameSparks' were, kept only as its SHA-256. Earlier tokens stay good, as
 * a client may never see the answer that carries the new one. One insert; and one time in eight, where a player may have
 * too many, a read and a delete more, so that there are some too many for a while.
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
  if (Number.parseInt(id[0]!, 16) % COUNTED !== 0) return token;
  const surplus = await tokens
    .find({ playerId }, { sort: { created: -1 }, skip: limits.authTokensPerPlayer, projection: { _id: 1 } })
    .toArray();
  if (surplus.length > 0) await tokens.deleteMany({ _id: { $in: surplus.map((t) => t._id) } });
  return token;
}

/** Whose token it is, or undefined where it is unknown or over. */
export async function ownerOfToken(documents: Documents, token: string, now: number): Promise<PlayerId | undefined> {
  const found = await accounts(documents).tokens.findOne({ _id: digest(token) });
  return found && found.expires.getTime() > now ? playerIdOf(found.playerId) : undefined;
}

/**
 * Whose token it is, for a transaction that rests on it. One write to the token, so that a `revokeTokens` at the same
 * moment is either before it, or after all of the transaction.
 */
export async function useToken(tx: Documents, token: string, now: number): Promise<PlayerId | undefined> {
  const good = { _id: digest(token), expires: { $gt: new Date(now) } };
  const found = await accounts(tx).tokens.findOneAndUpdate(good, { $inc: { uses: 1 } });
  return found === null ? undefined : playerIdOf(found.playerId);
}

/** Ends every authToken of the player. Inside a transaction. */
export async function revokeTokens(tx: Documents, player: PlayerId): Promise<void> {
  await accounts(tx).tokens.deleteMany({ playerId: objectIdOf(player) });
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
