/** Named, exclusive locks. */
export interface Locks {
  /**
   * Acquires a lock, waiting at most `tryMs`; 0 means a single attempt. Returns undefined if it was not acquired in
   * time or `signal` was aborted first. Waiters acquire it in order. Not re-entrant. An engine that implements locks as
   * leases renews each one until it is released or the process ends.
   * @throws LocksFull
   */
  acquire(name: string, tryMs: number, signal?: AbortSignal): Promise<Lock | undefined>;
}

export interface Lock {
  /** Passes the lock to the next waiter. Further calls do nothing. */
  release(): Promise<void>;
}

/** The maximum number of locks, or of waiters for one lock, is reached. */
export class LocksFull extends Error {
  override name = "LocksFull";
}

export interface LockLimits {
  names: number;
  waiting: number;
}

/** Locks within one process. The cost does not depend on the number of locks. */
export function createLocalLocks(limits: LockLimits = { names: 10_000, waiting: 1_000 }): Locks {
  /** Locked name → waiters in order. A waiter is called when it gets the lock. */
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
    async acquire(name, tryMs, signal) {
      if (signal?.aborted) return undefined;
      const waiting = locked.get(name);
      if (!waiting) {
        if (locked.size >= limits.names) throw new LocksFull(`${limits.names} names are already locked.`);
        locked.set(name, new Set());
        return lockOf(name);
      }
      if (tryMs <= 0) return undefined;
      if (waiting.size >= limits.waiting)
        throw new LocksFull(`${limits.waiting} others are already waiting for this lock.`);
      return new Promise((resolve) => {
        const settle = (has: boolean) => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", giveUp);
          waiting.delete(granted);
          resolve(has ? lockOf(name) : undefined);
        };
        const granted = () => settle(true);
        const giveUp = () => settle(false);
        const timer = setTimeout(giveUp, tryMs);
        signal?.addEventListener("abort", giveUp);
        waiting.add(granted);
      });
    },
  };
}
