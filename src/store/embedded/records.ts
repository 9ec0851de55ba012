import { StoreError } from "../errors.ts";
import { type CollectionInfo, type IndexInfo, markArrays } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { storedDocument } from "./damage.ts";
import { expand } from "./expand.ts";
import { placeKeys } from "./geo/cells.ts";
import { compoundKey, type Key, keyOf } from "./key.ts";
import { orRefused } from "./match.ts";
import { someAt } from "./paths.ts";
import { textToDocument } from "./text.ts";
import { isMembers, type Members } from "./values.ts";

/**
 * Documents and their index entries as rows. Each function is atomic without a savepoint: unique entries are written
 * first, and removed again on a conflict. Only a disk failure ends the whole SQLite transaction.
 */
export class Stored {
  readonly row: number;
  readonly text: string;
  wasEvaluated = false;
  /** Its projection as text, if an evaluator computed a different document. */
  shape: string | undefined;
  /** Its sort key, if computed by an evaluator. */
  key: string | undefined;
  #document: Members | undefined;

  constructor(row: number, text: string) {
    this.row = row;
    this.text = text;
  }

  get document(): Members {
    this.#document ??= storedDocument(this.text);
    return this.#document;
  }

  /** Frees the parsed document, which is parsed again on demand. */
  forgetDocument(): void {
    this.#document = undefined;
  }
}

export function insertRecord(connection: Connection, info: CollectionInfo, document: Members, text: string): void {
  refuseId(document._id);
  const entries = info.indexes.map((index) => entriesOf(index, document));
  const sql = `INSERT INTO ${info.table} (id, d) VALUES (?, ?) ON CONFLICT DO NOTHING`;
  const { changes, lastInsertRowid } = connection.run(sql, keyOf(document._id), text);
  if (changes === 0) throw duplicate(info, "_id_", { _id: document._id });
  const row = Number(lastInsertRowid);
  try {
    writeEntries(connection, info, () => document, row, entries);
  } catch (error) {
    if (error instanceof StoreError) connection.run(`DELETE FROM ${info.table} WHERE r = ?`, row);
    throw error;
  }
}

export function updateRecord(
  connection: Connection,
  info: CollectionInfo,
  stored: Stored,
  changed: Members,
  text: string,
): void {
  const entries = info.indexes.length === 0 ? [] : entryChanges(info.indexes, stored.document, changed);
  rewriteRecord(connection, info, stored.row, text, entries);
}

export function rewriteRecord(
  connection: Connection,
  info: CollectionInfo,
  row: number,
  text: string,
  entries: EntryChange[],
): void {
  const indexOf = (id: number) => info.indexes.find((index) => index.id === id)!;
  const entriesAt = ({ index, arrays }: EntryChange, keys: Key[]) => ({ index: indexOf(index), keys, arrays });
  writeEntries(
    connection,
    info,
    () => textToDocument(text),
    row,
    entries.map((change) => entriesAt(change, change.added)),
  );
  for (const change of entries) deleteEntries(connection, entriesAt(change, change.removed), row);
  connection.run(`UPDATE ${info.table} SET d = ? WHERE r = ?`, text, row);
}

export interface EntryChange {
  index: number;
  removed: Key[];
  added: Key[];
  arrays: number;
}

export function entryChanges(indexes: readonly IndexInfo[], before: Members, after: Members): EntryChange[] {
  const changes: EntryChange[] = [];
  for (const index of indexes) {
    if (index.roots.every((root) => before[root] === after[root])) continue;
    const old = entriesOf(index, before);
    const now = entriesOf(index, after);
    const [removed, added] = [minus(old, now).keys, minus(now, old).keys];
    changes.push({ index: index.id, removed, added, arrays: now.arrays });
  }
  return changes;
}

export function deleteRecord(connection: Connection, info: CollectionInfo, stored: Stored): void {
  for (const index of info.indexes) deleteEntries(connection, entriesOf(index, stored.document), stored.row);
  connection.run(`DELETE FROM ${info.table} WHERE r = ?`, stored.row);
}

export function readRow(connection: Connection, info: CollectionInfo, row: number): Stored | undefined {
  const found = connection.get(`SELECT d FROM ${info.table} WHERE r = ?`, row);
  return found && new Stored(row, found[0] as string);
}

export function readId(connection: Connection, info: CollectionInfo, id: Key): Stored | undefined {
  const found = connection.get(`SELECT d, r FROM ${info.table} WHERE id = ?`, id);
  return found && new Stored(found[1] as number, found[0] as string);
}

