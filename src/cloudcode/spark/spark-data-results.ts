import { OriginalError } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import type { SparkDataCursor } from "./spark-data-cursor.ts";
import type { SparkDataItem } from "./spark-data-item.ts";

/** How a call of the Game Data Service ended. */
export class SparkDataResult {
  readonly #error: string | null;

  constructor(error: string | null) {
    this.#error = error;
  }

  /** Why it failed: a sentence; null where it did not. */
  error(): string | null {
    liveRun();
    return this.#error;
  }
}

/** How writing an item ended. */
export class SparkDataPersistResult extends SparkDataResult {}

/** How deleting an item ended. */
export class SparkDataDeleteResult extends SparkDataResult {}

/** What `getItem` found. */
export class SparkDataGetResult extends SparkDataResult {
  readonly #item: SparkDataItem | null;

  constructor(item: SparkDataItem | null, error: string | null) {
    super(error);
    this.#item = item;
  }

  /** The item; null where there is none. Throws where it could not be read, so that none is made in its place. */
  document(): SparkDataItem | null {
    const error = this.error();
    if (error !== null) throw new OriginalError(error);
    return this.#item;
  }
}

/** What `queryItems` found. */
export class SparkDataQueryResult extends SparkDataResult {
  readonly #cursor: SparkDataCursor | null;

  constructor(cursor: SparkDataCursor | null, error: string | null) {
    super(error);
    this.#cursor = cursor;
  }

  /** The items, the same cursor each time. Throws where the query failed, so that it does not look as if there were none. */
  cursor(): SparkDataCursor {
    const error = this.error();
    if (error !== null || this.#cursor === null) throw new OriginalError(error ?? "There is no cursor.");
    return this.#cursor;
  }
}
