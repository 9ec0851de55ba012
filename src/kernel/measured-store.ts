import type {
  BulkOperation,
  Collection,
  CollectionOptions,
  Cursor,
  Document,
  Documents,
  Filter,
  FindAndModifyOptions,
  FindOptions,
  IndexOptions,
  IndexOrder,
  Projection,
  Store,
  Update,
  UpdateOptions,
  Writable,
} from "../store/store.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Wraps a store to record the duration of each operation: from the call until it settles, including the wait for the
 * disk. A transaction counts as one operation; cursors count only if read by `toArray`.
 */
export function measured(store: Store, metrics: Metrics): Store {
  const collections = new Map<string, Collection>();
  return {
    ...withTransactions(store, metrics),
    collection<T extends Document>(name: string, options?: CollectionOptions): Collection<T> {
      if (options !== undefined) return new MeasuredCollection<T>(store.collection<T>(name, options), metrics);
      let collection = collections.get(name);
      if (!collection) {
        collection = new MeasuredCollection(store.collection(name), metrics);
        collections.set(name, collection);
      }
      return collection as unknown as Collection<T>;
    },
    ...(store.collectionNames && { collectionNames: () => store.collectionNames!() }),
    ping: () => timed(metrics, "ping", store.ping()),
    close: () => store.close(),
  };
}

function withTransactions(writable: Writable, metrics: Metrics): Pick<Writable, "transaction"> {
  return {
    transaction: <R>(work: (tx: Documents) => Promise<R>) => timed(metrics, "transaction", writable.transaction(work)),
  };
}

class MeasuredCollection<T extends Document> implements Collection<T> {
  readonly name: string;
  readonly #inner: Collection<T>;
  readonly #metrics: Metrics;

  constructor(inner: Collection<T>, metrics: Metrics) {
    this.name = inner.name;
    this.#inner = inner;
    this.#metrics = metrics;
  }

  findOne(filter: Filter, options?: Omit<FindOptions, "limit">) {
    return timed(this.#metrics, "findOne", this.#inner.findOne(filter, options));
  }

  find(filter: Filter, options?: FindOptions) {
    return measuredCursor(this.#inner.find(filter, options), this.#metrics, "find");
  }

  countDocuments(filter: Filter, options?: { skip?: number; limit?: number }) {
    return timed(this.#metrics, "countDocuments", this.#inner.countDocuments(filter, options));
  }

  distinct(key: string, filter: Filter) {
    return timed(this.#metrics, "distinct", this.#inner.distinct(key, filter));
  }

  aggregate<R extends Document = Document>(pipeline: Document[]) {
    return measuredCursor(this.#inner.aggregate<R>(pipeline), this.#metrics, "aggregate");
  }

  insertOne(document: Document) {
    return timed(this.#metrics, "insertOne", this.#inner.insertOne(document));
  }

  insertMany(documents: Document[]) {
    return timed(this.#metrics, "insertMany", this.#inner.insertMany(documents));
  }

  updateOne(filter: Filter, update: Update, options?: UpdateOptions) {
    return timed(this.#metrics, "updateOne", this.#inner.updateOne(filter, update, options));
  }

  updateMany(filter: Filter, update: Update, options?: UpdateOptions) {
    return timed(this.#metrics, "updateMany", this.#inner.updateMany(filter, update, options));
  }

  replaceOne(filter: Filter, replacement: Document, options?: { upsert?: boolean }) {
    return timed(this.#metrics, "replaceOne", this.#inner.replaceOne(filter, replacement, options));
  }

  findOneAndUpdate(filter: Filter, update: Update, options?: FindAndModifyOptions) {
    return timed(this.#metrics, "findOneAndUpdate", this.#inner.findOneAndUpdate(filter, update, options));
  }

  findOneAndReplace(filter: Filter, replacement: Document, options?: FindAndModifyOptions) {
    return timed(this.#metrics, "findOneAndReplace", this.#inner.findOneAndReplace(filter, replacement, options));
  }

  findOneAndDelete(filter: Filter, options?: { projection?: Projection; sort?: FindOptions["sort"] }) {
    const { projection, sort } = options ?? {};
    const given = { ...(projection && { projection }), ...(sort && { sort }) };
    return timed(this.#metrics, "findOneAndDelete", this.#inner.findOneAndDelete(filter, given));
  }

  deleteOne(filter: Filter) {
    return timed(this.#metrics, "deleteOne", this.#inner.deleteOne(filter));
  }

  deleteMany(filter: Filter) {
    return timed(this.#metrics, "deleteMany", this.#inner.deleteMany(filter));
  }

  bulkWrite(operations: BulkOperation[]) {
    return timed(this.#metrics, "bulkWrite", this.#inner.bulkWrite(operations));
  }

  create() {
    return this.#inner.create();
  }

  createIndex(key: Record<string, IndexOrder>, options?: IndexOptions) {
    return this.#inner.createIndex(key, options);
  }

  dropIndex(name: string) {
    return this.#inner.dropIndex(name);
  }

  indexes() {
    return this.#inner.indexes();
  }

  drop() {
    return this.#inner.drop();
  }
}

function measuredCursor<T>(cursor: Cursor<T>, metrics: Metrics, verb: string): Cursor<T> {
  return {
    toArray: () => timed(metrics, verb, cursor.toArray()),
    next: () => cursor.next(),
    close: () => cursor.close(),
    [Symbol.asyncIterator]: () => cursor[Symbol.asyncIterator](),
  };
}

async function timed<R>(metrics: Metrics, verb: string, work: Promise<R>): Promise<R> {
  const startedAt = performance.now();
  try {
    return await work;
  } finally {
    metrics.storeTook(verb, (performance.now() - startedAt) / 1000);
  }
}
