import { LRUCache } from "lru-cache";

/** The attempts that are free, and the longest delay after them. */
export interface DelayLimits {
  free: number;
  mostSeconds: number;
}

interface Attempts {
  count: number;
  /** In milliseconds since 1970. */
  until: number;
}

const MAX_KEYS = 10_000;
/** Attempts are forgotten this long after the last one. */
const FORGOTTEN_MS = 3_600_000;

/**
 * Growing delays between attempts that failed: none for the first ones, then 1, 2, 4 … seconds. An attempt counts as failed
 * until it is forgiven, so attempts at the same time count too. Kept in memory: each server has its own.
 */
export class Delays {
  readonly #attempts = new LRUCache<string, Attempts>({ max: MAX_KEYS });

  /** Seconds to wait; 0 if the attempt may be made, which then counts. */
  take(keys: readonly (readonly [key: string, limits: DelayLimits])[], now: number): number {
    const waits = keys.map(([key]) => (this.#attempts.get(key)?.until ?? 0) - now);
    const longest = Math.max(...waits);
    if (longest > 0) return Math.ceil(longest / 1000);
    for (const [key, { free, mostSeconds }] of keys) {
      const before = this.#attempts.get(key);
      const count = (before && before.until + FORGOTTEN_MS > now ? before.count : 0) + 1;
      const seconds = count < free ? 0 : Math.min(2 ** Math.min(count - free, 20), mostSeconds);
      this.#attempts.set(key, { count, until: now + seconds * 1000 });
    }
    return 0;
  }

  forgive(keys: readonly (readonly [key: string, limits: DelayLimits])[]): void {
    for (const [key] of keys) this.#attempts.delete(key);
  }
}
