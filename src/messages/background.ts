/** Work that nobody waits for but the server's stop. What it throws is told to `failed`. */
export class Background {
  closing = false;
  readonly #failed: (error: unknown) => void;
  readonly #running = new Set<Promise<void>>();

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  run(work: Promise<unknown>): void {
    const done: Promise<void> = work.then(
      () => {},
      (error) => this.#failed(error),
    );
    this.#running.add(done);
    void done.then(() => this.#running.delete(done));
  }

  /** Waits for what is under way and for what that begins. */
  async close(): Promise<void> {
    this.closing = true;
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
