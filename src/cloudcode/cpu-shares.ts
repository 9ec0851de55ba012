/** How long a share may be used up in advance, by whoever computed nothing lately. */
const BURST_MS = 10_000;
/** What lies further back is forgotten: nobody has to make up for more than this. */
const MEMORY_MS = 60_000;
const MOST_KEPT = 10_000;

interface Use {
  /** What is not made up for yet, in milliseconds of processor time. */
  ms: number;
  /** As of when, by `performance.now`. */
  at: number;
}

/**
 * Who computes more than a fair share of one core: a leaky bucket for each, which a share of the time that passes drains.
 * Costs a look-up for each run. Whoever has made up for all is forgotten.
 */
export class CpuShares {
  readonly #share: number;
  readonly #used = new Map<string, Use>();
  #sweepAt = MOST_KEPT;

  /** @param percent of one core that is a fair share for one; 0: any is */
  constructor(percent: number) {
    this.#share = percent / 100;
  }

  /** Who computed for so many milliseconds, up to now. */
  charge(who: string, ms: number): void {
    if (this.#share === 0) return;
    const now = performance.now();
    const most = MEMORY_MS * this.#share;
    this.#used.set(who, { ms: Math.min(most, this.#left(this.#used.get(who), now) + ms), at: now });
    if (this.#used.size > this.#sweepAt) this.#sweep(now);
  }

  /** Whether `who` lately had more than its share. */
  isOver(who: string): boolean {
    const use = this.#used.get(who);
    return use !== undefined && this.#left(use, performance.now()) > BURST_MS * this.#share;
  }

  #left(use: Use | undefined, now: number): number {
    return use === undefined ? 0 : Math.max(0, use.ms - (now - use.at) * this.#share);
  }

  #sweep(now: number): void {
    for (const [who, use] of this.#used) if (this.#left(use, now) === 0) this.#used.delete(who);
    this.#sweepAt = Math.max(MOST_KEPT, 2 * this.#used.size);
  }
}
