import { StoreError } from "../errors.ts";
import type { IndexDescription, IndexOptions, IndexOrder } from "../store.ts";
import { addIndex, ensureCollection, ID_INDEX, removeIndex } from "./catalog.ts";
import { isPlaceIndex } from "./geo/near.ts";
import { parsePath } from "./paths.ts";
import { planQuery } from "./plan.ts";
import type { Stored } from "./records.ts";
import { indexRecord } from "./records.ts";
import { type Source, visit } from "./scan.ts";
import type { Steps } from "./turns.ts";
import { isMembers } from "./values.ts";

export function describeIndex(key: Record<string, IndexOrder>, options: IndexOptions): IndexDescription {
  const fields = isMembers(key) ? Object.entries(key) : [];
  if (fields.length === 0 || fields.length > 31) throw bad("An index needs between 1 and 31 fields.");
  for (const [path, order] of fields) {
    if (parsePath(path).some((part) => part.startsWith("$"))) throw bad(`"${path}" cannot be indexed.`);
    if (order !== 1 && order !== -1 && !isPlaceIndex(order)) {
      throw bad(`The order of "${path}" in an index must be 1, -1, "2dsphere" or "2d".`);
    }
  }
  const { expireAfterSeconds, unique, sparse } = options;
  const places = fields.filter(([, order]) => isPlaceIndex(order));
  if (places.length > 1) throw bad("An index can have only one geo field.");
  if (places.length > 0 && unique) throw bad("A geo index cannot be unique.");
  if (places.length > 0 && expireAfterSeconds !== undefined) throw bad("A geo index cannot have expireAfterSeconds.");
  if (expireAfterSeconds !== undefined) {
    if (fields.length > 1) throw bad("An index with expireAfterSeconds must have exactly one field.");
    if (!Number.isFinite(expireAfterSeconds) || expireAfterSeconds < 0 || expireAfterSeconds > 2 ** 31 - 1) {
      throw bad("expireAfterSeconds must be between 0 and 2147483647.");
    }
  }
  return {
    name: options.name ?? fields.map(([path, order]) => `${path}_${order}`).join("_"),
    key: Object.fromEntries(fields),
    ...(unique ? { unique } : {}),
    ...(sparse ? { sparse } : {}),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
  };
}

/** Visits every document of the collection, while other writes wait. */
export function* createIndex(source: Source, description: IndexDescription): Steps<string> {
  const connection = source.connection();
  const info = ensureCollection(connection, source.collection);
  if (isSame(description, ID_INDEX, { ...ID_INDEX, unique: true })) return ID_INDEX.name;
  for (const { description: present } of info.indexes) {
    if (isSame(present, description)) return present.name;
    if (present.name === description.name || sameKey(present, description)) throw conflict(present, description);
  }
  const index = addIndex(connection, info, description);
  const documents: Stored[] = [];
  const everything = planQuery({ ...info, indexes: [] }, {}, []);
  const steps = visit(source, everything, (stored) => {
    documents.push(stored);
    return documents.length >= BATCH ? "pause" : "continue";
  });
  for (let step = steps.next(); ; step = steps.next()) {
    for (const stored of documents.splice(0))
      indexRecord(connection, connection.catalog.get(info.name)!, index, stored);
    if (step.done) return description.name;
    if (source.turns.spent()) yield;
  }
}

const BATCH = 50;

function isSame(a: IndexDescription, ...others: IndexDescription[]): boolean {
  return others.some((b) => JSON.stringify(normal(a)) === JSON.stringify(normal(b)));
}

function normal({ name, key, unique, sparse, expireAfterSeconds }: IndexDescription) {
  return [name, Object.entries(key), unique === true, sparse === true, expireAfterSeconds];
}

function sameKey(a: IndexDescription, b: IndexDescription): boolean {
  return JSON.stringify(Object.entries(a.key)) === JSON.stringify(Object.entries(b.key));
}

function conflict(present: IndexDescription, wanted: IndexDescription): StoreError {
  const message = `The index ${present.name} exists with another key, name or options. Drop it first.`;
  return new StoreError("INDEX_CONFLICT", message, { present, wanted });
}

export function listIndexes(source: Source): IndexDescription[] {
  const info = source.connection().catalog.get(source.collection);
  return info === undefined ? [] : [ID_INDEX, ...info.indexes.map(({ description }) => description)];
}

export function dropIndex(source: Source, name: string): void {
  const connection = source.connection();
  const info = connection.catalog.get(source.collection);
  const index = info?.indexes.find(({ description }) => description.name === name);
  if (info === undefined || index === undefined) throw bad(`There is no index ${JSON.stringify(name)} to drop.`);
  removeIndex(connection, info, index);
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
