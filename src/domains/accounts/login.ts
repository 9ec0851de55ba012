import { createHash } from "node:crypto";
import { RequestError } from "../../errors.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import { equals } from "../../store/equals.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type LoginFailuresDocument } from "./collections.ts";
import { type Passwords, PasswordsBusy } from "./passwords.ts";
import { refusals } from "./refusals.ts";

export interface LoginLimits {
  /** Wrong passwords in a row that lock a player, or a userName that nobody has. */
  loginFailuresBeforeLock: number;
  loginLockMinutes: number;
}

/** Guesses at one password that may wait for each other. */
const ATTEMPTS_WAITING = 10;

const unrecognised = () => new RequestError(refusals.DETAILS.UNRECOGNISED);
const locked = () => new RequestError(refusals.DETAILS.LOCKED);

/** A player and the password hash that a right password was checked against. */
export interface Proven {
  player: PlayerId;
  hash: string;
}

/**
 * The player whose userName and password these are; refuses as `provePassword` does. A wrong pair takes the same time
 * whether the userName exists or not, and a userName that nobody has is locked like one that somebody has.
 */
export async function login(
  documents: Documents,
  passwords: Passwords,
  attempt: { userName: string; password: string; now: number },
  limits: LoginLimits,
): Promise<Proven> {
  const { userName, ...guess } = attempt;
  const found = await accounts(documents).players.findOne({ userName: equals(userName) }, { projection: { _id: 1 } });
  if (found) return provePassword(documents, passwords, { player: playerIdOf(found._id), ...guess }, limits);
  const nobody = createHash("sha256").update(userName).digest("hex");
  await check(documents, passwords, nobody, guess, limits, async () => undefined);
  throw unrecognised();
}

/**
 * Checks a guess at a player's password, whatever way it came by: every way counts the same failures, by the player's id,
 * so that another userName does not begin to count again. DETAILS: UNRECOGNISED for a wrong one; DETAILS: LOCKED from
 * `loginFailuresBeforeLock` failures in a row until `loginLockMinutes` have passed, right password or not. Guesses are
 * checked one after the other, so that many at once are no more guesses than the limit; each further server that is asked at
 * the same moment gives one more. A failure is on disk before it is answered, and outside any transaction, as a refused
 * request undoes its own.
 */
export async function provePassword(
  documents: Documents,
  passwords: Passwords,
  { player, ...guess }: { player: PlayerId; password: string; now: number },
  limits: LoginLimits,
): Promise<Proven> {
  const hashOf = async () => (await accounts(documents).passwords.findOne({ _id: objectIdOf(player) }))?.hash;
  return { player, hash: await check(documents, passwords, player, guess, limits, hashOf) };
}

/**
 * Refuses DETAILS: UNRECOGNISED where the password was changed since it was proven. Inside a transaction; one write to the
 * password, so that a change of it at the same moment is either before the transaction or after all of it.
 */
export async function mustStillHold(tx: Documents, { player, hash }: Proven): Promise<void> {
  const stored = { _id: objectIdOf(player), hash };
  const { matchedCount } = await accounts(tx).passwords.updateOne(stored, { $inc: { uses: 1 } });
  if (matchedCount === 0) throw unrecognised();
}

/** Lifts a lock and forgets the failures. */
export async function unlock(documents: Documents, player: PlayerId): Promise<void> {
  await accounts(documents).loginFailures.deleteOne({ _id: player });
}

/** The hash that the password fits. `key` is the `_id` that failures are counted under. */
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
    throw new PasswordsBusy("too many guesses at one password are waiting");
  }
  return guesses.run(key, async () => {
    const { loginFailures } = accounts(documents);
    const failures = await loginFailures.findOne({ _id: key });
    if (failures?.lockedUntil && failures.lockedUntil.getTime() > now) throw locked();
    const hash = await hashOf();
    if (!(await passwords.verify(password, hash)) || hash === undefined) {
      await noteFailure(documents, key, failures, now, limits);
      throw unrecognised();
    }
    if (failures) await loginFailures.deleteOne({ _id: key });
    return hash;
  });
}

async function noteFailure(
  documents: Documents,
  key: string,
  before: LoginFailuresDocument | null,
  now: number,
  limits: LoginLimits,
): Promise<void> {
  const lockMs = limits.loginLockMinutes * 60_000;
  const { loginFailures } = accounts(documents);
  const over = before && (before.lockedUntil !== undefined || before.expires.getTime() <= now);
  // Another server may have begun a new row of failures meanwhile, which stays.
  if (over) await loginFailures.deleteOne({ _id: key, count: before.count, expires: before.expires });
  const after = await loginFailures.findOneAndUpdate(
    { _id: key },
    { $inc: { count: 1 }, $set: { expires: new Date(now + lockMs) } },
    { upsert: true, returnDocument: "after" },
  );
  if (after && after.count >= limits.loginFailuresBeforeLock) {
    await loginFailures.updateOne({ _id: key }, { $set: { lockedUntil: new Date(now + lockMs) } });
  }
}
