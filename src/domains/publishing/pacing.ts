import { LRUCache } from "lru-cache";
import type { PostDocument, SocialAccountDocument, Target } from "../social/index.ts";

/** A post is late if this much time has passed since it was due, as after downtime. */
const LATE_MS = 120_000;
const GAP_MS = 3_000;
const MAX_AHEAD_MS = 3_600_000;
const MAX_ACCOUNTS = 100_000;

/**
 * Spreads the posts of one account that are late, and those that waited because the network accepted no more. Posts that are
 * sent at their time are not delayed. Each server has turns of its own, so several send that many times as fast. Cost: a post
 * that is put off is claimed and written once more.
 */
export class Pacing {
  /** By account: when the next turn is free. */
  readonly #turns = new LRUCache<string, number>({ max: MAX_ACCOUNTS });

  /** When the target may be sent, at most an hour after `now` or the end of the pause; `now`: at once. */
  turnOf(
    { _id, pausedUntil }: SocialAccountDocument,
    { scheduledFor }: PostDocument,
    { retryAt }: Target,
    now: number,
  ) {
    const pauseEnd = (pausedUntil?.getTime() ?? 0) + GAP_MS;
    const isPaused = pauseEnd - GAP_MS > now;
    // One that was put off before has had its turn.
    const isLate = retryAt === undefined && now - scheduledFor.getTime() > LATE_MS;
    if (!isPaused && !isLate) return now;
    return this.takeTurn(_id, isPaused ? pauseEnd : now);
  }

  /** The account's next free turn that is not before `from`, and at most an hour after it. */
  takeTurn(accountId: string, from: number): number {
    const turn = Math.min(Math.max(from, this.#turns.get(accountId) ?? 0), from + MAX_AHEAD_MS);
    this.#turns.set(accountId, turn + GAP_MS);
    return turn;
  }
}
