import { attempt } from "../realm/attempt.ts";
import { type ItemState, invalidPaths, itemJson } from "../realm/data-item.ts";
import { OriginalTypeError, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { conditionArgument, type SparkDataCondition } from "./spark-data-condition.ts";
import { SparkDataPersistResult } from "./spark-data-results.ts";

const METHOD = "SparkDataItemPersistor.persist";

/**
 * Writes an item. Unless told otherwise it writes the members that the script changed and leaves the others as they are
 * stored by then; an item from `createItem` replaces the one of its id. The `with…` methods change and answer this one.
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

  /** A number that was changed is added to what is stored, by how much it was changed. Ends `withOverwrite`. */
  withAtomicIncrements(): SparkDataItemPersistor {
    liveRun();
    this.#how = "increments";
    return this;
  }

  /** The whole item is written, whatever is stored by then. Ends `withAtomicIncrements`. */
  withOverwrite(): SparkDataItemPersistor {
    liveRun();
    this.#how = "overwrite";
    return this;
  }

  /** Nothing is written unless the stored item is the one that was read; for a new one: unless there is none. */
  withVersionCheck(): SparkDataItemPersistor {
    liveRun();
    this.#checkVersion = true;
    return this;
  }

  /** Nothing is written unless the condition holds for the stored item. */
  withConditionCheck(condition: SparkDataCondition): SparkDataItemPersistor {
    liveRun();
    this.#condition = conditionArgument("SparkDataItemPersistor.withConditionCheck", "condition", condition);
    return this;
  }

  /** What cannot be stored as it is makes `persist` throw; else it is left out (`SparkDataItem.getValidationErrors`). */
  withErrorOnTypeConversion(): SparkDataItemPersistor {
    liveRun();
    this.#isStrict = true;
    return this;
  }

  /** Writes the item at once and all or nothing. The result's `error` tells of a check that failed. */
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
  throw new OriginalTypeError(`${METHOD}: the data has what cannot be stored as it is, at: ${list}.`);
}
