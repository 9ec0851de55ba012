import { kindOf, numberArgument } from "../realm/arguments.ts";
import { isArray, OriginalTypeError, stringify, toText } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkDataCondition } from "./spark-data-condition.ts";

/** Compares a field with strings. Numbers and booleans are converted to strings. */
export class SparkDataStringOperand {
  readonly #field: string;

  constructor(field: string) {
    this.#field = field;
  }

  /** The field equals the value. */
  eq(value: string): SparkDataCondition {
    return this.#condition("eq", this.#value("eq", value));
  }

  /** The field does not equal the value, has another type or is missing. */
  ne(value: string): SparkDataCondition {
    return this.#condition("ne", this.#value("ne", value));
  }

  /** The field is greater than the value, by character codes. */
  gt(value: string): SparkDataCondition {
    return this.#condition("gt", this.#value("gt", value));
  }

  /** The field is less than the value, by character codes. */
  lt(value: string): SparkDataCondition {
    return this.#condition("lt", this.#value("lt", value));
  }

  /** The field is between the values, inclusive. */
  between(low: string, high: string): SparkDataCondition {
    return this.#condition("between", `${this.#value("between", low)},${this.#value("between", high)}`);
  }

  /** The field equals one of the values, given separately or as arrays. */
  in(...values: (string | string[])[]): SparkDataCondition {
    return this.#condition("in", listOf("SparkDataStringOperand.in", values, textOperand));
  }

  /** The field starts with the value. */
  startsWith(value: string): SparkDataCondition {
    return this.#condition("startsWith", this.#value("startsWith", value));
  }

  #value(method: string, value: unknown): string {
    return textOperand(`SparkDataStringOperand.${method}`, value);
  }

  #condition(operator: string, values: string): SparkDataCondition {
    liveRun();
    return new SparkDataCondition(null, `["S",${stringify(this.#field)},"${operator}",${values}]`);
  }
}

/** Compares a field with numbers. Numeric strings are converted to numbers. */
export class SparkDataNumberOperand {
  readonly #field: string;

  constructor(field: string) {
    this.#field = field;
  }

  /** The field equals the value. */
  eq(value: number): SparkDataCondition {
    return this.#condition("eq", this.#value("eq", value));
  }

  /** The field does not equal the value, has another type or is missing. */
  ne(value: number): SparkDataCondition {
    return this.#condition("ne", this.#value("ne", value));
  }

  /** The field is greater than the value. */
  gt(value: number): SparkDataCondition {
    return this.#condition("gt", this.#value("gt", value));
  }

  /** The field is less than the value. */
  lt(value: number): SparkDataCondition {
    return this.#condition("lt", this.#value("lt", value));
  }

  /** The field is between the values, inclusive. */
  between(low: number, high: number): SparkDataCondition {
    return this.#condition("between", `${this.#value("between", low)},${this.#value("between", high)}`);
  }

  /** The field equals one of the values, given separately or as arrays. */
  in(...values: (number | number[])[]): SparkDataCondition {
    return this.#condition("in", listOf("SparkDataNumberOperand.in", values, numberOperand));
  }

  #value(method: string, value: unknown): string {
    return numberOperand(`SparkDataNumberOperand.${method}`, value);
  }

  #condition(operator: string, values: string): SparkDataCondition {
    liveRun();
    return new SparkDataCondition(null, `["N",${stringify(this.#field)},"${operator}",${values}]`);
  }
}

function textOperand(method: string, value: unknown): string {
  if (typeof value === "string") return stringify(value);
  if (typeof value === "number" || typeof value === "boolean") return stringify(toText(value));
  throw new OriginalTypeError(`${method}: the value must be a string, not ${kindOf(value)}.`);
}

function numberOperand(method: string, value: unknown): string {
  return stringify(numberArgument(method, "the value", value));
}

/** Refuses an empty list: it is likely a mistake, and its negation would match everything. */
function listOf(method: string, values: readonly unknown[], operand: typeof textOperand): string {
  if (values.length === 0) throw new OriginalTypeError(`${method} takes at least one value, or an array of them.`);
  let list = "";
  const add = (value: unknown): void => {
    list += `${list === "" ? "" : ","}${operand(method, value)}`;
  };
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!isArray(value)) add(value);
    else for (let inner = 0; inner < value.length; inner++) add(value[inner]);
  }
  return `[${list}]`;
}
