import { StoreError } from "../errors.ts";
import { asStoreError } from "./session.ts";
import { textToDocument } from "./text.ts";
import type { Members } from "./values.ts";

/** SQLite's codes for a file whose content does not fit together: SQLITE_CORRUPT and SQLITE_NOTADB. */
const CODES = [11, 26];

/** A document's text that is not what was written. */
class UnreadableDocument extends Error {
  override name = "UnreadableDocument";
}

/**
 * Remembers that the database file is damaged. The first operation that meets damage is reported; from then on nothing
 * is written, since a write could spread it, and reads of what is intact still work. Nothing looks for damage: a
 * damaged page that is never read goes unnoticed.
 */
export class Damage {
  readonly #path: string;
  readonly #report: (error: StoreError) => void;
  #error: StoreError | undefined;

  constructor(path: string, report: (error: StoreError) => void) {
    this.#path = path;
    this.#report = report;
  }

  /** What refuses every write; undefined while no damage is known. */
  get error(): StoreError | undefined {
    return this.#error;
  }

  /** Anything that was thrown, as a StoreError. */
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
    `The database file ${path} is damaged: ${(error as Error).message}. Nothing is written to it any more. Stop the ` +
    `server, copy ${path} and ${path}-wal elsewhere, and restore a backup. Without one, save what can still be read: ` +
    "sqlite3 <copy> .recover | sqlite3 <new file>.";
  return new StoreError("DAMAGED", message, {}, error);
}

/** A document as it lies in the file. */
export function storedDocument(text: string): Members {
  let document: unknown;
  try {
    document = textToDocument(text);
  } catch (error) {
    throw new UnreadableDocument(`a document cannot be read (${(error as Error).name})`);
  }
  if (typeof document !== "object" || document === null) throw new UnreadableDocument("a document is no object");
  return document as Members;
}
