/** Runs tasks that share a key one after the other, in the order they were added. Other tasks run concurrently. */
export class KeyedMutex {
  /** Key → the completion of its last task, and so of all earlier ones. */
  readonly #last = new Map<string, Promise<void>>();
  /** Key → number of unfinished tasks. */
  readonly #pending = new Map<string, number>();

  /** Settles as the task does. Without keys the task starts immediately. Costs two map entries per key. */
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

  /** Number of running and waiting tasks of the key. */
  pending(key: string): number {
    return this.#pending.get(key) ?? 0;
  }
}
