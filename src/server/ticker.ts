/** How often something may have become due. */
const LOOK_MS = 1_000;

/**
 * Looks about every second, by real time, what has become due by the server's clock; one look after the other. A look
 * that fails is told once, until one succeeds.
 */
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
