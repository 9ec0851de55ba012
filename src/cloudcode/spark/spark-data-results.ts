import { OriginalError } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import type { SparkDataCursor } from "./spark-data-cursor.ts";
import type { SparkDataItem } from "./spark-data-item.ts";

/** The result of a Game Data Service call. */
export class SparkDataResult {
  readonly #error: string | null;

  constructor(error: string | null) {
    this.#error = error;
  }

  /** The error message, or null if the call succeeded. */
  error(): string | null {
    liveRun();
    return this.#error;
  }
}

/** The result of writing an item. */
export class SparkDataPersistResult extends SparkDataResult {}

/** The result of deleting an item. */
export class SparkDataDeleteResult extends SparkDataResult {}

/** The result of `getItem`. */
export class SparkDataGetResult extends SparkDataResult {
  readonly #item: SparkDataItem | null;

  constructor(item: SparkDataItem | null, error: string | null) {
    super(error);
    this.#item = item;
  }

  /** The item, or null. Throws if it could not be read, so that a script does not replace it by mistake. */
  document(): SparkDataItem | null {
    const error = this.error();
    if (error !== null) throw new OriginalError(error);
    return this.#item;
  }
}

/** The result of `queryItems`. */
export class SparkDataQueryResult extends SparkDataResult {
  readonly #cursor: SparkDataCursor | null;

  constructor(cursor: SparkDataCursor | null, error: string | null) {
    super(error);
    this.#cursor = cursor;
  }

  /** The items, always the same cursor. Throws if the query failed, unlike for an empty result. */
  cursor(): SparkDataCursor {
    const error = this.error();
    if (error !== null || this.#cursor === null) throw new OriginalError(error ?? "There is no cursor.");
    return this.#cursor;
  }
}
