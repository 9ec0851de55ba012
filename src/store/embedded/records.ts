import { StoreError } from "../errors.ts";
import { type CollectionInfo, type IndexInfo, markArrays } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { expand } from "./expand.ts";
import { placeKeys } from "./geo/cells.ts";
import { compoundKey, type Key, keyOf } from "./key.ts";
import { orRefused } from "./match.ts";
import { someAt } from "./paths.ts";
import { documentToText, textToDocument } from "./text.ts";
import { isMembers, type Members } from "./values.ts";

/**
 * Documents and their index entries as rows. Each function does all of its work or throws and has done none of it, so
 * that no savepoint is needed around one document: unique entries are written first, and taken back where one is in
 * use. A failure of the disk is different: it ends the whole SQLite transaction.
 */
export interface Stored {
  row: number;
  document: Members;
}

export function insertRecord(connection: Connection, info: CollectionInfo, document: Members): void {
  refuseId(document._id);
  const text = documentToText(document);
  const entries = info.indexes.map((index) => entriesOf(index, document));
  const sql = `INSERT INTO ${info.table} (id, d) VALUES (?, ?) ON CONFLICT DO NOTHING`;
  const { changes, lastInsertRowid } = connection.run(sql, keyOf(document._id), text);
  if (changes === 0) throw duplicate(info, "_id_", { _id: document._id });
  const row = Number(lastInsertRowid);
  try {
    writeEntries(connection, info, document, row, entries);
  } catch (error) {
    if (error instanceof StoreError) connection.run(`DELETE FROM ${info.table} WHERE r = ?`, row);
    throw error;
  }
}

export function updateRecord(connection: Connection, info: CollectionInfo, stored: Stored, changed: Members): void {
  const text = documentToText(changed);
  const before: Entries[] = [];
  const after: Entries[] = [];
  for (const index of info.indexes) {
    if (index.roots.every((root) => stored.document[root] === changed[root])) continue;
    const old = entriesOf(index, stored.document);
    const now = entriesOf(index, changed);
    before.push(minus(old, now));
    after.push(minus(now, old));
  }
  writeEntries(connection, info, changed, stored.row, after);
  for (const entries of before) deleteEntries(connection, entries, stored.row);
  connection.run(`UPDATE ${info.table} SET d = ? WHERE r = ?`, text, stored.row);
}

export function deleteRecord(connection: Connection, info: CollectionInfo, stored: Stored): void {
  for (const index of info.indexes) deleteEntries(connection, entriesOf(index, stored.document), stored.row);
  connection.run(`DELETE FROM ${info.table} WHERE r = ?`, stored.row);
}

export function readRow(connection: Connection, info: CollectionInfo, row: number): Stored | undefined {
  const found = connection.get(`SELECT d FROM ${info.table} WHERE r = ?`, row);
  return found && { row, document: textToDocument(found[0] as string) };
}

export function readId(connection: Connection, info: CollectionInfo, id: Key): Stored | undefined {
  const found = connection.get(`SELECT d, r FROM ${info.table} WHERE id = ?`, id);
  return found && { row: found[1] as number, document: textToDocument(found[0] as string) };
}

/** Adds the entries of a document to an index that was made after it. */
export function indexRecord(connection: Connection, info: CollectionInfo, index: IndexInfo, stored: Stored): void {
  writeEntries(connection, info, stored.document, stored.row, [entriesOf(index, stored.document)]);
}

interface Entries {
  index: IndexInfo;
  keys: Key[];
  arrays: number;
}

function entriesOf(index: IndexInfo, document: Members): Entries {
  if (index.place) return placeEntries(index, index.place, document);
  const { rows, arrays } = expand(document, index.paths);
  const kept = index.description.sparse ? rows.filter((values) => values.some((value) => value !== undefined)) : rows;
  const keys = kept.map((values) => compoundKey(values, index.descending));
  return { index, keys: keys.length > 1 ? distinct(keys) : keys, arrays };
}

/** Refuses what is no place, as MongoDB does. */
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

function writeEntries(connection: Connection, info: CollectionInfo, document: Members, row: number, all: Entries[]) {
  const written: [IndexInfo, Key][] = [];
  for (const { index, keys } of all) {
    if (!index.description.unique) continue;
    const sql = `INSERT INTO ${index.table} (k, r) VALUES (?, ?) ON CONFLICT DO NOTHING`;
    for (const key of keys) {
      if (connection.run(sql, key, row).changes === 0) {
        for (const [other, taken] of written) connection.run(`DELETE FROM ${other.table} WHERE k = ?`, taken);
        throw duplicate(info, index.description.name, keyValues(index, document));
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
  if (bad) throw new StoreError("BAD_OPERATION", "An _id is neither an array nor an object with operators.");
}
