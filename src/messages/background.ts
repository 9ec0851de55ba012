import { once } from "node:events";

/** Work that nobody waits for but the server's stop. What it throws is told to `failed`. */
export class Background {
  closing = false;
  readonly #failed: (error: unknown) => void;
  readonly #running = new Set<Promise<void>>();
  /** Each ends a pause. */
  readonly #pauses = new Set<() => void>();

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

  /** What went wrong and is tried again, by the work itself. */
  tell(error: unknown): void {
    this.#failed(error);
  }

  /** Resolves after so long, and at once when the server stops. */
  pause(ms: number): Promise<void> {
    if (this.closing) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms).unref();
      this.#pauses.add(end);
    });
  }

  /** Waits for what is under way and for what that begins, however long that is. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Waits for what is under way and for what that begins, up to `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    this.closing = true;
    for (const end of [...this.#pauses]) end();
    const late = AbortSignal.timeout(Math.ceil(timeoutMs));
    const over = once(late, "abort");
    while (this.#running.size > 0 && !late.aborted) await Promise.race([Promise.all(this.#running), over]);
  }
}
