const POLL_MS = 1_000;

/** Polls about once a second in real time, without overlap. Of consecutive failures only the first is reported. */
export class Ticker {
  readonly #poll: () => Promise<void>;
  readonly #failed: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #polling: Promise<void> | undefined;
  #isFailing = false;

  constructor(poll: () => Promise<void>, failed: (error: unknown) => void) {
    this.#poll = poll;
    this.#failed = failed;
    this.#timer = setInterval(() => {
      this.#polling ??= this.#once();
    }, POLL_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#polling;
  }

  async #once(): Promise<void> {
    try {
      await this.#poll();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#failed(error);
      this.#isFailing = true;
    } finally {
      this.#polling = undefined;
    }
  }
}
