import type { Store, Writable } from "../../store/store.ts";

/** Tracks a run's writes that are acknowledged before they are on disk (`Store.early`). */
export class EarlyWrites {
  readonly store: Writable;
  /** The last write. Earlier writes reach the disk before it. */
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

  /** Resolves when all writes are on disk; rejects if one was lost. Undefined if there is nothing to wait for. */
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
