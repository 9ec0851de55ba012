import type { UpdateResult } from "../store.ts";
import { type Change, insert, NOTHING } from "./change.ts";
import type { Query } from "./compiled-query.ts";
import { PIECE, PIECE_CHARS } from "./evaluate.ts";
import type { Changed, Created } from "./evaluator/protocol.ts";
import { ATTEMPTS, findFirst, overtaken, readNow } from "./query.ts";
import { rewriteRecord, type Stored } from "./records.ts";
import type { Source } from "./scan.ts";
import { textToDocument } from "./text.ts";
import { awaited, type Steps } from "./turns.ts";
import type { Members } from "./values.ts";
import { refuseLong } from "./work.ts";

/**
 * Expensive changes, computed by evaluators. A result is only written if its document is still the same; otherwise it
 * is recomputed.
 */
export interface Evaluated {
  before: Stored;
  /** Projection of the version that the change's `returns` selects. */
  shape: Members | undefined;
  isModified: boolean;
}

export function* changeFirst(source: Source, query: Query, change: Change): Steps<Evaluated | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = yield* findFirst(source, query);
    if (found === undefined) {
      yield* checkChange(source, query, change);
      return undefined;
    }
    const { done } = yield* changePiece(source, query, change, [found]);
    if (done.length > 0) return done[0];
  }
  throw overtaken();
}

/** Validates the change in an evaluator, so that an invalid change fails even if nothing matches. */
export function* checkChange(source: Source, query: Query, change: Change): Steps<void> {
  yield* changePiece(source, query, change, []);
}

export function* changeRows(source: Source, query: Query, change: Change, all: number[]): Steps<UpdateResult> {
  const result = { ...NOTHING };
  let rows = all;
  for (let attempt = 0; rows.length > 0; attempt++) {
    if (attempt > ATTEMPTS) throw overtaken();
    const again: number[] = [];
    for (let at = 0; at < rows.length; ) {
      const piece: Stored[] = [];
      for (let chars = 0; at < rows.length && piece.length < PIECE && chars < PIECE_CHARS; at++) {
        const stored = readNow(source, rows[at]!);
        if (stored !== undefined) piece.push(stored);
        chars += stored?.text.length ?? 0;
      }
      const { done, overtaken: others } = yield* changePiece(source, query, change, piece);
      result.matchedCount += done.length;
      result.modifiedCount += done.filter(({ isModified }) => isModified).length;
      again.push(...others);
    }
    rows = again;
  }
  return result;
}

export function* insertEvaluated(
  source: Source,
  query: Query,
  change: Change,
): Steps<{ result: UpdateResult; shape: Members }> {
  const spec = query.spec(change.spec());
  const created = yield* awaited(source.work.run<Created>({ what: "create", spec }));
  refuseLong(source.caller, created.text);
  const document = textToDocument(created.text);
  insert(source, document);
  const result = { ...NOTHING, upsertedCount: 1, upsertedId: document._id };
  return { result, shape: textToDocument(created.shape) };
}

function* changePiece(
  source: Source,
  query: Query,
  change: Change,
  piece: readonly Stored[],
): Steps<{ done: Evaluated[]; overtaken: number[] }> {
  if (!Number.isFinite(query.weight + change.weight)) yield;
  const indexes = source.connection().catalog.get(source.collection)?.indexes ?? [];
  const texts = piece.map(({ text }) => text);
  const request = { what: "change" as const, spec: query.spec(change.spec()), texts, indexes };
  const changes = yield* awaited(source.work.run<Changed[]>(request));
  const done: Evaluated[] = [];
  const overtaken: number[] = [];
  for (const { at, text, entries, shape } of changes) {
    const before = piece[at]!;
    const connection = source.connection();
    const info = connection.catalog.get(source.collection);
    if (info?.indexes !== indexes || readNow(source, before.row)?.text !== before.text) {
      overtaken.push(before.row);
    } else {
      if (text !== undefined) {
        refuseLong(source.caller, text);
        rewriteRecord(connection, info, before.row, text, entries!);
      }
      done.push({
        before,
        shape: shape === undefined ? undefined : textToDocument(shape),
        isModified: text !== undefined,
      });
    }
    if (source.turns.spent()) yield;
  }
  return { done, overtaken };
}
