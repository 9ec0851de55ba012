import { type Lock, type Locks, LocksFull } from "../../cluster/locks.ts";
import type { Stage } from "../../game/game.ts";
import { CallError } from "./errors.ts";

/** Maximum number of names that one run may have locked. */
const MOST = 100;

/**
 * The locks of a run and of the runs that wait for it. They share locks, because a script that sends a request would
 * otherwise deadlock with the request's script. A name becomes free once each of them has released it.
 */
export class ChainLocks {
  readonly #locks: Locks;
  readonly #stage: Stage;
  readonly #held = new Map<string, { lock: Lock; count: number }>();

  constructor(locks: Locks, stage: Stage) {
    this.#locks = locks;
    this.#stage = stage;
  }

  /** Only the innermost run of a chain acquires locks, so there are no concurrent calls. */
  async acquire(name: string, tryMs: number, signal?: AbortSignal): Promise<boolean> {
    const held = this.#held.get(name);
    if (held) {
      held.count += 1;
      return true;
    }
    const lock = await this.#locks.acquire(`${this.#stage}:${name}`, tryMs, signal);
    if (lock) this.#held.set(name, { lock, count: 1 });
    return lock !== undefined;
  }

  async release(name: string, count: number): Promise<void> {
    const held = this.#held.get(name);
    if (!held) return;
    held.count -= count;
    if (held.count > 0) return;
    this.#held.delete(name);
    await held.lock.release();
  }
}

/** The locks that one run acquired itself, with counts. It can release only these. */
export class RunLocks {
  readonly #chain: ChainLocks;
  readonly #counts = new Map<string, number>();
  /** Created with the first lock, as most runs acquire none. */
  #aborter: AbortController | undefined;

  constructor(chain: ChainLocks) {
    this.#chain = chain;
  }

  /** Returns false if the lock was not acquired within `tryMs`. */
  async acquire(name: string, tryMs: number): Promise<boolean> {
    const count = this.#counts.get(name) ?? 0;
    if (count === 0 && this.#counts.size >= MOST) {
      throw new CallError(`Spark.lockKey: a script may have ${MOST} names locked at a time.`);
    }
    this.#aborter ??= new AbortController();
    const signal = this.#aborter.signal;
    try {
      if (!(await this.#chain.acquire(name, tryMs, signal))) return false;
    } catch (error) {
      throw error instanceof LocksFull ? new CallError(`Spark.lockKey: ${error.message} Try again.`) : error;
    }
    if (signal.aborted) {
      await this.#chain.release(name, 1);
      return false;
    }
    this.#counts.set(name, count + 1);
    return true;
  }

  /** Returns false if the run does not hold the lock. */
  async release(name: string, which: "once" | "fully"): Promise<boolean> {
    const count = this.#counts.get(name);
    if (count === undefined) return false;
    const released = which === "once" ? 1 : count;
    if (released === count) this.#counts.delete(name);
    else this.#counts.set(name, count - released);
    await this.#chain.release(name, released);
    return true;
  }

  /** Stops waiting immediately. Locks stay held until `releaseAll`. */
  stop(): void {
    this.#aborter?.abort();
  }

  /** Releases everything that the run holds. */
  async releaseAll(): Promise<void> {
    this.stop();
    this.#aborter = undefined;
    const counts = [...this.#counts];
    this.#counts.clear();
    for (const [name, count] of counts) await this.#chain.release(name, count);
  }
}
