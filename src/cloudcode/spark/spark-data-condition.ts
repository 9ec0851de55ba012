import { kindOf } from "../realm/arguments.ts";
import { OriginalTypeError } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";

/**
 * What a query or a checked write asks of an item, made by `S` and `N` of the Game Data Service. Conditions do not
 * change: `and`, `or` and `negate` make new ones.
 */
export class SparkDataCondition {
  readonly #joint: "and" | "or" | null;
  /** JSON: of the conditions that are joined, each after a comma; else of the condition itself. */
  readonly #json: string;

  constructor(joint: "and" | "or" | null, json: string) {
    this.#joint = joint;
    this.#json = json;
  }

  /** Holds where this one and the other hold. */
  and(that: SparkDataCondition): SparkDataCondition {
    return this.#joined("and", that);
  }

  /** Holds where this one or the other holds, or both. */
  or(that: SparkDataCondition): SparkDataCondition {
    return this.#joined("or", that);
  }

  /** Holds where this one does not. */
  negate(): SparkDataCondition {
    liveRun();
    return new SparkDataCondition(null, `["not",${this.#text}]`);
  }

  get #text(): string {
    return this.#joint === null ? this.#json : `["${this.#joint}"${this.#json}]`;
  }

  /** A row of the same is one list, so that long rows are not nested deep. */
  #joined(joint: "and" | "or", that: SparkDataCondition): SparkDataCondition {
    liveRun();
    checked(`SparkDataCondition.${joint}`, "that", that);
    const mine = this.#joint === joint ? this.#json : `,${this.#text}`;
    const theirs = that.#joint === joint ? that.#json : `,${that.#text}`;
    return new SparkDataCondition(joint, mine + theirs);
  }

  /** For the classes beside this one: scripts do not see it. */
  static jsonOf(method: string, argument: string, value: unknown): string {
    return checked(method, argument, value).#text;
  }

  static isOne(value: unknown): value is SparkDataCondition {
    return typeof value === "object" && value !== null && #json in value;
  }
}

const { jsonOf, isOne } = SparkDataCondition;
delete (SparkDataCondition as { jsonOf?: unknown }).jsonOf;
delete (SparkDataCondition as { isOne?: unknown }).isOne;

/** The JSON of a condition that a script passed. */
export const conditionArgument = jsonOf;

function checked(method: string, argument: string, value: unknown): SparkDataCondition {
  if (isOne(value)) return value;
  throw new OriginalTypeError(`${method}: ${argument} must be a condition, not ${kindOf(value)}.`);
}