export function indexRecord(connection: Connection, info: CollectionInfo, index: IndexInfo, stored: Stored): void {
  writeEntries(connection, info, () => stored.document, stored.row, [entriesOf(index, stored.document)]);
}

interface Entries {
  index: IndexInfo;
  keys: Key[];
  arrays: number;
}

function entriesOf(index: IndexInfo, document: Members): Entries {
  if (index.place) return placeEntries(index, index.place, document);
  const { rows, arrays } = expand(document, index.paths, MAX_ELEMENTS);
  const kept = index.description.sparse ? rows.filter((values) => values.some((value) => value !== undefined)) : rows;
  if (kept.length > 1) {
    const keys = new Map<string, Key>();
    for (const values of kept) {
      const key = compoundKey(values, index.descending);
      keys.set(textOf(key), key);
      refuseMany(index, keys.size);
    }
    return { index, keys: [...keys.values()], arrays };
  }
  return { index, keys: kept.map((values) => compoundKey(values, index.descending)), arrays };
}

/** Limit on entries per document, since they are written in one step. */
const MAX_ENTRIES = 5_000;
/** Limit on elements, many of which may be equal. */
const MAX_ELEMENTS = 20_000;

function refuseMany(index: IndexInfo, keys: number): void {
  if (keys <= MAX_ENTRIES) return;
  const message = `The index ${index.description.name} would hold more than ${MAX_ENTRIES} keys of one document.`;
  throw new StoreError("BAD_OPERATION", message);
}

/** Refuses an invalid place, as MongoDB does. */
function placeEntries(
  index: IndexInfo,
  { text, path, kind }: NonNullable<IndexInfo["place"]>,
  document: Members,
): Entries {
  const keys: Key[] = [];
  someAt(document, path, false, (value) => {
    keys.push(...orRefused(text, () => placeKeys(value, kind)));
    return false;
  });
  refuseMany(index, keys.length);
  return { index, keys: distinct(keys), arrays: keys.length > 1 ? 1 : 0 };
}

function distinct(keys: Key[]): Key[] {
  const byText = new Map<string, Key>();
  for (const key of keys) byText.set(textOf(key), key);
  return [...byText.values()];
}

function minus(from: Entries, other: Entries): Entries {
  const others = new Set(other.keys.map(textOf));
  return { ...from, keys: from.keys.filter((key) => !others.has(textOf(key))) };
}

function textOf(key: Key): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}

function writeEntries(
  connection: Connection,
  info: CollectionInfo,
  document: () => Members,
  row: number,
  all: Entries[],
) {
  const written: [IndexInfo, Key][] = [];
  for (const { index, keys } of all) {
    if (!index.description.unique) continue;
    const sql = `INSERT INTO ${index.table} (k, r) VALUES (?, ?) ON CONFLICT DO NOTHING`;
    for (const key of keys) {
      if (connection.run(sql, key, row).changes === 0) {
        for (const [other, used] of written) connection.run(`DELETE FROM ${other.table} WHERE k = ?`, used);
        throw duplicate(info, index.description.name, keyValues(index, document()));
      }
      written.push([index, key]);
    }
  }
  for (const { index, keys, arrays } of all) {
    if ((arrays & ~index.arrays) !== 0) markArrays(connection, info.name, index, arrays);
    if (index.description.unique) continue;
    const sql = `INSERT INTO ${index.table} (k, r) VALUES (?, ?) ON CONFLICT DO NOTHING`;
    for (const key of keys) connection.run(sql, key, row);
  }
}

function deleteEntries(connection: Connection, { index, keys }: Entries, row: number): void {
  for (const key of keys) connection.run(`DELETE FROM ${index.table} WHERE k = ? AND r = ?`, key, row);
}

function keyValues(index: IndexInfo, document: Members): Members {
  const [values = []] = expand(document, index.paths).rows;
  return Object.fromEntries(index.fields.map(({ text }, i) => [text, keyValue(values[i])]));
}

function keyValue(value: unknown): unknown {
  return value === undefined || typeof value === "symbol" ? null : value;
}

function duplicate(info: CollectionInfo, index: string, key: Members): StoreError {
  const message = `"${info.name}" already has a document with the same key in its index ${index}.`;
  return new StoreError("DUPLICATE_KEY", message, { index, key });
}

function refuseId(id: unknown): void {
  const bad = Array.isArray(id) || (isMembers(id) && Object.keys(id).some((key) => key.startsWith("$")));
  if (bad) throw new StoreError("BAD_OPERATION", "An _id cannot be an array or an object with operators.");
}
