import { once } from "node:events";

/** Background work that only a server stop waits for. Errors go to `failed`. */
export class Background {
  closing = false;
  readonly #failed: (error: unknown) => void;
  readonly #running = new Set<Promise<void>>();
  /** Functions that end the current pauses. */
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

  /** Resolves after `ms`, or immediately when the server stops. */
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

  /** Waits without a timeout for running work and for work that it starts. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Waits up to `timeoutMs` for running work and for work that it starts. May be called again. */
  async close(timeoutMs: number): Promise<void> {
    this.closing = true;
    for (const end of [...this.#pauses]) end();
    const late = AbortSignal.timeout(Math.ceil(timeoutMs));
    const timedOut = once(late, "abort");
    while (this.#running.size > 0 && !late.aborted) await Promise.race([Promise.all(this.#running), timedOut]);
  }
}
