/** Work of one key in the order in which it came, and of all keys at most so much at once; what waits is bounded. */
export class InOrder {
  readonly #atOnce: number;
  readonly #most: number;
  /** Key → the end of its last work. */
  readonly #last = new Map<string, Promise<void>>();
  readonly #free: (() => void)[] = [];
  #running = 0;
  #waiting = 0;
  #stopped = false;

  constructor(atOnce: number, most: number) {
    this.#atOnce = atOnce;
    this.#most = most;
  }

  /** Undefined where too much waits already; else it settles as the work does. */
  add(key: string, work: () => Promise<void>): Promise<void> | undefined {
    if (this.#waiting >= this.#most) return undefined;
    this.#waiting += 1;
    const done = (this.#last.get(key) ?? Promise.resolve()).then(() => this.#inTurn(work));
    const settled = done
      .catch(() => {})
      .then(() => {
        if (this.#last.get(key) === settled) this.#last.delete(key);
      });
    this.#last.set(key, settled);
    return done;
  }

  /** What waits is given up; answers how much that is. */
  stop(): number {
    this.#stopped = true;
    return this.#waiting;
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#running >= this.#atOnce) await new Promise<void>((resolve) => this.#free.push(resolve));
    else this.#running += 1;
    this.#waiting -= 1;
    try {
      if (!this.#stopped) await work();
    } finally {
      const next = this.#free.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
