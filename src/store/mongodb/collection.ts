import type { Db, Collection as DriverCollection, UpdateResult as DriverUpdateResult } from "mongodb";
import { calculateObjectSize } from "../../bson.ts";
import { checkBounds, checkDocument, checkName, refuseDangerous } from "../check.ts";
import { StoreError } from "../errors.ts";
import { checkPipeline } from "../pipeline.ts";
import type {
  BulkOperation,
  BulkResult,
  Collection,
  CollectionOptions,
  Cursor,
  Document,
  Filter,
  FindAndModifyOptions,
  FindOptions,
  IndexDescription,
  IndexOptions,
  IndexOrder,
  Projection,
  Sort,
  Update,
  UpdateOptions,
  UpdateResult,
} from "../store.ts";
import { MongodbCursor } from "./cursor.ts";
import { refuseTooSlow, withKeys } from "./errors.ts";
import { toPlain } from "./plain.ts";
import type { Operation, OperationOptions, Scope } from "./scope.ts";

export class MongodbCollection<T extends Document> implements Collection<T> {
  readonly name: string;
  readonly #driver: DriverCollection;
  readonly #scope: Scope;
  readonly #bound: { maxTimeMS?: number };

  constructor(driver: DriverCollection, scope: Scope, { maxTimeMs }: CollectionOptions = {}) {
    checkName(driver.collectionName);
    this.name = driver.collectionName;
    this.#driver = driver;
    this.#scope = scope;
    this.#bound = maxTimeMs === undefined ? {} : { maxTimeMS: maxTimeMs };
  }

  async findOne(filter: Filter, options: Omit<FindOptions, "limit"> = {}): Promise<T | null> {
    return this.#read(
      filter,
      async (more) => (await this.#driver.findOne(filter, { ...options, ...more })) as T | null,
      options,
    );
  }

