import { type ItemInput, readItem } from "../realm/data-item.ts";
import { askHost } from "../realm/host.ts";
import { OriginalError } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkDataItem } from "./spark-data-item.ts";

/** Size of each batch after the first. */
const BATCH = 1_000;

/** A batch of items from the server. */
export interface ItemPiece {
  documents: ItemInput[];
  /** The server's cursor id for further items; 0: none. */
  more: number;
}

/** The results of a query, fetched in batches of 100, then 1,000. */
export class SparkDataCursor {
  readonly #type: string;
  #piece: ItemPiece;
  #position = 0;

  constructor(type: string, first: ItemPiece) {
    this.#type = type;
    this.#piece = first;
  }

  /** Whether there is another item. */
  hasNext(): boolean {
    liveRun();
    while (this.#position >= this.#piece.documents.length) {
      if (this.#piece.more === 0) return false;
      this.#piece = askHost("cursor.next", `,${this.#piece.more},${BATCH},false`) as ItemPiece;
      this.#position = 0;
    }
    return true;
  }

  /** The next item. Throws if there is none; see `hasNext`. */
  next(): SparkDataItem {
    if (!this.hasNext()) throw new OriginalError("SparkDataCursor.next: there is no further item.");
    return new SparkDataItem(readItem(this.#type, this.#piece.documents[this.#position++]!));
  }
}
