import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { StoreError } from "../errors.ts";
import { loadCatalog } from "./catalog.ts";
import { Connection } from "./connection.ts";
import { damaged, isDamage } from "./damage.ts";
import { makePrivate } from "./private-files.ts";
import { syncFolder } from "./wal.ts";

/** Migrations. A file's `user_version` is the number of migrations applied. Only ever append. */
const MIGRATIONS = [
  `CREATE TABLE collections (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
   CREATE TABLE indexes (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     collection INTEGER NOT NULL,
     description TEXT NOT NULL,
     arrays INTEGER NOT NULL DEFAULT 0
   );`,
];

/** "RKDL", which identifies the file to tools. */
const APPLICATION_ID = 0x524b444c;

export interface OpenFile {
  writer: Connection;
  /** Held until the process ends in any way. */
  lock: Connection;
}

/** Opens or creates the file and migrates it to the current version. Only the server's user may read it. */
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

/** Creates missing folders and syncs their directory entries to disk. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Excludes other processes by an SQLite lock on a separate file; the OS releases it if the process dies. */
function takeLock(path: string): Connection {
  let lock: Connection | undefined;
  try {
    lock = new Connection(`${path}-lock`);
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    if (!/locked/.test((error as Error).message)) throw unavailable(path, error);
    const message = `${path} is in use by another server. Stop it, or use another data folder.`;
    throw new StoreError("UNAVAILABLE", message, { isInUse: true }, error);
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
    `${path} was written by a newer version of the server (file version ${version}; this server supports up to ` +
    `${MIGRATIONS.length}). Start the newer version, or restore an older copy of the file.`;
  throw new StoreError("NEWER_SCHEMA", message, { version, known: MIGRATIONS.length });
}

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

export function unavailable(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (isDamage(error)) return damaged(path, error);
  return new StoreError("UNAVAILABLE", `Cannot open ${path}: ${(error as Error).message}.`, {}, error);
}
