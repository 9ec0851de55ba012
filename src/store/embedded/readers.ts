import type { Catalog } from "./catalog.ts";
import { Connection } from "./connection.ts";

/**
 * Reads see what is on disk and nothing newer: of two connections one holds the snapshot of the last commit that was
 * flushed, and the other takes the snapshot of the next commit while that is being flushed.
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

  /** Right after a commit: takes its snapshot. */
  prepare(catalog: Catalog): void {
    takeSnapshot(this.#next, catalog);
  }

  /** Once that commit is on disk: reads see it from now. */
  advance(): void {
    const previous = this.#current;
    this.#current = this.#next;
    this.#next = previous;
    previous.control("COMMIT");
  }

  /** Takes the same snapshot anew, so that it no longer holds on to the write-ahead log where a checkpoint emptied it. */
  letGo(): void {
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

/** A snapshot is taken by the first read of a transaction. */
function takeSnapshot(connection: Connection, catalog: Catalog): void {
  connection.control("BEGIN");
  connection.get("SELECT 1 FROM collections LIMIT 1");
  connection.catalog = catalog;
}
