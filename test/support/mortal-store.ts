import { StoreError } from "../../src/store/errors.ts";
import type { Collection, Cursor, Document, Documents, Store, Writable } from "../../src/store/store.ts";

export type Loss = "all" | "one reply";

/**
 * A store as a process has it that is killed: after the operation that is set, nothing it does is carried out, and what
 * its transaction did is undone. Or only the reply to that operation is lost, as where a connection breaks. Closing it
 * leaves the store that it stands for open.
 */
export class MortalStore {
  readonly store: Store;
  #left = Number.POSITIVE_INFINITY;
  #loses: Loss = "all";
  /** Operations that it was asked for. */
  operations = 0;

  constructor(inner: Store) {
    this.store = {
      ...this.#writable(inner),
      ping: () => inner.ping(),
      close: async () => {},
    };
  }

  /** Counted from now and 1, as they are carried out; a transaction's end is one too. 0: at once. */
  dieAfter(operations: number, loses: Loss = "all"): void {
    this.#left = operations;
    this.#loses = loses;
  }

  /** Whether it came so far. */
  get hasDied(): boolean {
    return this.#left <= 0;
  }

  revive(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  #writable(inner: Writable): Writable {
    return {
      ...this.#documents(inner),
      transaction: (work) => this.#do(() => inner.transaction((tx) => work(this.#documents(tx)))),
    };
  }

  #documents(inner: Documents): Documents {
    return {
      collection: <T extends Document>(name: string) =>
        new Proxy(inner.collection<T>(name), {
          get: (target, key) => {
            const method = Reflect.get(target, key);
            if (typeof method !== "function") return method;
            if (key === "find" || key === "aggregate") {
              return (...args: unknown[]) => this.#cursor(Reflect.apply(method, target, args) as Cursor<T>);
            }
            return (...args: unknown[]) => this.#do(() => Reflect.apply(method, target, args) as Promise<unknown>);
          },
        }) as Collection<T>,
    };
  }

  #cursor<T>(inner: Cursor<T>): Cursor<T> {
    return {
      toArray: () => this.#do(() => inner.toArray()),
      next: () => this.#do(() => inner.next()),
      close: () => inner.close(),
      [Symbol.asyncIterator]: () => inner[Symbol.asyncIterator](),
    };
  }

  async #do<R>(operation: () => Promise<R>): Promise<R> {
    this.operations += 1;
    if (this.hasDied && this.#loses === "all") throw killed();
    const result = await operation();
    this.#left -= 1;
    if (this.#left === 0 || (this.hasDied && this.#loses === "all")) throw killed();
    return result;
  }
}

function killed(): StoreError {
  return new StoreError("UNAVAILABLE", "The process was killed.");
}
