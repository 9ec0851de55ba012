import { type ClientSession, type Db, MongoErrorLabel, MongoServerError } from "mongodb";
import { StoreError } from "../errors.ts";
import type { Collection, CollectionOptions, Document, Documents } from "../store.ts";
import { MongodbCollection } from "./collection.ts";
import { isTransient, toStoreError } from "./errors.ts";
import type { Kind, Operation, Scope } from "./scope.ts";

/**
 * One attempt at a transaction. The work sees the driver's errors as StoreError. The first one has ended the
 * transaction on the server and decides whether there is another attempt, whatever the work does.
 */
export class Attempt implements Documents, Scope {
  readonly #db: Db;
  readonly #session: ClientSession;
  readonly #ensure: (collection: string) => Promise<boolean>;
  #failure: unknown;
  #over: StoreError | undefined;
  /** A session can run only one operation at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(db: Db, session: ClientSession, ensure: (collection: string) => Promise<boolean>) {
    this.#db = db;
    this.#session = session;
    this.#ensure = ensure;
  }

  /** Rethrows a transient driver error unchanged, so that the driver sees its label. */
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

  end(reason: StoreError): void {
    this.#over ??= reason;
  }

  collection<T extends Document = Document>(name: string, options?: CollectionOptions): Collection<T> {
    return new MongodbCollection<T>(this.#db.collection(name), this, options);
  }

  run<R>(collection: string, kind: Kind, operation: Operation<R>): Promise<R> {
    const result = this.#last.then(() => this.#run(collection, kind, operation));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #run<R>(collection: string, kind: Kind, operation: Operation<R>): Promise<R> {
    const ended = this.#over ?? this.#failure;
    if (ended !== undefined) throw toStoreError(ended, collection);
    try {
      if (kind === "make" || kind === "drop") throw new StoreError("BAD_OPERATION", DEFINES);
      if (kind === "write" && !(await this.#ensure(collection))) throw newCollection(collection);
      return await operation({ session: this.#session });
    } catch (error) {
      const known = toStoreError(error, collection);
      this.#failure ??= isTransient(error) ? error : known;
      throw known;
    }
  }
}

const DEFINES = "Collections and indexes cannot be created or dropped in a transaction.";

/** Makes the driver run the work again, in a transaction that starts after the collection was created. */
function newCollection(name: string): MongoServerError {
  const message = `The collection ${name} was created after the transaction began.`;
  return new MongoServerError({ message, errorLabels: [MongoErrorLabel.TransientTransactionError] });
}
