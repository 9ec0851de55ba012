import { createHash } from "node:crypto";
import { RequestError } from "../errors.ts";
import { type PlayerId, playerIdOf } from "../ids.ts";
import type { Documents } from "../store/store.ts";
import { accounts, type LoginFailuresDocument } from "./collections.ts";
import { type Passwords, PasswordsBusy } from "./passwords.ts";

export interface LoginLimits {
  /** Wrong passwords in a row that lock a userName. */
  loginFailuresBeforeLock: number;
  loginLockMinutes: number;
}

/** Attempts on one userName that may wait for each other. */
const ATTEMPTS_WAITING = 10;

const unrecognised = () => new RequestError({ DETAILS: "UNRECOGNISED" });
const locked = () => new RequestError({ DETAILS: "LOCKED" });

/**
 * The player whose userName and password these are. DETAILS: UNRECOGNISED for a wrong pair, in the same time whether
 * the userName exists or not; DETAILS: LOCKED from `loginFailuresBeforeLock` failures in a row until
 * `loginLockMinutes` have passed, right password or not. Attempts on one userName are made one after the other, so that
 * many at once are no more guesses than the limit. A failure is on disk before it is answered, and outside any
 * transaction, as a refused request undoes its own.
 */
export function login(
  documents: Documents,
  passwords: Passwords,
  attempt: { userName: string; password: string; now: number },
  limits: LoginLimits,
): Promise<PlayerId> {
  const key = createHash("sha256").update(attempt.userName).digest("hex");
  return oneAtATime(key, async () => {
    const { players, passwords: hashes, loginFailures } = accounts(documents);
    const failures = await loginFailures.findOne({ _id: key });
    if (failures?.lockedUntil && failures.lockedUntil.getTime() > attempt.now) throw locked();

    const player = await players.findOne({ userName: attempt.userName }, { projection: { _id: 1 } });
    const hash = player ? (await hashes.findOne({ _id: player._id }))?.hash : undefined;
    if (!(await passwords.verify(attempt.password, hash)) || !player) {
      await noteFailure(documents, key, failures, attempt.now, limits);
      throw unrecognised();
    }
    if (failures) await loginFailures.deleteOne({ _id: key });
    return playerIdOf(player._id);
  });
}

/** Lifts a lock and forgets the failures. */
export async function unlock(documents: Documents, userName: string): Promise<void> {
  const key = createHash("sha256").update(userName).digest("hex");
  await accounts(documents).loginFailures.deleteOne({ _id: key });
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
  if (over) await loginFailures.deleteOne({ _id: key });
  const after = await loginFailures.findOneAndUpdate(
    { _id: key },
    { $inc: { count: 1 }, $set: { expires: new Date(now + lockMs) } },
    { upsert: true, returnDocument: "after" },
  );
  if (after && after.count >= limits.loginFailuresBeforeLock) {
    await loginFailures.updateOne({ _id: key }, { $set: { lockedUntil: new Date(now + lockMs) } });
  }
}

const turns = new Map<string, { last: Promise<unknown>; waiting: number }>();

/** Runs `work` after every earlier work of the same key; too many waiting are refused. */
async function oneAtATime<T>(key: string, work: () => Promise<T>): Promise<T> {
  const turn = turns.get(key) ?? { last: Promise.resolve(), waiting: 0 };
  if (turn.waiting >= ATTEMPTS_WAITING) throw new PasswordsBusy("too many attempts on one userName are waiting");
  turns.set(key, turn);
  turn.waiting += 1;
  const result = turn.last.then(work, work);
  turn.last = result.catch(() => undefined);
  try {
    return await result;
  } finally {
    turn.waiting -= 1;
    if (turn.waiting === 0) turns.delete(key);
  }
}
