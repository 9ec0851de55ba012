import { attempt } from "../realm/attempt.ts";
import { type ItemState, invalidPaths, itemJson } from "../realm/data-item.ts";
import { OriginalTypeError, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { conditionArgument, type SparkDataCondition } from "./spark-data-condition.ts";
import { SparkDataPersistResult } from "./spark-data-results.ts";

const METHOD = "SparkDataItemPersistor.persist";

/**
 * Writes an item. By default it writes the members that the script changed and keeps the other stored ones; an item
 * from `createItem` replaces any with the same id. The `with…` methods change this object and return it.
 */
export class SparkDataItemPersistor {
  readonly #state: ItemState;
  #how: "changes" | "increments" | "overwrite" = "changes";
  #checkVersion = false;
  #isStrict = false;
  #condition = "null";

  constructor(state: ItemState) {
    this.#state = state;
  }

  /** Writes changed numbers as increments of the stored ones. Undoes `withOverwrite`. */
  withAtomicIncrements(): SparkDataItemPersistor {
    liveRun();
    this.#how = "increments";
    return this;
  }

  /** Writes the whole item, whatever is stored. Undoes `withAtomicIncrements`. */
  withOverwrite(): SparkDataItemPersistor {
    liveRun();
    this.#how = "overwrite";
    return this;
  }

  /** Writes only if the stored item has not changed since it was read; a new item, only if there is none yet. */
  withVersionCheck(): SparkDataItemPersistor {
    liveRun();
    this.#checkVersion = true;
    return this;
  }

  /** Writes only if the condition holds for the stored item. */
  withConditionCheck(condition: SparkDataCondition): SparkDataItemPersistor {
    liveRun();
    this.#condition = conditionArgument("SparkDataItemPersistor.withConditionCheck", "condition", condition);
    return this;
  }

  /** Makes `persist` throw for values that cannot be stored, which by default are dropped. */
  withErrorOnTypeConversion(): SparkDataItemPersistor {
    liveRun();
    this.#isStrict = true;
    return this;
  }

  /** Writes the item at once, all or nothing. A failed check is the result's `error`. */
  persist(): SparkDataPersistResult {
    liveRun();
    const state = this.#state;
    if (this.#isStrict) refuseInvalid(invalidPaths(state));
    const after = itemJson(METHOD, state);
    const replaces = this.#how === "overwrite" || (this.#how === "changes" && state.before === null);
    const expires = state.ttlChanged || replaces ? `,"expires":${stringify(state.ttl)}` : "";
    const { answer, error } = attempt(
      "data.persist",
      `,${stringify(state.type)},${stringify(state.id)},{"before":${state.before ?? "null"},"after":${after},` +
        `"how":"${this.#how}","version":${stringify(state.version)},"checkVersion":${this.#checkVersion},` +
        `"condition":${this.#condition}${expires}}`,
    );
    if (error === null) {
      state.before = after;
      state.version = answer as string | null;
      state.ttlChanged = false;
    }
    return new SparkDataPersistResult(error);
  }
}

function refuseInvalid(paths: string[]): void {
  if (paths.length === 0) return;
  let list = "";
  for (let index = 0; index < paths.length && index < 20; index++) list += `${index === 0 ? "" : ", "}${paths[index]}`;
  throw new OriginalTypeError(`${METHOD}: the data contains values that cannot be stored, at: ${list}.`);
}
