import type { Store, Writable } from "../../store/store.ts";

/** What one run wrote before it was on disk (`Store.early`). */
export class EarlyWrites {
  readonly store: Writable;
  /** Of the last write: what was written before it is on disk before it. */
  #last: Promise<void> | undefined;
  #loss: unknown;

  constructor(store: Store) {
    const note = (written: Promise<void>) => {
      this.#last = written;
      written.catch((error) => {
        this.#loss ??= error;
      });
    };
    this.store = store.early?.(note) ?? store;
  }

  /** Settles when all of it is on disk; rejected where something was lost. Undefined where it is already. */
  onDisk(): Promise<void> | undefined {
    if (this.#last === undefined && this.#loss === undefined) return undefined;
    return this.#wait();
  }

  async #wait(): Promise<void> {
    const last = this.#last;
    await last;
    if (this.#loss !== undefined) throw this.#loss;
    if (this.#last === last) this.#last = undefined;
  }
}
