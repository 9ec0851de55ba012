import type { Catalog } from "./catalog.ts";
import { Connection } from "./connection.ts";

/**
 * Reads only see what is on disk. One connection has the snapshot of the last flushed commit; the other takes the
 * snapshot of the commit that is being flushed.
 */
export class Readers {
  #current: Connection;
  #next: Connection;

  constructor(path: string, catalog: Catalog) {
    this.#current = openReader(path);
    this.#next = openReader(path);
    takeSnapshot(this.#current, catalog);
  }

  get current(): Connection {
    return this.#current;
  }

  prepare(catalog: Catalog): void {
    takeSnapshot(this.#next, catalog);
  }

  /** Makes reads use that snapshot, once the commit is on disk. */
  advance(): void {
    const previous = this.#current;
    this.#current = this.#next;
    this.#next = previous;
    previous.control("COMMIT");
  }

  /** Takes the same snapshot again, so that it no longer pins the write-ahead log after a checkpoint. */
  refresh(): void {
    this.#current.control("COMMIT");
    takeSnapshot(this.#current, this.#current.catalog);
  }

  close(): void {
    this.#current.close();
    this.#next.close();
  }
}

function openReader(path: string): Connection {
  const connection = new Connection(path, { readOnly: true, timeout: 1000 });
  connection.exec("PRAGMA cache_size = -8000;");
  return connection;
}

/** The first read of a transaction takes the snapshot. */
function takeSnapshot(connection: Connection, catalog: Catalog): void {
  connection.control("BEGIN");
  connection.get("SELECT 1 FROM collections LIMIT 1");
  connection.catalog = catalog;
}
