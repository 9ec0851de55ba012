import { type ClientSession, type Db, MongoClient, MongoError } from "mongodb";
import { StoreError } from "../errors.ts";
import { refuseInside, runInside } from "../inside.ts";
import type { Collection, Document, Documents, Store } from "../store.ts";
import { MongodbCollection } from "./collection.ts";
import { toStoreError } from "./errors.ts";
import { CLIENT_OPTIONS, TRANSACTION_OPTIONS } from "./options.ts";
import type { Operation, Scope } from "./scope.ts";
import { Attempt } from "./transaction.ts";

export interface MongodbOptions {
  /** mongodb:// or mongodb+srv://, of a replica set or a sharded cluster. */
  url: string;
  database: string;
  /** All attempts at a transaction together; what its commit takes comes on top. */
  transactionTimeoutMs?: number;
  /** How long a reachable primary is waited for. */
  serverSelectionTimeoutMs?: number;
}

/** How long a commit whose outcome the server has not told is asked for. */
const COMMIT_MS = 20_000;

export async function openMongodbStore(options: MongodbOptions): Promise<Store> {
  const client = makeClient(options);
  try {
    await client.connect();
    const hello = await client.db("admin").command({ hello: 1 });
    if (hello.setName === undefined && hello.msg !== "isdbgrid") {
      const message = "The MongoDB server is a standalone one, which has no transactions. Start it as a replica set.";
      throw new StoreError("UNAVAILABLE", message);
    }
  } catch (error) {
    await client.close();
    throw toStoreError(error, "");
  }
  return new MongodbStore(client, client.db(options.database), options.transactionTimeoutMs ?? 10_000);
}

/** What the driver says of a bad connection string may repeat it, with its password: none of that goes further. */
function makeClient({ url, serverSelectionTimeoutMs }: MongodbOptions): MongoClient {
  const own = serverSelectionTimeoutMs === undefined ? {} : { serverSelectionTimeoutMS: serverSelectionTimeoutMs };
  try {
    return new MongoClient(url, { ...CLIENT_OPTIONS, ...own });
  } catch {
    const message = "The MongoDB connection string is not valid: it must be like mongodb://host:27017/?replicaSet=rs0.";
    throw new StoreError("UNAVAILABLE", message);
  }
}

export class MongodbStore implements Store, Scope {
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #transactionTimeoutMs: number;
  /** Collections that are known to exist. */
  readonly #existing = new Set<string>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(client: MongoClient, db: Db, transactionTimeoutMs: number) {
    this.#client = client;
    this.#db = db;
    this.#transactionTimeoutMs = transactionTimeoutMs;
  }

  collection<T extends Document = Document>(name: string): Collection<T> {
    return new MongodbCollection<T>(this.#db.collection(name), this);
  }

  async run<R>(collection: string, _kind: "read" | "write", operation: Operation<R>): Promise<R> {
    this.#refuse();
    try {
      return await this.#track(operation({}));
    } catch (error) {
      throw toStoreError(error, collection);
    }
  }

  refuseDefinitions(): void {
    this.#existing.clear();
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

  /** An attempt in the time that is left; what is still under way then is refused, and the transaction undone. */
  async #attempt<R>(session: ClientSession, deadline: number, work: (tx: Documents) => Promise<R>): Promise<R> {
    const left = deadline - performance.now();
    if (left <= 0) {
      const message = `The transaction met conflicts for ${this.#transactionTimeoutMs} ms, and was given up.`;
      throw new StoreError("TRANSACTION_FAILED", message);
    }
    const attempt = new Attempt(this.#db, session, (name) => this.#ensure(name));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const message = `The transaction took longer than ${this.#transactionTimeoutMs} ms and was undone.`;
        const error = new StoreError("TRANSACTION_TIMEOUT", message);
        attempt.end(error);
        reject(error);
      }, left);
    });
    try {
      return await Promise.race([runInside(this, () => attempt.work(work)), timeout]);
    } finally {
      clearTimeout(timer);
      attempt.end(new StoreError("BAD_OPERATION", "The transaction is over; its tx can no longer be used."));
    }
  }

  /** Made outside of the transaction: two that each made it inside would conflict. */
  async #ensure(name: string): Promise<void> {
    if (this.#existing.has(name)) return;
    try {
      await this.#db.createCollection(name);
    } catch (error) {
      if ((error as { code?: unknown }).code !== NAMESPACE_EXISTS) throw toStoreError(error, name);
    }
    this.#existing.add(name);
  }

  async ping(): Promise<void> {
    await this.run("", "read", () => this.#db.command({ ping: 1 }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    await this.#client.close();
  }

  #track<R>(work: Promise<R>): Promise<R> {
    this.#underWay.add(work);
    const done = () => this.#underWay.delete(work);
    work.then(done, done);
    return work;
  }

  #refuse(): void {
    if (this.#closed) throw new StoreError("UNAVAILABLE", "The store is closed.");
    refuseInside(this);
  }
}

const NAMESPACE_EXISTS = 48;

/** A commit that goes on after that may still succeed. */
async function within<R>(work: Promise<R>, ms: number): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = "MongoDB did not tell whether the transaction was committed.";
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
