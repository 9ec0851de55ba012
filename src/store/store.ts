/**
 * The document store. Its verbs, options and results are a subset of the MongoDB driver's own Collection, so that the
 * MongoDB engine is nearly no code; domain code uses only what stands here, and `test/store/contract` holds both
 * engines to it.
 *
 * Promises of both engines:
 * - A write's promise settles when the write is on disk (embedded: fsynced; MongoDB: majority write concern).
 * - A read outside a transaction sees only whole, committed writes, and every write that was acknowledged before it.
 * - Errors are `StoreError`s with a code (`errors.ts`); a refused operation changes nothing.
 * - A document holds JSON values, ObjectId and Date, 100 levels deep and up to 16 MB at most; anything else is refused
 *   before it is written (`check.ts`). Undefined members are left out. ObjectId is the class of `src/bson.ts`. What another
 *   program wrote into MongoDB comes back as the nearest of these (`mongodb/plain.ts`).
 * - `undefined` in a filter is refused, since it would match everything; so are operators that run code.
 */
export type Document = Record<string, unknown>;
export type Filter = Document;
export type Update = Document;
export type SortOrder = 1 | -1;
/** Of an index: places on the sphere or on a plane are found by it too. */
export type IndexOrder = SortOrder | "2dsphere" | "2d";
export type Sort = Record<string, SortOrder>;
/** `"path.$"` takes the first element that the filter's condition on the array is about. */
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
  /** Conditions that name the elements meant by `$[name]`. */
  arrayFilters?: Document[];
}

export interface FindAndModifyOptions extends UpdateOptions {
  projection?: Projection;
  sort?: Sort;
  /** Which version comes back; "before" unless told. */
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
  /** Leaves documents without the key out of the index, so that a unique index allows many of them. */
  sparse?: boolean;
  /** Documents are deleted some time after this many seconds past the Date in the key. Single-key indexes only. */
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

/** Documents one after the other. Not a snapshot: what changes while it is read may or may not be seen. */
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

  /** A document without `_id` is given an ObjectId, in the passed object too. */
  insertOne(document: Document): Promise<{ insertedId: unknown }>;
  /** In order; stops at the first that is refused, and keeps those before it unless in a transaction. */
  insertMany(documents: Document[]): Promise<{ insertedCount: number; insertedIds: Record<number, unknown> }>;
  updateOne(filter: Filter, update: Update, options?: UpdateOptions): Promise<UpdateResult>;
  updateMany(filter: Filter, update: Update, options?: UpdateOptions): Promise<UpdateResult>;
  replaceOne(filter: Filter, replacement: Document, options?: { upsert?: boolean }): Promise<UpdateResult>;
  findOneAndUpdate(filter: Filter, update: Update, options?: FindAndModifyOptions): Promise<T | null>;
  findOneAndReplace(filter: Filter, replacement: Document, options?: FindAndModifyOptions): Promise<T | null>;
  findOneAndDelete(filter: Filter, options?: { projection?: Projection; sort?: Sort }): Promise<T | null>;
  deleteOne(filter: Filter): Promise<{ deletedCount: number }>;
  deleteMany(filter: Filter): Promise<{ deletedCount: number }>;
  /** Ordered: stops at the first that is refused. */
  bulkWrite(operations: BulkOperation[]): Promise<BulkResult>;

  /** Ensures the collection, so that the first transaction that writes it need not. */
  create(): Promise<void>;
  /** Ensures the index; the same key and options again change nothing, other options are an error. Answers its name. */
  createIndex(key: Record<string, IndexOrder>, options?: IndexOptions): Promise<string>;
  dropIndex(name: string): Promise<void>;
  indexes(): Promise<IndexDescription[]>;
  /** Resolves to whether there was one. */
  drop(): Promise<boolean>;
}

export interface CollectionOptions {
  /** A longer query or write is ended by MongoDB. The embedded store bounds its work by other means. */
  maxTimeMs?: number;
}

/** The collections, as seen by whoever holds this: the store itself, or one transaction. */
export interface Documents {
  /** A collection comes into being with its first document or index. */
  collection<T extends Document = Document>(name: string, options?: CollectionOptions): Collection<T>;
}

/** Told of one write: settles when it is on disk, or is rejected where it is lost. */
export type OnDisk = (written: Promise<void>) => void;

/** Where documents are read and written. */
export type Writable = Pick<Store, "collection" | "transaction">;

export interface Store extends Documents {
  /**
   * Runs `work` all or nothing, on documents as they were when it began (MongoDB: snapshot isolation). Of two that write
   * one document, one conflicts and is run again from its start, so it must do nothing but read and write through `tx`;
   * what it throws undoes it and comes back unchanged. **Write what you rely on**: a document that is only read may be
   * changed by another transaction at the same moment, and then both are done. Where the work rests on a document that it
   * does not write anyway, have it write that too, changing something (an `$inc`; a write that changes nothing conflicts
   * with nothing); where it rests on what it counts or does not find, use `guard` (guard.ts).
   * The first operation that is refused ends it: it is undone even where the work catches that error, which then comes
   * back in place of the work's result. A transaction that lasts longer than the engine's bound (10 s) is undone and
   * fails with code "TRANSACTION_TIMEOUT". The store itself, create, createIndex, dropIndex and drop are refused inside.
   * The embedded engine lets one transaction run at a time, and other writes wait for it: wait for nothing slow inside.
   */
  transaction<R>(work: (tx: Documents) => Promise<R>): Promise<R>;
  /**
   * The same documents for work that tells nobody of them before all of its writes are on disk: its writes and
   * transactions settle when they are done, refused ones too, and `onDisk` is told of each. So one after the other needs
   * not wait for the disk, and many share a flush. Reads outside a transaction still see only what is on disk. Absent
   * where a write is known to be done only when it is on disk.
   */
  early?(onDisk: OnDisk): Writable;
  /** Answers once the store can be written and read; for health checks. */
  ping(): Promise<void>;
  /** Waits for what is under way, then closes. */
  close(): Promise<void>;
}
