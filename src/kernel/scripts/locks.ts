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
  readonly #had = new Map<string, { lock: Lock; count: number }>();

  constructor(locks: Locks, stage: Stage) {
    this.#locks = locks;
    this.#stage = stage;
  }

  /** Only the innermost run of a chain acquires locks, so there are no concurrent calls. */
  async take(name: string, tryMs: number, over?: AbortSignal): Promise<boolean> {
    const had = this.#had.get(name);
    if (had) {
      had.count += 1;
      return true;
    }
    const lock = await this.#locks.take(`${this.#stage}:${name}`, tryMs, over);
    if (lock) this.#had.set(name, { lock, count: 1 });
    return lock !== undefined;
  }

  async release(name: string, count: number): Promise<void> {
    const had = this.#had.get(name);
    if (!had) return;
    had.count -= count;
    if (had.count > 0) return;
    this.#had.delete(name);
    await had.lock.release();
  }
}

/** The locks that one run acquired itself, with counts. It can release only these. */
export class RunLocks {
  readonly #chain: ChainLocks;
  readonly #counts = new Map<string, number>();
  /** Created with the first lock, as most runs acquire none. */
  #over: AbortController | undefined;

  constructor(chain: ChainLocks) {
    this.#chain = chain;
  }

  /** Returns false if the lock was not acquired within `tryMs`. */
  async take(name: string, tryMs: number): Promise<boolean> {
    const count = this.#counts.get(name) ?? 0;
    if (count === 0 && this.#counts.size >= MOST) {
      throw new CallError(`Spark.lockKey: a script may have ${MOST} names locked at a time.`);
    }
    this.#over ??= new AbortController();
    const over = this.#over.signal;
    try {
      if (!(await this.#chain.take(name, tryMs, over))) return false;
    } catch (error) {
      throw error instanceof LocksFull ? new CallError(`Spark.lockKey: ${error.message} Try again.`) : error;
    }
    if (over.aborted) {
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
    this.#over?.abort();
  }

  /** Releases everything that the run holds. */
  async releaseAll(): Promise<void> {
    this.stop();
    this.#over = undefined;
    const counts = [...this.#counts];
    this.#counts.clear();
    for (const [name, count] of counts) await this.#chain.release(name, count);
  }
}
