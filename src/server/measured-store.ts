import type { Collection, Cursor, Document, Documents, Store } from "../store/store.ts";
import type { Metrics } from "./metrics.ts";

/** Verbs that answer a promise of what they did or found. */
const VERBS = [
  "findOne",
  "countDocuments",
  "distinct",
  "insertOne",
  "insertMany",
  "updateOne",
  "updateMany",
  "replaceOne",
  "findOneAndUpdate",
  "findOneAndReplace",
  "findOneAndDelete",
  "deleteOne",
  "deleteMany",
  "bulkWrite",
] as const satisfies (keyof Collection)[];

/**
 * The same store, with the time of each operation in the metrics: from the call until it is acknowledged, so waiting
 * for the disk included. A transaction counts as one; of cursors, those read by `toArray`.
 */
export function measured(store: Store, metrics: Metrics): Store {
  const collections = new Map<string, Collection>();
  return {
    collection<T extends Document>(name: string): Collection<T> {
      let collection = collections.get(name);
      if (!collection) {
        collection = measuredCollection(store.collection(name), metrics);
        collections.set(name, collection);
      }
      return collection as unknown as Collection<T>;
    },
    transaction: <R>(work: (tx: Documents) => Promise<R>) => timed(metrics, "transaction", store.transaction(work)),
    ping: () => timed(metrics, "ping", store.ping()),
    close: () => store.close(),
  };
}

function measuredCollection(inner: Collection, metrics: Metrics): Collection {
  const outer: Collection = {
    ...boundMethods(inner),
    name: inner.name,
    find: (filter, options) => measuredCursor(inner.find(filter, options), metrics, "find"),
    aggregate: <R extends Document>(pipeline: Document[]) =>
      measuredCursor(inner.aggregate<R>(pipeline), metrics, "aggregate"),
  };
  for (const verb of VERBS) {
    const method = outer[verb] as (...args: unknown[]) => Promise<unknown>;
    Object.assign(outer, { [verb]: (...args: unknown[]) => timed(metrics, verb, method(...args)) });
  }
  return outer;
}

function boundMethods(inner: Collection): Collection {
  const verbs = [...VERBS, "find", "aggregate", "createIndex", "dropIndex", "indexes", "drop"] as const;
  const bound = verbs.map((verb) => [verb, (inner[verb] as () => unknown).bind(inner)]);
  return Object.fromEntries(bound) as Collection;
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
