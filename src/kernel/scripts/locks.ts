import { type Lock, type Locks, LocksFull } from "../../cluster/locks.ts";
import type { Stage } from "../../game/game.ts";
import { CallError } from "./errors.ts";

/** Names that one run may have locked at a time. */
const MOST = 100;

/**
 * The locks of a run and of those that wait for it: they have them together, as a script that locks a name and sends a
 * request whose script locks it too would otherwise wait for itself. So a name is free for others when each of them has
 * released it.
 */
export class ChainLocks {
  readonly #locks: Locks;
  readonly #stage: Stage;
  readonly #had = new Map<string, { lock: Lock; count: number }>();

  constructor(locks: Locks, stage: Stage) {
    this.#locks = locks;
    this.#stage = stage;
  }

  /** Of a chain only the innermost run takes locks, so nobody else takes one here meanwhile. */
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

/** What one run locked itself, and how often. Only that can it release; the rest is its callers'. */
export class RunLocks {
  readonly #chain: ChainLocks;
  readonly #counts = new Map<string, number>();
  /** Made with the first lock: most runs take none. */
  #over: AbortController | undefined;

  constructor(chain: ChainLocks) {
    this.#chain = chain;
  }

  /** False where somebody else had it for `tryMs`. */
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

  /** False where the run has not locked it. */
  async release(name: string, which: "once" | "fully"): Promise<boolean> {
    const count = this.#counts.get(name);
    if (count === undefined) return false;
    const released = which === "once" ? 1 : count;
    if (released === count) this.#counts.delete(name);
    else this.#counts.set(name, count - released);
    await this.#chain.release(name, released);
    return true;
  }

  /** Ends what waits, at once. What is locked stays so until `releaseAll`. */
  stop(): void {
    this.#over?.abort();
  }

  /** As if the run had never locked anything. */
  async releaseAll(): Promise<void> {
    this.stop();
    this.#over = undefined;
    const counts = [...this.#counts];
    this.#counts.clear();
    for (const [name, count] of counts) await this.#chain.release(name, count);
  }
}
