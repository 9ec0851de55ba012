import { type ItemInput, readItem } from "../realm/data-item.ts";
import { askHost } from "../realm/host.ts";
import { OriginalError } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkDataItem } from "./spark-data-item.ts";

/** Items of each piece after the first. */
const PIECE = 1_000;

/** Items that the server found, as far as they were fetched. */
export interface ItemPiece {
  documents: ItemInput[];
  /** The server's number of what is still to be fetched; 0: nothing. */
  more: number;
}

/** The items that a query finds, fetched in pieces of up to 100 and then 1,000. */
export class SparkDataCursor {
  readonly #type: string;
  #piece: ItemPiece;
  #position = 0;

  constructor(type: string, first: ItemPiece) {
    this.#type = type;
    this.#piece = first;
  }

  /** Is there another item? */
  hasNext(): boolean {
    liveRun();
    while (this.#position >= this.#piece.documents.length) {
      if (this.#piece.more === 0) return false;
      this.#piece = askHost("cursor.next", `,${this.#piece.more},${PIECE},false`) as ItemPiece;
      this.#position = 0;
    }
    return true;
  }

  /** The next item. Throws where there is none: `hasNext` tells. */
  next(): SparkDataItem {
    if (!this.hasNext()) throw new OriginalError("SparkDataCursor.next: there is no further item.");
    return new SparkDataItem(readItem(this.#type, this.#piece.documents[this.#position++]!));
  }
}
