/** How much of a share may be used up in a burst. */
const BURST_MS = 10_000;
/** Caps the debt: nobody is throttled for longer than this. */
const MEMORY_MS = 60_000;
const SWEEP_SIZE = 10_000;

interface Use {
  /** Processor time not yet drained from the bucket. */
  ms: number;
  /** When `ms` was computed, by `performance.now`. */
  at: number;
}

/** A leaky bucket for each player, drained at the rate of a fair share of one core. One look-up per run. */
export class CpuShares {
  readonly #share: number;
  readonly #used = new Map<string, Use>();
  #sweepAt = SWEEP_SIZE;

  /** @param percent fair share, in percent of one core; 0: unlimited */
  constructor(percent: number) {
    this.#share = percent / 100;
  }

  charge(who: string, ms: number): void {
    if (this.#share === 0) return;
    const now = performance.now();
    const most = MEMORY_MS * this.#share;
    this.#used.set(who, { ms: Math.min(most, this.#left(this.#used.get(who), now) + ms), at: now });
    if (this.#used.size > this.#sweepAt) this.#sweep(now);
  }

  /** Whether `who` has recently exceeded its share. */
  isOver(who: string): boolean {
    const use = this.#used.get(who);
    return use !== undefined && this.#left(use, performance.now()) > BURST_MS * this.#share;
  }

  #left(use: Use | undefined, now: number): number {
    return use === undefined ? 0 : Math.max(0, use.ms - (now - use.at) * this.#share);
  }

  #sweep(now: number): void {
    for (const [who, use] of this.#used) if (this.#left(use, now) === 0) this.#used.delete(who);
    this.#sweepAt = Math.max(SWEEP_SIZE, 2 * this.#used.size);
  }
}
