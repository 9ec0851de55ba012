import { type ClientSession, type Db, type MongoClient, MongoError } from "mongodb";
import { StoreError } from "../errors.ts";
import { refuseInside, runInside } from "../inside.ts";
import type { Collection, CollectionOptions, Document, Documents, Store } from "../store.ts";
import { create, MongodbCollection } from "./collection.ts";
import { toStoreError } from "./errors.ts";
import { TRANSACTION_OPTIONS } from "./options.ts";
import type { Kind, Operation, Scope } from "./scope.ts";
import { Attempt } from "./transaction.ts";

const COMMIT_MS = 20_000;

export class MongodbStore implements Store, Scope {
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #transactionTimeoutMs: number;
  readonly #release: () => Promise<void>;
  readonly #existing: Set<string>;
  readonly #running = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  private constructor(
    client: MongoClient,
    db: Db,
    existing: Set<string>,
    transactionTimeoutMs: number,
    release: () => Promise<void>,
  ) {
    this.#client = client;
    this.#db = db;
    this.#existing = existing;
    this.#transactionTimeoutMs = transactionTimeoutMs;
    this.#release = release;
  }

  /** `release` is called on close; the client belongs to the caller. */
  static async open(
    client: MongoClient,
    database: string,
    transactionTimeoutMs: number,
    release: () => Promise<void>,
  ): Promise<Store> {
    const db = client.db(database);
    const found = await db.listCollections({}, { nameOnly: true }).toArray();
    const existing = new Set(found.map(({ name }) => name));
    return new MongodbStore(client, db, existing, transactionTimeoutMs, release);
  }

  collection<T extends Document = Document>(name: string, options?: CollectionOptions): Collection<T> {
    return new MongodbCollection<T>(this.#db.collection(name), this, options);
  }

  async run<R>(collection: string, kind: Kind, operation: Operation<R>): Promise<R> {
    this.#refuse();
    try {
      if (kind === "drop") this.#existing.delete(collection);
      const result = await this.#track(operation({}));
      if (kind === "write" || kind === "make") this.#existing.add(collection);
      return result;
    } catch (error) {
      throw toStoreError(error, collection);
    }
  }

  async transaction<R>(work: (tx: Documents) => Promise<R>): Promise<R> {
    this.#refuse();
    return this.#track(this.#transaction(work));
  }

  async #transaction<R>(work: (tx: Documents) => Promise<R>): Promise<R> {
    const session = this.#client.startSession();
    const deadline = performance.now() + this.#transactionTimeoutMs;
    try {
      const done = session.withTransaction(() => this.#attempt(session, deadline, work), TRANSACTION_OPTIONS);
      return await within(done, this.#transactionTimeoutMs + COMMIT_MS);
    } catch (error) {
      throw error instanceof MongoError ? toStoreError(error, "") : error;
    } finally {
      session.endSession().catch(() => undefined);
    }
  }

  /** One attempt within the remaining time. On timeout, the transaction is rolled back. */
  async #attempt<R>(session: ClientSession, deadline: number, work: (tx: Documents) => Promise<R>): Promise<R> {
    const left = deadline - performance.now();
    if (left <= 0) {
      const message = `The transaction had conflicts for ${this.#transactionTimeoutMs} ms and was given up.`;
      throw new StoreError("TRANSACTION_FAILED", message);
    }
    const attempt = new Attempt(this.#db, session, (name) => this.#ensure(name));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const message = `The transaction took longer than ${this.#transactionTimeoutMs} ms and was rolled back.`;
        const error = new StoreError("TRANSACTION_TIMEOUT", message);
        attempt.end(error);
        reject(error);
      }, left);
    });
    try {
      return await Promise.race([runInside(this, () => attempt.work(work)), timeout]);
    } finally {
      clearTimeout(timer);
      attempt.end(new StoreError("BAD_OPERATION", "The transaction has ended; its tx can no longer be used."));
    }
  }

  /**
   * Creates a collection outside the transaction, since two transactions that both created it would conflict. Returns
   * false if it was just created: an older transaction does not see it.
   */
  async #ensure(name: string): Promise<boolean> {
    if (this.#existing.has(name)) return true;
    await create(this.#db, name);
    this.#existing.add(name);
    return false;
  }

  collectionNames(): Promise<string[]> {
    return this.run("", "read", async () => {
      const found = await this.#db.listCollections({}, { nameOnly: true }).toArray();
      return found.map(({ name }) => name);
    });
  }

  async ping(): Promise<void> {
    await this.run("", "read", () => this.#db.command({ ping: 1 }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#release();
  }

  #track<R>(work: Promise<R>): Promise<R> {
    this.#running.add(work);
    const done = () => this.#running.delete(work);
    work.then(done, done);
    return work;
  }

  #refuse(): void {
    if (this.#closed !== undefined) throw new StoreError("UNAVAILABLE", "The store is closed.");
    refuseInside(this);
  }
}

/** A commit that is still running afterwards may succeed. */
async function within<R>(work: Promise<R>, ms: number): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = "MongoDB did not report whether the transaction was committed.";
      reject(new StoreError("UNAVAILABLE", message, { maybeDone: true }));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
