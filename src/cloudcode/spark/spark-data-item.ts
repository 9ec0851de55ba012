import { countArgument, kindOf } from "../realm/arguments.ts";
import { attempt } from "../realm/attempt.ts";
import { addProperties } from "../realm/classes.ts";
import { type ItemState, invalidPaths, itemData } from "../realm/data-item.ts";
import { isArray, OriginalTypeError, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkDataItemPersistor } from "./spark-data-item-persistor.ts";
import { SparkDataDeleteResult } from "./spark-data-results.ts";

/** The latest valid date. */
const LAST = 8.64e15;

/**
 * An item of the Game Data Service, as a local copy: `persistor().persist()` writes it. Other objects for the same item
 * see the changes only after that, when they read the item again.
 */
export class SparkDataItem {
  readonly #state: ItemState;

  constructor(state: ItemState) {
    this.#state = state;
  }

  get #live(): ItemState {
    liveRun();
    return this.#state;
  }

  /** The item's id. */
  getId(): string {
    return this.#live.id;
  }

  /** The item's type. */
  getType(): string {
    return this.#live.type;
  }

  /** The data, always the same object. `persistor().persist()` writes changes of it. */
  getData(): unknown {
    return itemData(this.#live);
  }

  /** Replaces the data object. */
  setData(data: unknown): SparkDataItem {
    if (typeof data !== "object" || data === null || isArray(data)) {
      const kind = isArray(data) ? "an array" : kindOf(data);
      throw new OriginalTypeError(`SparkDataItem.setData: data must be an object, not ${kind}.`);
    }
    this.#live.data = data;
    return this;
  }

  /** When the item expires, in milliseconds since 1970, or null. */
  getTTL(): number | null {
    return this.#live.ttl;
  }

  /** Sets when the item expires, in milliseconds since 1970; null: never. Written with the data. */
  setTTL(ttl: number | null): void {
    const state = this.#live;
    state.ttl = ttl === null ? null : countArgument("SparkDataItem.setTTL", "ttl", ttl);
    if (state.ttl !== null && state.ttl > LAST) state.ttl = LAST;
    state.ttlChanged = true;
  }

  /**
   * The paths, such as "bag.0.from", of values that cannot be stored as they are: functions, undefined, NaN and so on
   * are dropped (in arrays: null), dates become text.
   */
  getValidationErrors(): string[] {
    return invalidPaths(this.#live);
  }

  /** Returns an object that writes the item, with options. */
  persistor(): SparkDataItemPersistor {
    return new SparkDataItemPersistor(this.#live);
  }

  /** Deletes the item at once. A missing item is not an error. */
  delete(): SparkDataDeleteResult {
    const state = this.#live;
    const { error } = attempt("data.delete", `,${stringify(state.type)},${stringify(state.id)}`);
    if (error === null) {
      // If it is written again, it is a new item.
      itemData(state);
      state.before = null;
      state.version = null;
    }
    return new SparkDataDeleteResult(error);
  }
}

addProperties(SparkDataItem);
