import { createHash } from "node:crypto";
import { RequestError } from "../../errors.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import { equals } from "../../store/equals.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type LoginFailuresDocument } from "./collections.ts";
import { type Passwords, PasswordsBusy } from "./passwords.ts";
import { refusals } from "./refusals.ts";

export interface LoginLimits {
  /** Number of consecutive wrong passwords that locks a player or an unknown userName. */
  loginFailuresBeforeLock: number;
  loginLockMinutes: number;
}

/** Maximum number of queued attempts per player. */
const ATTEMPTS_WAITING = 10;

const unrecognised = () => new RequestError(refusals.DETAILS.UNRECOGNISED);
const locked = () => new RequestError(refusals.DETAILS.LOCKED);

/** A player and the password hash that the correct password was checked against. */
export interface ProvenPassword {
  player: PlayerId;
  hash: string;
}

/**
 * Returns the player with this userName and password; refuses like `provePassword`. An unknown userName takes the same
 * time and gets locked like a known one, so an attacker cannot find out which userNames exist.
 */
export async function login(
  documents: Documents,
  passwords: Passwords,
  attempt: { userName: string; password: string; now: number },
  limits: LoginLimits,
): Promise<ProvenPassword> {
  const { userName, ...guess } = attempt;
  const found = await accounts(documents).players.findOne({ userName: equals(userName) }, { projection: { _id: 1 } });
  if (found) return provePassword(documents, passwords, { player: playerIdOf(found._id), ...guess }, limits);
  const unknownKey = createHash("sha256").update(userName).digest("hex");
  await check(documents, passwords, unknownKey, guess, limits, async () => undefined);
  throw unrecognised();
}

/**
 * Checks a player's password. Refuses a wrong one as DETAILS: UNRECOGNISED. After `loginFailuresBeforeLock` consecutive
 * failures, refuses all as DETAILS: LOCKED for `loginLockMinutes`. All requests count failures under the player's id,
 * so that a new userName does not reset the count. Attempts are checked one after the other; concurrent ones can exceed
 * the limit by one per further server. Call outside a transaction, which a refusal would roll back.
 */
export async function provePassword(
  documents: Documents,
  passwords: Passwords,
  { player, ...guess }: { player: PlayerId; password: string; now: number },
  limits: LoginLimits,
): Promise<ProvenPassword> {
  const hashOf = async () => (await accounts(documents).passwords.findOne({ _id: objectIdOf(player) }))?.hash;
  return { player, hash: await check(documents, passwords, player, guess, limits, hashOf) };
}

/**
 * Refuses DETAILS: UNRECOGNISED if the password has changed since it was proven. Call in a transaction. One write to
 * the password, so that the transaction conflicts with a concurrent change.
 */
export async function requireUnchangedPassword(tx: Documents, { player, hash }: ProvenPassword): Promise<void> {
  const stored = { _id: objectIdOf(player), hash };
  const { matchedCount } = await accounts(tx).passwords.updateOne(stored, { $inc: { uses: 1 } });
  if (matchedCount === 0) throw unrecognised();
}

export async function unlock(documents: Documents, player: PlayerId): Promise<void> {
  await accounts(documents).loginFailures.deleteOne({ _id: player });
}

/** Returns the hash that matches the password. `key` is the `_id` of the failures. */
async function check(
  documents: Documents,
  passwords: Passwords,
  key: string,
  { password, now }: { password: string; now: number },
  limits: LoginLimits,
  hashOf: () => Promise<string | undefined>,
): Promise<string> {
  const { guesses } = passwords;
  if (guesses.pending(key) >= ATTEMPTS_WAITING) {
    throw new PasswordsBusy("too many attempts at one password are waiting");
  }
  return guesses.run(key, async () => {
    const { loginFailures } = accounts(documents);
    const failures = await loginFailures.findOne({ _id: key });
    if (failures?.lockedUntil && failures.lockedUntil.getTime() > now) throw locked();
    const hash = await hashOf();
    if (!(await passwords.verify(password, hash)) || hash === undefined) {
      await recordFailure(documents, key, failures, now, limits);
      throw unrecognised();
    }
    if (failures) await loginFailures.deleteOne({ _id: key });
    return hash;
  });
}

async function recordFailure(
  documents: Documents,
  key: string,
  before: LoginFailuresDocument | null,
  now: number,
  limits: LoginLimits,
): Promise<void> {
  const lockMs = limits.loginLockMinutes * 60_000;
  const { loginFailures } = accounts(documents);
  const hasEnded = before && (before.lockedUntil !== undefined || before.expires.getTime() <= now);
  // Matches only this count, because another server may have started a new one.
  if (hasEnded) await loginFailures.deleteOne({ _id: key, count: before.count, expires: before.expires });
  const after = await loginFailures.findOneAndUpdate(
    { _id: key },
    { $inc: { count: 1 }, $set: { expires: new Date(now + lockMs) } },
    { upsert: true, returnDocument: "after" },
  );
  if (after && after.count >= limits.loginFailuresBeforeLock) {
    await loginFailures.updateOne({ _id: key }, { $set: { lockedUntil: new Date(now + lockMs) } });
  }
}
