import type { AbstractCursor, ClientSession } from "mongodb";
import type { Cursor } from "../store.ts";
import type { Scope } from "./scope.ts";

/** The driver's cursor, opened at the first read so that it belongs to the attempt of a transaction that reads it. */
export class MongodbCursor<T> implements Cursor<T> {
  readonly #collection: string;
  readonly #scope: Scope;
  readonly #open: (options: { session?: ClientSession }) => AbstractCursor;
  #cursor: AbstractCursor | undefined;

  constructor(collection: string, scope: Scope, open: (options: { session?: ClientSession }) => AbstractCursor) {
    this.#collection = collection;
    this.#scope = scope;
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
      this.#cursor ??= this.#open(options);
      return read(this.#cursor);
    });
  }
}
