import { once } from "node:events";

/** Work that only the server's stop waits for. What it throws goes to `failed`. */
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

  /** Reports an error that the work itself will retry. */
  tell(error: unknown): void {
    this.#failed(error);
  }

  /** Resolves after `ms`, or as soon as the server stops. */
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

  /** Waits, without a bound, for running work and for the work that it starts. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Waits up to `timeoutMs` for running work and for the work that it starts. May be called again. */
  async close(timeoutMs: number): Promise<void> {
    this.closing = true;
    for (const end of [...this.#pauses]) end();
    const late = AbortSignal.timeout(Math.ceil(timeoutMs));
    const timedOut = once(late, "abort");
    while (this.#running.size > 0 && !late.aborted) await Promise.race([Promise.all(this.#running), timedOut]);
  }
}
