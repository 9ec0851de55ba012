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
  /** All attempts at a transaction together; what its commit takes comes on top. */
  transactionTimeoutMs?: number;
  /** How long a reachable primary is waited for. */
  serverSelectionTimeoutMs?: number;
  /** A connection on which the server says nothing for so long in the middle of an operation counts as broken. */
  socketTimeoutMs?: number;
}

/** Opens one database by a client of its own. */
export function openMongodbStore({
  database,
  ...options
}: MongodbClientOptions & { database: string }): Promise<Store> {
  return new MongodbClient(options).open(database);
}

/** One connection pool for any number of databases: connected for the first store, closed with the last one. */
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

/** What the driver says of a bad connection string may repeat it, with its password: none of that goes further. */
function makeClient({ url, serverSelectionTimeoutMs, socketTimeoutMs }: MongodbClientOptions): MongoClient {
  const own = {
    ...(serverSelectionTimeoutMs !== undefined && { serverSelectionTimeoutMS: serverSelectionTimeoutMs }),
    ...(socketTimeoutMs !== undefined && { socketTimeoutMS: socketTimeoutMs }),
  };
  try {
    return new MongoClient(url, { ...CLIENT_OPTIONS, ...own });
  } catch {
    const message = "The MongoDB connection string is not valid: it must be like mongodb://host:27017/?replicaSet=rs0.";
    throw new StoreError("UNAVAILABLE", message);
  }
}
