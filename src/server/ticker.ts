const LOOK_MS = 1_000;

/** Polls about once a second in real time, without overlap. Of consecutive failures only the first is reported. */
export class Ticker {
  readonly #look: () => Promise<void>;
  readonly #failed: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #isFailing = false;

  constructor(look: () => Promise<void>, failed: (error: unknown) => void) {
    this.#look = look;
    this.#failed = failed;
    this.#timer = setInterval(() => {
      this.#looking ??= this.#once();
    }, LOOK_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #once(): Promise<void> {
    try {
      await this.#look();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#failed(error);
      this.#isFailing = true;
    } finally {
      this.#looking = undefined;
    }
  }
}
