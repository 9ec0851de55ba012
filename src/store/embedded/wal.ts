import { close, fdatasync, open } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

/** The write-ahead log as far as the writer knows it. */
export interface Log {
  /** Calls back once all that was written before this call is on disk. */
  flush(done: (error: Error | null) => void): void;
  close(): Promise<void>;
}

/** The write-ahead log as a file that is flushed to disk off the main thread. SQLite itself writes it. */
export class Wal implements Log {
  readonly #descriptor: number;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Opens the log of the database at `path`, which SQLite has made by then and keeps while it is open. */
  static async open(this: void, path: string): Promise<Log> {
    const descriptor = await promisify(open)(`${path}-wal`, "r+");
    await syncFolder(dirname(path));
    return new Wal(descriptor);
  }

  flush(done: (error: Error | null) => void): void {
    fdatasync(this.#descriptor, done);
  }

  async close(): Promise<void> {
    await promisify(close)(this.#descriptor);
  }
}

/** So that the entries of files in the folder survive a power failure; Windows has no such thing. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await openFile(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
