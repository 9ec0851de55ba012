/** Work that shares a key runs one after the other, in the order in which it was added; other work runs at once. */
export class KeyedOrder {
  /** Key → the end of the last work with it, and so of all before. */
  readonly #last = new Map<string, Promise<void>>();

  /** Settles as the work does. Without keys the work starts at once. Costs a map entry for each key until it is done. */
  async run<R>(keys: readonly string[], work: () => Promise<R>): Promise<R> {
    if (keys.length === 0) return work();
    const before = new Set(keys.map((key) => this.#last.get(key)));
    const done = Promise.all(before).then(work);
    const settled = done.then(
      () => {},
      () => {},
    );
    for (const key of keys) this.#last.set(key, settled);
    try {
      return await done;
    } finally {
      for (const key of keys) if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }

  get size(): number {
    return this.#last.size;
  }
}
