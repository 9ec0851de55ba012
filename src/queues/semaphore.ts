/** Runs at most `most` tasks at the same time; the others wait in order. */
export class Semaphore {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether a new task would have to wait. */
  get isFull(): boolean {
    return this.#running >= this.#most;
  }

  async run<R>(work: () => Promise<R>): Promise<R> {
    if (this.isFull) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
