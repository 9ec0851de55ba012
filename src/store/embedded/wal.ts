import { close, fdatasync, open } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

export interface Log {
  /** Calls back once everything written before this call is on disk. */
  flush(done: (error: Error | null) => void): void;
  close(): Promise<void>;
}

/** Flushes the write-ahead log off the main thread. SQLite itself writes the file. */
export class Wal implements Log {
  readonly #descriptor: number;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Opens the log of an open database; SQLite has created it by then. */
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

/** Makes new directory entries survive a power failure. Windows has no equivalent. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await openFile(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
