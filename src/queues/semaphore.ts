/** At most `most` of the work runs at the same time; the rest waits, in the order in which it was added. */
export class Semaphore {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** How much work waits. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether further work has to wait. */
  get isFull(): boolean {
    return this.#taken >= this.#most;
  }

  /** Settles as the work does. */
  async run<R>(work: () => Promise<R>): Promise<R> {
    if (this.isFull) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#taken -= 1;
    }
  }
}
