import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { StoreError } from "../errors.ts";
import { loadCatalog } from "./catalog.ts";
import { Connection } from "./connection.ts";
import { damaged, isDamage } from "./damage.ts";
import { makePrivate } from "./private-files.ts";
import { syncFolder } from "./wal.ts";

/** What each version of the file adds; a file's `user_version` says how many of them it has. Only ever append. */
const MIGRATIONS = [
  `CREATE TABLE collections (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
   CREATE TABLE indexes (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     collection INTEGER NOT NULL,
     description TEXT NOT NULL,
     arrays INTEGER NOT NULL DEFAULT 0
   );`,
];

/** "RKDL", so that tools know the file as ours. */
const APPLICATION_ID = 0x524b444c;

/** A database file, open for this process alone. */
export interface OpenFile {
  writer: Connection;
  /** Held until the process ends, however it ends. */
  lock: Connection;
}

/**
 * Opens the file, made where there is none, and brings it to the current version. Nobody but the server's own user may
 * read it, nor what SQLite keeps beside it.
 */
export async function openFile(path: string): Promise<OpenFile> {
  try {
    await makeFolder(dirname(path));
    await makePrivate(path);
  } catch (error) {
    throw unavailable(path, error);
  }
  const lock = takeLock(path);
  try {
    return { lock, writer: openWriter(path) };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Makes the folder and those above it that are missing, and has their entries on disk. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/**
 * A second process that wrote would not be seen by this one. The lock is SQLite's on a file beside, which the operating
 * system takes back when the process is killed.
 */
function takeLock(path: string): Connection {
  let lock: Connection | undefined;
  try {
    lock = new Connection(`${path}-lock`);
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    if (!/locked/.test((error as Error).message)) throw unavailable(path, error);
    const message = `${path} is in use by another server. Stop that one, or give this one another data folder.`;
    throw new StoreError("UNAVAILABLE", message, {}, error);
  }
}

function openWriter(path: string): Connection {
  let connection: Connection | undefined;
  try {
    connection = new Connection(path);
    refuseNewer(connection, path);
    connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0");
    connection.exec("PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY");
    migrate(connection);
    connection.catalog = loadCatalog(connection);
    return connection;
  } catch (error) {
    connection?.close();
    throw unavailable(path, error);
  }
}

function versionOf(connection: Connection): number {
  return Number(connection.get("PRAGMA user_version")![0]);
}

function refuseNewer(connection: Connection, path: string): void {
  const version = versionOf(connection);
  if (version <= MIGRATIONS.length) return;
  const message =
    `${path} was written by a newer version of the server (file version ${version}, this one knows ` +
    `${MIGRATIONS.length}). Start that version, or restore a copy of the file from before it.`;
  throw new StoreError("NEWER_SCHEMA", message, { version, known: MIGRATIONS.length });
}

/** Each version in one transaction, on disk before it counts. */
function migrate(connection: Connection): void {
  connection.exec("PRAGMA synchronous = FULL");
  for (let version = versionOf(connection); version < MIGRATIONS.length; version++) {
    connection.exec(
      `BEGIN IMMEDIATE; ${MIGRATIONS[version]} PRAGMA user_version = ${version + 1};
       PRAGMA application_id = ${APPLICATION_ID}; COMMIT;`,
    );
  }
  connection.exec("PRAGMA synchronous = NORMAL");
}

/** Why the database file at `path` cannot be opened. */
export function unavailable(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (isDamage(error)) return damaged(path, error);
  return new StoreError("UNAVAILABLE", `${path} cannot be opened: ${(error as Error).message}.`, {}, error);
}
