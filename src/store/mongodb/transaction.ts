import type { ClientSession, Db } from "mongodb";
import { StoreError } from "../errors.ts";
import type { Collection, Document, Documents } from "../store.ts";
import { MongodbCollection } from "./collection.ts";
import { isTransient, toStoreError } from "./errors.ts";
import type { Operation, Scope } from "./scope.ts";

/**
 * One attempt at a transaction. The driver's errors reach the work as StoreErrors; the first of them is kept, since it
 * ended the transaction at the server and decides, whatever the work makes of it, whether there is another attempt.
 */
export class Attempt implements Documents, Scope {
  readonly #db: Db;
  readonly #session: ClientSession;
  readonly #ensure: (collection: string) => Promise<void>;
  #failure: unknown;
  #over: StoreError | undefined;
  /** A session carries one operation at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(db: Db, session: ClientSession, ensure: (collection: string) => Promise<void>) {
    this.#db = db;
    this.#session = session;
    this.#ensure = ensure;
  }

  /** Throws a transient error as the driver threw it, for the driver to see its label. */
  async work<R>(work: (tx: Documents) => Promise<R>): Promise<R> {
    try {
      const result = await work(this);
      await this.#last;
      if (this.#failure !== undefined) throw this.#failure;
      return result;
    } catch (error) {
      await this.#last;
      throw isTransient(this.#failure) ? this.#failure : error;
    }
  }

  /** From now on every operation is refused. */
  end(reason: StoreError): void {
    this.#over ??= reason;
  }

  collection<T extends Document = Document>(name: string): Collection<T> {
    return new MongodbCollection<T>(this.#db.collection(name), this);
  }

  run<R>(collection: string, kind: "read" | "write", operation: Operation<R>): Promise<R> {
    const result = this.#last.then(() => this.#run(collection, kind, operation));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #run<R>(collection: string, kind: "read" | "write", operation: Operation<R>): Promise<R> {
    const ended = this.#over ?? this.#failure;
    if (ended !== undefined) throw toStoreError(ended, collection);
    try {
      if (kind === "write") await this.#ensure(collection);
      return await operation({ session: this.#session });
    } catch (error) {
      const known = toStoreError(error, collection);
      this.#failure ??= isTransient(error) ? error : known;
      throw known;
    }
  }

  refuseDefinitions(): void {
    const error = new StoreError(
      "BAD_OPERATION",
      "Collections and indexes cannot be made or dropped in a transaction.",
    );
    this.#failure ??= error;
    throw error;
  }
}
