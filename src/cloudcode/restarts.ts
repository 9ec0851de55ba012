/** Hosts that end within this time count as one series. */
const SERIES_MS = 30_000;
const MAX_PAUSE_MS = 5_000;

/** Back-off for replacing hosts that ended: none if that is rare, growing pauses if many end in series. */
export class Restarts {
  readonly #hosts: number;
  #endings: number[] = [];

  /** @param hosts number of hosts; each may end twice in a series without a pause */
  constructor(hosts: number) {
    this.#hosts = hosts;
  }

  /** Records that a host has ended. Returns the number in this series and the pause before starting another. */
  ended(): { endings: number; pauseMs: number } {
    const now = performance.now();
    this.#endings = [...this.#endings.filter((ended) => now - ended < SERIES_MS), now];
    const endings = this.#endings.length;
    const beyond = endings - 2 * this.#hosts;
    return { endings, pauseMs: beyond <= 0 ? 0 : Math.min(MAX_PAUSE_MS, 100 * 2 ** (beyond - 1)) };
  }
}
