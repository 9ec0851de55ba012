import { ObjectId } from "../../bson.ts";
import type { UpdateResult } from "../store.ts";
import { type Change, insert, NOTHING } from "./change.ts";
import { changeFirst, changeRows, checkChange, insertEvaluated } from "./changes-evaluated.ts";
import { type Query, shaped } from "./compiled-query.ts";
import { evaluate, PIECE, PIECE_CHARS } from "./evaluate.ts";
import { ATTEMPTS, findForChange, findRows, overtaken, readNow } from "./query.ts";
import { deleteRecord, type Stored, updateRecord } from "./records.ts";
import type { Source } from "./scan.ts";
import { documentToText } from "./text.ts";
import type { Steps } from "./turns.ts";
import { withIdFirst } from "./upsert.ts";
import { importDocument, type Members } from "./values.ts";
import { isLight } from "./weights.ts";
import { refuseLong } from "./work.ts";

/**
 * Writing operations. The change of one document is atomic; there may be pauses between documents. They use the best
 * index, or scan the whole collection.
 */

/** Generates a missing or null `_id`, in the passed object too, like MongoDB's driver. */
export function importNew(raw: unknown): Members {
  const document = importDocument(raw);
  if (document._id === undefined || document._id === null) {
    const _id = new ObjectId();
    (raw as Members)._id = _id;
    return withIdFirst({ ...document, _id });
  }
  return Object.keys(document)[0] === "_id" ? document : withIdFirst(document);
}

/** Checks all documents before it inserts the first. Returns their `_id`s. */
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
  if (isLightChange(query, change)) {
    const stored = yield* findForChange(source, query);
    if (stored === undefined) return upsert ? insertFrom(source, query, change).result : NOTHING;
    if (isLight(query.weight + change.weight, stored.text.length)) {
      const changed = write(source, stored, change);
      return { ...NOTHING, matchedCount: 1, modifiedCount: changed === stored.document ? 0 : 1 };
    }
  }
  const evaluated = yield* changeFirst(source, query, change);
  if (evaluated === undefined) return upsert ? (yield* insertEvaluated(source, query, change)).result : NOTHING;
  return { ...NOTHING, matchedCount: 1, modifiedCount: evaluated.isModified ? 1 : 0 };
}

function isLightChange(query: Query, change: Change): boolean {
  return Number.isFinite(query.weight + change.weight);
}

export function* changeMany(source: Source, query: Query, change: Change, upsert: boolean): Steps<UpdateResult> {
  const rows = yield* findRows(source, query);
  if (rows.length === 0 && !isLightChange(query, change)) yield* checkChange(source, query, change);
  if (rows.length === 0 && upsert) {
    if (isLightChange(query, change)) return insertFrom(source, query, change).result;
    return (yield* insertEvaluated(source, query, change)).result;
  }
  let matchedCount = 0;
  let modifiedCount = 0;
  const heavy: number[] = [];
  for (const row of rows) {
    if (source.turns.spent()) yield;
    const stored = readNow(source, row);
    if (stored === undefined) continue;
    if (!isLight(query.weight + change.weight, stored.text.length)) {
      heavy.push(row);
    } else if (query.matches(stored.document)) {
      matchedCount++;
      if (write(source, stored, change) !== stored.document) modifiedCount++;
    }
  }
  const evaluated = yield* changeRows(source, query, change, heavy);
  matchedCount += evaluated.matchedCount;
  modifiedCount += evaluated.modifiedCount;
  return { ...NOTHING, matchedCount, modifiedCount };
}

export function* changeAndGet(
  source: Source,
  query: Query,
  change: Change,
  upsert: boolean,
  version: "before" | "after",
): Steps<Members | null> {
  if (isLightChange(query, change)) {
    const stored = yield* findForChange(source, query);
    if (stored === undefined) {
      const after = upsert ? insertFrom(source, query, change).document : undefined;
      return after === undefined || version === "before" ? null : query.project(after);
    }
    if (isLight(query.weight + change.weight, stored.text.length)) {
      // Project first: if the projection fails, nothing is changed.
      const shown = version === "before" ? query.project(stored.document) : undefined;
      const after = write(source, stored, change);
      return shown ?? query.project(after);
    }
  }
  const wanted = { ...change, spec: () => ({ ...change.spec(), returns: version }) };
  const evaluated = yield* changeFirst(source, query, wanted);
  if (evaluated !== undefined) return evaluated.shape!;
  const created = upsert ? yield* insertEvaluated(source, query, wanted) : undefined;
  return created === undefined || version === "before" ? null : created.shape;
}

/** Returns the projection of the deleted document. */
export function* deleteOne(source: Source, query: Query): Steps<Members | null> {
  const stored = yield* findForChange(source, query);
  if (stored === undefined) return null;
  const shown = shaped(query, stored);
  erase(source, stored);
  return shown;
}

export function* deleteMany(source: Source, query: Query): Steps<number> {
  let rows = yield* findRows(source, query);
  let deleted = 0;
  for (let attempt = 0; rows.length > 0; attempt++) {
    if (attempt > ATTEMPTS) throw overtaken();
    const again: number[] = [];
    for (let at = 0; at < rows.length; ) {
      const piece: Stored[] = [];
      for (let chars = 0; at < rows.length && piece.length < PIECE && chars < PIECE_CHARS; at++) {
        if (source.turns.spent()) yield;
        const stored = readNow(source, rows[at]!);
        if (stored === undefined) continue;
        if (!isLight(query.weight, stored.text.length)) {
          piece.push(stored);
          chars += stored.text.length;
        } else if (query.matches(stored.document)) {
          erase(source, stored);
          deleted++;
        }
      }
      if (piece.length === 0) continue;
      for (const stored of yield* evaluate(source, query, piece)) {
        if (readNow(source, stored.row)?.text !== stored.text) {
          again.push(stored.row);
        } else {
          erase(source, stored);
          deleted++;
        }
        if (source.turns.spent()) yield;
      }
    }
    rows = again;
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
  const text = documentToText(changed);
  refuseLong(source.caller, text);
  updateRecord(connection, connection.catalog.get(source.collection)!, stored, changed, text);
  return changed;
}

function erase(source: Source, stored: Stored): void {
  const connection = source.connection();
  deleteRecord(connection, connection.catalog.get(source.collection)!, stored);
}
