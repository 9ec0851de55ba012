import type { SQLOutputValue } from "node:sqlite";
import type { IndexDescription, SortOrder } from "../store.ts";
import type { Connection } from "./connection.ts";
import { isPlaceIndex, type PlaceIndex } from "./geo/near.ts";
import { type Path, parsePath } from "./paths.ts";

/** Collections and indexes. Immutable, so that readers keep their snapshot's and a rollback restores the old one. */
export type Catalog = ReadonlyMap<string, CollectionInfo>;

export interface CollectionInfo {
  id: number;
  name: string;
  table: string;
  indexes: readonly IndexInfo[];
}

export interface IndexInfo {
  id: number;
  table: string;
  description: IndexDescription;
  fields: readonly { text: string; path: Path; order: SortOrder }[];
  /** For a geo index: its entries are the `placeKeys` of this member, whatever else is in its key. */
  place: { text: string; path: Path; kind: PlaceIndex } | undefined;
  paths: readonly Path[];
  descending: readonly boolean[];
  /** The first parts of the paths. An update that leaves these members alone does not affect the index. */
  roots: readonly string[];
  /** A bit for each field that is or was an array in some document. */
  arrays: number;
}

export const ID_INDEX: IndexDescription = { name: "_id_", key: { _id: 1 } };

export function loadCatalog(connection: Connection): Catalog {
  const catalog = new Map<string, CollectionInfo>();
  for (const [id, name] of connection.all("SELECT id, name FROM collections")) {
    const indexes = connection
      .all("SELECT id, description, arrays FROM indexes WHERE collection = ? ORDER BY id", Number(id))
      .map(indexOf);
    catalog.set(String(name), collectionInfo(Number(id), String(name), indexes));
  }
  return catalog;
}

function indexOf([id, description, arrays]: SQLOutputValue[]): IndexInfo {
  return indexInfo(Number(id), JSON.parse(String(description)), Number(arrays));
}

function collectionInfo(id: number, name: string, indexes: readonly IndexInfo[]): CollectionInfo {
  return { id, name, table: `c${id}`, indexes };
}

function indexInfo(id: number, description: IndexDescription, arrays: number): IndexInfo {
  const members = Object.entries(description.key).map(([text, order]) => ({ text, path: parsePath(text), order }));
  const place = placeOf(members);
  const fields = place ? [] : (members as { text: string; path: Path; order: SortOrder }[]);
  return {
    id,
    table: `x${id}`,
    description,
    fields,
    place,
    paths: fields.map(({ path }) => path),
    descending: fields.map(({ order }) => order === -1),
    roots: place ? [place.path[0]!] : fields.map(({ path }) => path[0]!),
    arrays,
  };
}

function placeOf(members: readonly { text: string; path: Path; order: unknown }[]): IndexInfo["place"] {
  for (const { text, path, order } of members) if (isPlaceIndex(order)) return { text, path, kind: order };
  return undefined;
}

/** Returns the collection, creating it if necessary. Call within a transaction of the writer. */
export function ensureCollection(connection: Connection, name: string): CollectionInfo {
  const present = connection.catalog.get(name);
  if (present !== undefined) return present;
  const { lastInsertRowid } = connection.run("INSERT INTO collections (name) VALUES (?)", name);
  const info = collectionInfo(Number(lastInsertRowid), name, []);
  connection.define(`CREATE TABLE ${info.table} (r INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, d TEXT NOT NULL)`);
  replace(connection, info);
  return info;
}

export function dropCollection(connection: Connection, name: string): boolean {
  const info = connection.catalog.get(name);
  if (info === undefined) return false;
  for (const { table } of info.indexes) connection.define(`DROP TABLE ${table}`);
  connection.define(`DROP TABLE ${info.table}`);
  connection.run("DELETE FROM indexes WHERE collection = ?", info.id);
  connection.run("DELETE FROM collections WHERE id = ?", info.id);
  const catalog = new Map(connection.catalog);
  catalog.delete(info.name);
  connection.catalog = catalog;
  return true;
}

export function addIndex(connection: Connection, info: CollectionInfo, description: IndexDescription): IndexInfo {
  const { lastInsertRowid } = connection.run(
    "INSERT INTO indexes (collection, description) VALUES (?, ?)",
    info.id,
    JSON.stringify(description),
  );
  const index = indexInfo(Number(lastInsertRowid), description, 0);
  const key = description.unique ? "PRIMARY KEY (k)" : "PRIMARY KEY (k, r)";
  connection.define(`CREATE TABLE ${index.table} (k BLOB NOT NULL, r INTEGER NOT NULL, ${key}) WITHOUT ROWID`);
  replace(connection, { ...info, indexes: [...info.indexes, index] });
  return index;
}

export function removeIndex(connection: Connection, info: CollectionInfo, index: IndexInfo): void {
  connection.define(`DROP TABLE ${index.table}`);
  connection.run("DELETE FROM indexes WHERE id = ?", index.id);
  replace(connection, { ...info, indexes: info.indexes.filter(({ id }) => id !== index.id) });
}

/** Records which fields of the index are arrays in some document, as bits. */
export function markArrays(connection: Connection, name: string, index: IndexInfo, arrays: number): void {
  connection.run("UPDATE indexes SET arrays = arrays | ? WHERE id = ?", arrays, index.id);
  const info = connection.catalog.get(name)!;
  const marked = { ...index, arrays: index.arrays | arrays };
  replace(connection, { ...info, indexes: info.indexes.map((other) => (other.id === index.id ? marked : other)) });
}

function replace(connection: Connection, info: CollectionInfo): void {
  connection.catalog = new Map(connection.catalog).set(info.name, info);
}
