/** Work that shares a key runs one after the other, in the order in which it was added; other work runs at once. */
export class KeyedMutex {
  /** Key → the end of the last work with it, and so of all before. */
  readonly #last = new Map<string, Promise<void>>();
  /** Key → how much of its work has not ended. */
  readonly #pending = new Map<string, number>();

  /** Settles as the work does. Without keys the work starts at once. Costs two map entries a key until it ends. */
  async run<R>(keys: string | readonly string[], work: () => Promise<R>): Promise<R> {
    const all = typeof keys === "string" ? [keys] : keys;
    if (all.length === 0) return work();
    const before = new Set(all.map((key) => this.#last.get(key)));
    const done = Promise.all(before).then(work);
    const settled = done.then(
      () => {},
      () => {},
    );
    for (const key of all) {
      this.#last.set(key, settled);
      this.#pending.set(key, this.pending(key) + 1);
    }
    try {
      return await done;
    } finally {
      for (const key of all) {
        if (this.#last.get(key) === settled) this.#last.delete(key);
        const left = this.pending(key) - 1;
        if (left > 0) this.#pending.set(key, left);
        else this.#pending.delete(key);
      }
    }
  }

  /** How much work of the key runs or waits. */
  pending(key: string): number {
    return this.#pending.get(key) ?? 0;
  }
}
