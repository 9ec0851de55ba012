import type { Cursor, Document } from "../../store/store.ts";
import { CallError, CallLimitError } from "./errors.ts";
import { toScript } from "./values.ts";

/** Maximum number of open cursors per run. */
const MAX_OPEN = 100;
/** A batch ends with the document that brings its JSON to this length. */
const PIECE_CHARS = 262_144;

export interface Piece {
  documents: unknown[];
  /** The number of the cursor if it has more; 0 otherwise. */
  more: number;
}

/** The cursors of one run. Their numbers are valid in this run only. */
export class Cursors {
  readonly #open = new Map<number, Cursor<Document>>();
  #next = 1;
  /** Lower numbers belong to the interrupted run. */
  #first = 1;

  /** A call was answered from the journal. It may have opened a cursor, which is lost. */
  replayed(): void {
    this.#next += 1;
    this.#first = this.#next;
  }

  /** Returns the first documents. The cursor stays open if it has more. */
  async first(cursor: Cursor<Document>, count: number, keepDates: boolean): Promise<Piece> {
    if (this.#open.size >= MAX_OPEN) {
      await cursor.close();
      throw new CallError(`A script may read from ${MAX_OPEN} cursors at a time. Read some of them to their end.`);
    }
    const number = this.#next++;
    this.#open.set(number, cursor);
    return this.next(number, count, keepDates);
  }

  async next(number: number, count: number, keepDates: boolean): Promise<Piece> {
    const cursor = this.#open.get(number);
    if (!cursor && number > 0 && number < this.#first) {
      const sentence =
        "The script of a durable request was interrupted while it read from a cursor, and cannot be continued.";
      throw new CallLimitError("not-repeatable", sentence);
    }
    if (!cursor) throw new CallError("The cursor is closed.");
    const documents: unknown[] = [];
    let chars = 0;
    while (documents.length < count && chars < PIECE_CHARS) {
      const document = await cursor.next();
      if (document === null) {
        this.#open.delete(number);
        return { documents, more: 0 };
      }
      const seen = toScript(document, keepDates);
      chars += JSON.stringify(seen).length;
      documents.push(seen);
    }
    return { documents, more: number };
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(open.map((cursor) => cursor.close()));
  }
}
