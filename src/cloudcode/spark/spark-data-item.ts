import { countArgument, kindOf } from "../realm/arguments.ts";
import { attempt } from "../realm/attempt.ts";
import { addProperties } from "../realm/classes.ts";
import { type ItemState, invalidPaths, itemData } from "../realm/data-item.ts";
import { isArray, OriginalTypeError, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkDataItemPersistor } from "./spark-data-item-persistor.ts";
import { SparkDataDeleteResult } from "./spark-data-results.ts";

/** The last moment that a date can be. */
const LAST = 8.64e15;

/**
 * An item of the Game Data Service as this script has it: nothing is written before `persistor().persist()`. Another
 * object of the same item does not see the changes of this one before that, and not without reading it again.
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

  /** The data: an object, the same each time. What is changed in it is written by `persistor().persist()`. */
  getData(): unknown {
    return itemData(this.#live);
  }

  /** Takes another object for the data, as a whole. */
  setData(data: unknown): SparkDataItem {
    if (typeof data !== "object" || data === null || isArray(data)) {
      const kind = isArray(data) ? "an array" : kindOf(data);
      throw new OriginalTypeError(`SparkDataItem.setData: data must be an object, not ${kind}.`);
    }
    this.#live.data = data;
    return this;
  }

  /** When the item goes, in milliseconds since 1970; null where it stays. */
  getTTL(): number | null {
    return this.#live.ttl;
  }

  /** When the item is to go, in milliseconds since 1970; null: it stays. Written with the data. */
  setTTL(ttl: number | null): void {
    const state = this.#live;
    state.ttl = ttl === null ? null : countArgument("SparkDataItem.setTTL", "ttl", ttl);
    if (state.ttl !== null && state.ttl > LAST) state.ttl = LAST;
    state.ttlChanged = true;
  }

  /**
   * The paths, such as "bag.0.from", of what is not stored as it is: functions, undefined, NaN and the like are left out,
   * in arrays they become null; a date becomes text.
   */
  getValidationErrors(): string[] {
    return invalidPaths(this.#live);
  }

  /** What writes the item, in one of several ways. */
  persistor(): SparkDataItemPersistor {
    return new SparkDataItemPersistor(this.#live);
  }

  /** Deletes the item at once. That there was none is no error. */
  delete(): SparkDataDeleteResult {
    const state = this.#live;
    const { error } = attempt("data.delete", `,${stringify(state.type)},${stringify(state.id)}`);
    if (error === null) {
      // Written again it is a new one.
      itemData(state);
      state.before = null;
      state.version = null;
    }
    return new SparkDataDeleteResult(error);
  }
}

addProperties(SparkDataItem);
