import { MongoClient, MongoServerSelectionError } from "mongodb";
import { StoreError } from "../errors.ts";
import type { Store } from "../store.ts";
import { toStoreError } from "./errors.ts";
import { refuseServer, serverProblem } from "./hello.ts";
import { CLIENT_OPTIONS, refuseWeaker } from "./options.ts";
import { MongodbStore } from "./store.ts";

export interface MongodbClientOptions {
  /** mongodb:// or mongodb+srv://, of a replica set or a sharded cluster. */
  url: string;
  /** For all attempts at a transaction together, without the time of the commit. */
  transactionTimeoutMs?: number;
  serverSelectionTimeoutMs?: number;
  /** A connection without data for this long during an operation counts as broken. */
  socketTimeoutMs?: number;
}

export function openMongodbStore({
  database,
  ...options
}: MongodbClientOptions & { database: string }): Promise<Store> {
  return new MongodbClient(options).open(database);
}

/** One connection pool for any number of databases: connects for the first store, closes with the last. */
export class MongodbClient {
  readonly #options: MongodbClientOptions;
  #connected: Promise<MongoClient> | undefined;
  #stores = 0;

  constructor(options: MongodbClientOptions) {
    this.#options = options;
  }

  async open(database: string): Promise<Store> {
    this.#stores++;
    try {
      this.#connected ??= connect(this.#options);
      const client = await this.#connected;
      return await MongodbStore.open(client, database, this.#options.transactionTimeoutMs ?? 10_000, () =>
        this.#release(),
      );
    } catch (error) {
      await this.#release();
      throw toStoreError(error, "");
    }
  }

  async #release(): Promise<void> {
    if (--this.#stores > 0) return;
    const connected = this.#connected;
    this.#connected = undefined;
    await connected?.then(
      (client) => client.close(),
      () => undefined,
    );
  }
}

async function connect(options: MongodbClientOptions): Promise<MongoClient> {
  refuseWeaker(options.url);
  const client = makeClient(options);
  try {
    await client.connect();
    refuseServer(await client.db("admin").command({ hello: 1 }));
    return client;
  } catch (error) {
    await client.close();
    const problem = error instanceof MongoServerSelectionError ? serverProblem(error) : undefined;
    if (problem !== undefined) throw new StoreError("UNAVAILABLE", problem, {}, error);
    throw error;
  }
}

/** The driver's error may contain the connection string with its password, so it is not passed on. */
function makeClient({ url, serverSelectionTimeoutMs, socketTimeoutMs }: MongodbClientOptions): MongoClient {
  const own = {
    ...(serverSelectionTimeoutMs !== undefined && { serverSelectionTimeoutMS: serverSelectionTimeoutMs }),
    ...(socketTimeoutMs !== undefined && { socketTimeoutMS: socketTimeoutMs }),
  };
  try {
    return new MongoClient(url, { ...CLIENT_OPTIONS, ...own });
  } catch {
    const message = "The MongoDB connection string is not valid. Example: mongodb://host:27017/?replicaSet=rs0.";
    throw new StoreError("UNAVAILABLE", message);
  }
}
