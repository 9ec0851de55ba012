/**
 * The document store. Its methods, options and results are a subset of the MongoDB driver's Collection, so that the
 * MongoDB engine is nearly no code. `test/store/contract` verifies both engines.
 *
 * Guarantees of both engines:
 * - A write resolves once it is on disk (embedded: fsynced; MongoDB: majority write concern).
 * - A read outside a transaction sees only committed writes, and every write acknowledged before it.
 * - Errors are `StoreError`s with a code (`errors.ts`). A refused operation changes nothing.
 * - Documents hold JSON values, ObjectId (of `src/bson.ts`) and Date, at most 100 levels deep and 16 MB; anything else
 *   is refused (`check.ts`). Undefined members are dropped. Foreign values in MongoDB are converted
 *   (`mongodb/plain.ts`).
 * - `undefined` in a filter is refused, since it would match everything, as are operators that run code.
 */
export type Document = Record<string, unknown>;
export type Filter = Document;
export type Update = Document;
export type SortOrder = 1 | -1;
/** A geo index on the sphere or on a plane, or the order of a field. */
export type IndexOrder = SortOrder | "2dsphere" | "2d";
export type Sort = Record<string, SortOrder>;
/** `"path.$"` selects the first element that the filter's condition on the array matches. */
export type Projection = Record<
  string,
  0 | 1 | boolean | { $slice: number | [skip: number, take: number] } | { $elemMatch: Filter }
>;

export interface FindOptions {
  projection?: Projection;
  sort?: Sort;
  skip?: number;
  limit?: number;
}

export interface UpdateOptions {
  upsert?: boolean;
  /** Conditions for the elements denoted by `$[name]`. */
  arrayFilters?: Document[];
}

export interface FindAndModifyOptions extends UpdateOptions {
  projection?: Projection;
  sort?: Sort;
  returnDocument?: "before" | "after";
}

export interface UpdateResult {
  matchedCount: number;
  modifiedCount: number;
  upsertedCount: number;
  upsertedId: unknown;
}

export interface IndexOptions {
  name?: string;
  unique?: boolean;
  /** Omits documents without the key, so that a unique index allows many of them. */
  sparse?: boolean;
  /** Documents are deleted some time after the Date in the key is this many seconds ago. Single-field indexes only. */
  expireAfterSeconds?: number;
}

export interface IndexDescription extends IndexOptions {
  name: string;
  key: Record<string, IndexOrder>;
}

export type BulkOperation =
  | { insertOne: { document: Document } }
  | { updateOne: { filter: Filter; update: Update; upsert?: boolean; arrayFilters?: Document[] } }
  | { updateMany: { filter: Filter; update: Update; upsert?: boolean; arrayFilters?: Document[] } }
  | { replaceOne: { filter: Filter; replacement: Document; upsert?: boolean } }
  | { deleteOne: { filter: Filter } }
  | { deleteMany: { filter: Filter } };

export interface BulkResult {
  insertedCount: number;
  matchedCount: number;
  modifiedCount: number;
  deletedCount: number;
  upsertedCount: number;
}

/** Iterates over documents. Not a snapshot: concurrent changes may or may not be seen. */
export interface Cursor<T> extends AsyncIterable<T> {
  toArray(): Promise<T[]>;
  next(): Promise<T | null>;
  close(): Promise<void>;
}

export interface Collection<T extends Document = Document> {
  readonly name: string;

  findOne(filter: Filter, options?: Omit<FindOptions, "limit">): Promise<T | null>;
  find(filter: Filter, options?: FindOptions): Cursor<T>;
  countDocuments(filter: Filter, options?: { skip?: number; limit?: number }): Promise<number>;
  distinct(key: string, filter: Filter): Promise<unknown[]>;
  aggregate<R extends Document = Document>(pipeline: Document[]): Cursor<R>;

  /** Generates a missing `_id`, in the passed object too. */
  insertOne(document: Document): Promise<{ insertedId: unknown }>;
  /** In order. Stops at the first refused document; outside a transaction the earlier ones are kept. */
  insertMany(documents: Document[]): Promise<{ insertedCount: number; insertedIds: Record<number, unknown> }>;
  updateOne(filter: Filter, update: Update, options?: UpdateOptions): Promise<UpdateResult>;
  updateMany(filter: Filter, update: Update, options?: UpdateOptions): Promise<UpdateResult>;
  replaceOne(filter: Filter, replacement: Document, options?: { upsert?: boolean }): Promise<UpdateResult>;
  findOneAndUpdate(filter: Filter, update: Update, options?: FindAndModifyOptions): Promise<T | null>;
  findOneAndReplace(filter: Filter, replacement: Document, options?: FindAndModifyOptions): Promise<T | null>;
  findOneAndDelete(filter: Filter, options?: { projection?: Projection; sort?: Sort }): Promise<T | null>;
  deleteOne(filter: Filter): Promise<{ deletedCount: number }>;
  deleteMany(filter: Filter): Promise<{ deletedCount: number }>;
  bulkWrite(operations: BulkOperation[]): Promise<BulkResult>;

  /** Creates the collection if it does not exist, so that the first transaction need not. */
  create(): Promise<void>;
  /** Creates the index if it does not exist; other options for the same key are an error. Resolves to its name. */
  createIndex(key: Record<string, IndexOrder>, options?: IndexOptions): Promise<string>;
  dropIndex(name: string): Promise<void>;
  indexes(): Promise<IndexDescription[]>;
  /** Resolves to whether the collection existed. */
  drop(): Promise<boolean>;
}

export interface CollectionOptions {
  /** Time limit of a query or write on MongoDB. The embedded store has its own limits. */
  maxTimeMs?: number;
}

/** The collections as seen by the store itself or by one transaction. */
export interface Documents {
  /** A collection is created with its first document or index. */
  collection<T extends Document = Document>(name: string, options?: CollectionOptions): Collection<T>;
}

export type Writable = Pick<Store, "collection" | "transaction">;

export interface Store extends Documents {
  /**
   * Runs `work` atomically on a snapshot of the documents. If two transactions write the same document, one is run
   * again from the start, so `work` may only read and write through `tx`. If it throws, the transaction is rolled back
   * and the error is rethrown.
   *
   * **Write what you rely on.** A document that is only read may be changed by a concurrent transaction, and both
   * commit. If the work relies on a document that it does not write, write to that too, with an actual change such as
   * `$inc`. If it relies on a count or on an absent document, use `guard` (guard.ts).
   *
   * The first refused operation ends the transaction, even if its error is caught. A transaction over 10 s is rolled
   * back with "TRANSACTION_TIMEOUT". The store itself, create, createIndex, dropIndex and drop are refused inside. The
   * embedded engine runs one transaction at a time and other writes wait, so do not wait for anything slow inside.
   */
  transaction<R>(work: (tx: Documents) => Promise<R>): Promise<R>;
  /**
   * The names of all collections, in no order. For people who look at the data; costs one read of the catalog. Both engines
   * have it; a store that wraps another one need not.
   */
  collectionNames?(): Promise<string[]>;
  /** Resolves if the store can be read and written; for health checks. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
