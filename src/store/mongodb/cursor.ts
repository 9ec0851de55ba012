import type { AbstractCursor } from "mongodb";
import type { Cursor } from "../store.ts";
import { refuseTooSlow } from "./errors.ts";
import { toPlain } from "./plain.ts";
import type { OperationOptions, Scope } from "./scope.ts";

/** The driver's cursor, opened by the first read so that it belongs to the right attempt of a transaction. */
export class MongodbCursor<T> implements Cursor<T> {
  readonly #collection: string;
  readonly #scope: Scope;
  readonly #bound: { maxTimeMS?: number };
  readonly #open: (options: OperationOptions) => AbstractCursor;
  #cursor: AbstractCursor | undefined;

  constructor(
    collection: string,
    scope: Scope,
    bound: { maxTimeMS?: number },
    open: (options: OperationOptions) => AbstractCursor,
  ) {
    this.#collection = collection;
    this.#scope = scope;
    this.#bound = bound;
    this.#open = open;
  }

  toArray(): Promise<T[]> {
    return this.#run((cursor) => cursor.toArray());
  }

  next(): Promise<T | null> {
    return this.#run((cursor) => cursor.next());
  }

  async close(): Promise<void> {
    await this.#cursor?.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (let value = await this.next(); value !== null; value = await this.next()) yield value;
    } finally {
      await this.close();
    }
  }

  async #run<R>(read: (cursor: AbstractCursor) => Promise<R>): Promise<R> {
    return this.#scope.run(this.#collection, "read", async (options) => {
      this.#cursor ??= this.#open({ ...options, ...this.#bound });
      return toPlain(await refuseTooSlow(read(this.#cursor), this.#bound.maxTimeMS)) as R;
    });
  }
}
