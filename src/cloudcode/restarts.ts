/** Endings within this time that are seen as one series. */
const SERIES_MS = 30_000;
const LONGEST_PAUSE_MS = 5_000;

/** How soon hosts that ended are replaced: at once where that is rare, after growing pauses where they end in series. */
export class Restarts {
  readonly #hosts: number;
  #endings: number[] = [];

  /** @param hosts how many there are to be; each may end twice in a series without a pause */
  constructor(hosts: number) {
    this.#hosts = hosts;
  }

  /** A host has ended. How many have in this series, and how long to wait before another is started. */
  ended(): { endings: number; pauseMs: number } {
    const now = performance.now();
    this.#endings = [...this.#endings.filter((ended) => now - ended < SERIES_MS), now];
    const endings = this.#endings.length;
    const beyond = endings - 2 * this.#hosts;
    return { endings, pauseMs: beyond <= 0 ? 0 : Math.min(LONGEST_PAUSE_MS, 100 * 2 ** (beyond - 1)) };
  }
}
