/** Locks by name: whoever has one keeps everybody else out until it is released. */
export interface Locks {
  /**
   * Waits for a lock, at most `tryMs`; 0 is one try. Undefined where it was not to be had by then, or where `over` was
   * aborted first. Those who wait get it in the order in which they came. Not re-entrant. An engine whose locks are
   * leases renews each until it is released or its process ends.
   * @throws LocksFull
   */
  take(name: string, tryMs: number, over?: AbortSignal): Promise<Lock | undefined>;
}

/** A lock that somebody has. */
export interface Lock {
  /** The one who waits longest has it next. Once released, this does nothing. */
  release(): Promise<void>;
}

/** There are as many locks, or as many who wait for one, as there may be. */
export class LocksFull extends Error {
  override name = "LocksFull";
}

export interface LockLimits {
  /** Names that are locked at the same time. */
  names: number;
  /** Who wait for one name. */
  waiting: number;
}

/** Locks of one process. Taking and releasing cost the same however many there are. */
export function createLocalLocks(limits: LockLimits = { names: 10_000, waiting: 1_000 }): Locks {
  /** By each name that is locked: those who wait, in order; each is called when it has the lock. */
  const locked = new Map<string, Set<() => void>>();

  const lockOf = (name: string): Lock => {
    let released = false;
    return {
      async release() {
        if (released) return;
        released = true;
        const waiting = locked.get(name)!;
        const [next] = waiting;
        if (next) next();
        else locked.delete(name);
      },
    };
  };

  return {
    async take(name, tryMs, over) {
      if (over?.aborted) return undefined;
      const waiting = locked.get(name);
      if (!waiting) {
        if (locked.size >= limits.names) throw new LocksFull(`${limits.names} names are locked already.`);
        locked.set(name, new Set());
        return lockOf(name);
      }
      if (tryMs <= 0) return undefined;
      if (waiting.size >= limits.waiting) throw new LocksFull(`${limits.waiting} wait for this lock already.`);
      return new Promise((resolve) => {
        const settle = (has: boolean) => {
          clearTimeout(timer);
          over?.removeEventListener("abort", giveUp);
          waiting.delete(granted);
          resolve(has ? lockOf(name) : undefined);
        };
        const granted = () => settle(true);
        const giveUp = () => settle(false);
        const timer = setTimeout(giveUp, tryMs);
        over?.addEventListener("abort", giveUp);
        waiting.add(granted);
      });
    },
  };
}
