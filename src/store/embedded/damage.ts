import { StoreError } from "../errors.ts";
import { asStoreError } from "./session.ts";
import { textToDocument } from "./text.ts";
import type { Members } from "./values.ts";

/** SQLite's codes for an inconsistent file: SQLITE_CORRUPT and SQLITE_NOTADB. */
const CODES = [11, 26];

class UnreadableDocument extends Error {
  override name = "UnreadableDocument";
}

/**
 * Reports the first damage found in the database file. From then on all writes are refused, since they could spread it;
 * reads of intact data still work. It does not search for damage.
 */
export class Damage {
  readonly #path: string;
  readonly #report: (error: StoreError) => void;
  #error: StoreError | undefined;

  constructor(path: string, report: (error: StoreError) => void) {
    this.#path = path;
    this.#report = report;
  }

  get error(): StoreError | undefined {
    return this.#error;
  }

  toStoreError(error: unknown): StoreError {
    if (!isDamage(error)) return asStoreError(error);
    if (this.#error === undefined) {
      this.#error = damaged(this.#path, error);
      this.#report(this.#error);
    }
    return this.#error;
  }
}

export function isDamage(error: unknown): boolean {
  if (error instanceof UnreadableDocument) return true;
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === "number" && CODES.includes(errcode & 0xff);
}

export function damaged(path: string, error: unknown): StoreError {
  const message =
    `The database file ${path} is damaged: ${(error as Error).message}. Nothing more will be written to it. Stop the ` +
    `server, copy ${path} and ${path}-wal elsewhere, and restore a backup. Without a backup, recover readable data: ` +
    "sqlite3 <copy> .recover | sqlite3 <new file>.";
  return new StoreError("DAMAGED", message, {}, error);
}

export function storedDocument(text: string): Members {
  let document: unknown;
  try {
    document = textToDocument(text);
  } catch (error) {
    throw new UnreadableDocument(`a document cannot be read (${(error as Error).name})`);
  }
  if (typeof document !== "object" || document === null) throw new UnreadableDocument("a document is not an object");
  return document as Members;
}