  find(filter: Filter, options: FindOptions = {}): Cursor<T> {
    return new MongodbCursor<T>(this.name, this.#scope, this.#bound, (more) => {
      checkQuery(filter, options);
      return this.#driver.find(filter, { ...options, ...more });
    });
  }

  async countDocuments(filter: Filter, options: { skip?: number; limit?: number } = {}): Promise<number> {
    const { limit, ...others } = options;
    const bounded = limit ? { ...others, limit } : others;
    return this.#read(filter, (more) => this.#driver.countDocuments(filter, { ...bounded, ...more }), options);
  }

  async distinct(key: string, filter: Filter): Promise<unknown[]> {
    return this.#read(filter, (more) => this.#driver.distinct(key, filter, more));
  }

  aggregate<R extends Document = Document>(pipeline: Document[]): Cursor<R> {
    return new MongodbCursor<R>(this.name, this.#scope, this.#bound, (more) => {
      checkPipeline(pipeline);
      return this.#driver.aggregate(pipeline, more);
    });
  }

  async insertOne(document: Document): Promise<{ insertedId: unknown }> {
    const { insertedId } = await this.#write({}, [document], (more) => this.#driver.insertOne(document, more));
    return { insertedId };
  }

  async insertMany(documents: Document[]): Promise<{ insertedCount: number; insertedIds: Record<number, unknown> }> {
    const result = await this.#write({}, documents, (more) => this.#driver.insertMany(documents, more));
    return { insertedCount: result.insertedCount, insertedIds: result.insertedIds };
  }

  async updateOne(filter: Filter, update: Update, options: UpdateOptions = {}): Promise<UpdateResult> {
    const run = (more: OperationOptions) => this.#driver.updateOne(filter, update, { ...options, ...more });
    return counts(await this.#write(filter, [update], run, options));
  }

  async updateMany(filter: Filter, update: Update, options: UpdateOptions = {}): Promise<UpdateResult> {
    const run = (more: OperationOptions) => this.#driver.updateMany(filter, update, { ...options, ...more });
    return counts(await this.#write(filter, [update], run, options));
  }

  async replaceOne(filter: Filter, replacement: Document, options: { upsert?: boolean } = {}): Promise<UpdateResult> {
    const run = (more: OperationOptions) => this.#driver.replaceOne(filter, replacement, { ...options, ...more });
    return counts(await this.#write(filter, [replacement], run));
  }

  async findOneAndUpdate(filter: Filter, update: Update, options: FindAndModifyOptions = {}): Promise<T | null> {
    const run = (more: OperationOptions) => this.#driver.findOneAndUpdate(filter, update, { ...options, ...more });
    return (await this.#write(filter, [update], run, options)) as T | null;
  }

  async findOneAndReplace(filter: Filter, replacement: Document, options: FindAndModifyOptions = {}) {
    const run = (more: OperationOptions) =>
      this.#driver.findOneAndReplace(filter, replacement, { ...options, ...more });
    return (await this.#write(filter, [replacement], run, options)) as T | null;
  }

  async findOneAndDelete(filter: Filter, options: { projection?: Projection; sort?: Sort } = {}): Promise<T | null> {
    const run = (more: OperationOptions) => this.#driver.findOneAndDelete(filter, { ...options, ...more });
    return (await this.#write(filter, [], run, options)) as T | null;
  }

  async deleteOne(filter: Filter): Promise<{ deletedCount: number }> {
    const { deletedCount } = await this.#write(filter, [], (more) => this.#driver.deleteOne(filter, more));
    return { deletedCount };
  }

  async deleteMany(filter: Filter): Promise<{ deletedCount: number }> {
    const { deletedCount } = await this.#write(filter, [], (more) => this.#driver.deleteMany(filter, more));
    return { deletedCount };
  }

  async bulkWrite(operations: BulkOperation[]): Promise<BulkResult> {
    const parts = operations.flatMap((operation) => Object.values(operation) as BulkParts[]);
    const filters = parts.flatMap(({ filter }) => (filter === undefined ? [] : [filter]));
    const documents = parts.map(({ document, update, replacement }) => document ?? update ?? replacement ?? {});
    const run = (more: OperationOptions) => this.#driver.bulkWrite(operations, { ...more, ordered: true });
    const result = await this.#write(filters, documents, run);
    const { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount } = result;
    return { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount };
  }

  async create(): Promise<void> {
    await this.#define("make", () => create(this.#driver.db, this.name));
  }

  async createIndex(key: Record<string, IndexOrder>, options: IndexOptions = {}): Promise<string> {
    return this.#define("make", () => this.#driver.createIndex(key, { ...options, ...INDEX_BUILD }));
  }

  async dropIndex(name: string): Promise<void> {
    await this.#define("drop", () => this.#driver.dropIndex(name));
  }

  async indexes(): Promise<IndexDescription[]> {
    const indexes = await this.#read({}, () => this.#driver.indexes().catch(noneIfMissing));
    return indexes.map(({ name, key, unique, sparse, expireAfterSeconds }) => ({
      name: String(name),
      key: key as Record<string, IndexOrder>,
      ...(unique ? { unique } : {}),
      ...(sparse ? { sparse } : {}),
      ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
    }));
  }

  async drop(): Promise<boolean> {
    return this.#define("drop", async () => {
      const { db } = this.#driver;
      // MongoDB 7.0 and later report success for a missing collection too.
      const found = await db.listCollections({ name: this.name }, { nameOnly: true }).toArray();
      return found.length > 0 && this.#driver.drop();
    });
  }

  /** Checks inside, so that an invalid query ends the transaction like any other failed operation. */
  #read<R>(filter: unknown, operation: Operation<R>, checked: Checked = {}): Promise<R> {
    return this.#scope.run(this.name, "read", async (options) => {
      checkQuery(filter, checked);
      return toPlain(await refuseTooSlow(operation({ ...options, ...this.#bound }), this.#bound.maxTimeMS)) as R;
    });
  }

  #define<R>(kind: "make" | "drop", operation: () => Promise<R>): Promise<R> {
    return this.#scope.run(this.name, kind, operation);
  }

  #write<R>(filter: unknown, documents: Document[], operation: Operation<R>, checked: Checked = {}): Promise<R> {
    return this.#scope.run(this.name, "write", async (options) => {
      checkQuery(filter, checked);
      for (const document of documents) checkSize(document);
      return toPlain(await operation({ ...options, ...this.#bound }).catch(withKeys(this.#driver))) as R;
    });
  }
}

interface BulkParts {
  filter?: Filter;
  document?: Document;
  update?: Document;
  replacement?: Document;
}

/** The connection waits however long a build takes, since the server would continue it anyway. */
const INDEX_BUILD = { commitQuorum: "majority", socketTimeoutMS: 0 } as const;

const NAMESPACE_NOT_FOUND = 26;
const NAMESPACE_EXISTS = 48;

export async function create(db: Db, name: string): Promise<void> {
  await db.createCollection(name).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== NAMESPACE_EXISTS) throw error;
  });
}

function noneIfMissing(error: unknown): never[] {
  if ((error as { code?: unknown }).code === NAMESPACE_NOT_FOUND) return [];
  throw error;
}

function counts({ matchedCount, modifiedCount, upsertedCount, upsertedId }: DriverUpdateResult): UpdateResult {
  return { matchedCount, modifiedCount, upsertedCount, upsertedId };
}

const MAX_BYTES = 16_777_216;

/** Checked here, because the server closes the connection on a message that is far too long. */
function checkSize(document: Document): void {
  checkDocument(document);
  const bytes = calculateObjectSize(document, { ignoreUndefined: true });
  if (bytes > MAX_BYTES) {
    throw new StoreError("DOCUMENT_TOO_LARGE", `The document is ${bytes} bytes long; the limit is ${MAX_BYTES}.`);
  }
}

type Checked = Pick<FindOptions, "projection" | "skip" | "limit"> & Pick<UpdateOptions, "arrayFilters">;

function checkQuery(filter: unknown, { projection = {}, arrayFilters = [], skip = 0, limit = 0 }: Checked): void {
  refuseDangerous(filter);
  refuseDangerous(projection);
  refuseDangerous(arrayFilters);
  checkBounds({ skip, limit });
}
