import { ObjectId } from "../../bson.ts";
import { StoreError } from "../errors.ts";
import type { UpdateResult } from "../store.ts";
import { ensureCollection } from "./catalog.ts";
import { findForChange, findRows, type Query, recheck } from "./query.ts";
import { deleteRecord, insertRecord, type Stored, updateRecord } from "./records.ts";
import type { Source } from "./scan.ts";
import type { Steps } from "./turns.ts";
import type { CompiledUpdate } from "./update.ts";
import { documentFromFilter, withIdFirst } from "./upsert.ts";
import { equalValues, importDocument, type Members } from "./values.ts";

/**
 * The writing operations as steps over the writer's connection. One document is changed all or nothing; between two
 * documents there may be a pause. All cost a look-up by the best index, or a look at every document where none fits.
 */
export interface Change {
  /** What becomes of a document; the same object where nothing does. */
  apply(document: Members, inserting: boolean): Members;
  /** What an upsert starts from. */
  base(filter: Members): Members;
}

export function updating(update: CompiledUpdate): Change {
  return { apply: update.apply, base: documentFromFilter };
}

export function replacing(raw: unknown): Change {
  const replacement = importDocument(raw);
  const operator = Object.keys(replacement).find((key) => key.startsWith("$"));
  if (operator !== undefined) throw bad(`A replacement is a whole document; ${operator} belongs in an update.`);
  const { _id: own, ...members } = replacement;
  return {
    apply(document) {
      const { _id = own } = document;
      if (own !== undefined && !equalValues(own, _id)) {
        throw bad("The replacement has another _id, which stays as it is for a document's life.");
      }
      const changed = _id === undefined ? members : { _id, ...members };
      return equalValues(changed, document) ? document : changed;
    },
    base: (filter) => {
      const { _id } = documentFromFilter(filter);
      return _id === undefined ? {} : { _id };
    },
  };
}

export const NOTHING: UpdateResult = { matchedCount: 0, modifiedCount: 0, upsertedCount: 0, upsertedId: null };

/** A document without `_id` is given one, in the passed object too. */
export function importNew(raw: unknown): Members {
  const document = importDocument(raw);
  if (document._id === undefined) {
    const _id = new ObjectId();
    (raw as Members)._id = _id;
    return { _id, ...document };
  }
  return Object.keys(document)[0] === "_id" ? document : withIdFirst(document);
}

function insert(source: Source, document: Members): void {
  const connection = source.connection();
  insertRecord(connection, ensureCollection(connection, source.collection), document);
}

/** Checks all documents before it inserts the first; answers their `_id`s. */
export function* insertAll(source: Source, documents: unknown[]): Steps<unknown[]> {
  const imported: Members[] = [];
  for (const document of documents) {
    imported.push(importNew(document));
    if (source.turns.spent()) yield;
  }
  for (const document of imported) {
    insert(source, document);
    if (source.turns.spent()) yield;
  }
  return imported.map(({ _id }) => _id);
}

export function* changeOne(source: Source, query: Query, change: Change, upsert: boolean): Steps<UpdateResult> {
  const stored = yield* findForChange(source, query);
  if (stored === undefined) return upsert ? insertFrom(source, query, change).result : NOTHING;
  const changed = write(source, stored, change);
  return { ...NOTHING, matchedCount: 1, modifiedCount: changed === stored.document ? 0 : 1 };
}

export function* changeMany(source: Source, query: Query, change: Change, upsert: boolean): Steps<UpdateResult> {
  const rows = yield* findRows(source, query);
  if (rows.length === 0 && upsert) return insertFrom(source, query, change).result;
  let matchedCount = 0;
  let modifiedCount = 0;
  for (const row of rows) {
    if (source.turns.spent()) yield;
    const stored = recheck(source, query, row);
    if (stored === undefined) continue;
    matchedCount++;
    if (write(source, stored, change) !== stored.document) modifiedCount++;
  }
  return { ...NOTHING, matchedCount, modifiedCount };
}

/** For findOneAndUpdate and its like. */
export function* changeAndGet(
  source: Source,
  query: Query,
  change: Change,
  upsert: boolean,
  version: "before" | "after",
): Steps<Members | null> {
  const stored = yield* findForChange(source, query);
  const before = stored?.document;
  if (stored === undefined && !upsert) return null;
  const after = stored === undefined ? insertFrom(source, query, change).document : write(source, stored, change);
  const wanted = version === "before" ? before : after;
  return wanted === undefined ? null : query.project(wanted);
}

/** Answers the document that was deleted, projected. */
export function* deleteOne(source: Source, query: Query): Steps<Members | null> {
  const stored = yield* findForChange(source, query);
  if (stored === undefined) return null;
  erase(source, stored);
  return query.project(stored.document);
}

export function* deleteMany(source: Source, query: Query): Steps<number> {
  const rows = yield* findRows(source, query);
  let deleted = 0;
  for (const row of rows) {
    if (source.turns.spent()) yield;
    const stored = recheck(source, query, row);
    if (stored === undefined) continue;
    erase(source, stored);
    deleted++;
  }
  return deleted;
}

function insertFrom(source: Source, query: Query, change: Change): { document: Members; result: UpdateResult } {
  const document = withIdFirst(change.apply(change.base(query.filter), true));
  insert(source, document);
  return { document, result: { ...NOTHING, upsertedCount: 1, upsertedId: document._id } };
}

function write(source: Source, stored: Stored, change: Change): Members {
  const changed = change.apply(stored.document, false);
  if (changed === stored.document) return changed;
  const connection = source.connection();
  updateRecord(connection, connection.catalog.get(source.collection)!, stored, changed);
  return changed;
}

function erase(source: Source, stored: Stored): void {
  const connection = source.connection();
  deleteRecord(connection, connection.catalog.get(source.collection)!, stored);
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
