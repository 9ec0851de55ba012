import { kindOf } from "../realm/arguments.ts";
import { OriginalTypeError } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";

/** A condition of a query or a checked write, made with `S` and `N` of the Game Data Service. Immutable. */
export class SparkDataCondition {
  readonly #joint: "and" | "or" | null;
  /** JSON of the condition, or of the joined ones, each preceded by a comma. */
  readonly #json: string;

  constructor(joint: "and" | "or" | null, json: string) {
    this.#joint = joint;
    this.#json = json;
  }

  /** Returns a condition that holds if both hold. */
  and(that: SparkDataCondition): SparkDataCondition {
    return this.#joined("and", that);
  }

  /** Returns a condition that holds if at least one of them holds. */
  or(that: SparkDataCondition): SparkDataCondition {
    return this.#joined("or", that);
  }

  /** Returns a condition that holds if this one does not. */
  negate(): SparkDataCondition {
    liveRun();
    return new SparkDataCondition(null, `["not",${this.#text}]`);
  }

  get #text(): string {
    return this.#joint === null ? this.#json : `["${this.#joint}"${this.#json}]`;
  }

  /** Chains of the same joint become one list, to limit nesting. */
  #joined(joint: "and" | "or", that: SparkDataCondition): SparkDataCondition {
    liveRun();
    checked(`SparkDataCondition.${joint}`, "that", that);
    const mine = this.#joint === joint ? this.#json : `,${this.#text}`;
    const theirs = that.#joint === joint ? that.#json : `,${that.#text}`;
    return new SparkDataCondition(joint, mine + theirs);
  }

  /** Removed from the class below, so that scripts cannot see it. */
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

/** JSON of a script's condition argument. */
export const conditionArgument = jsonOf;

function checked(method: string, argument: string, value: unknown): SparkDataCondition {
  if (isOne(value)) return value;
  throw new OriginalTypeError(`${method}: ${argument} must be a condition, not ${kindOf(value)}.`);
}
