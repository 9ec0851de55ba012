import { kindOf, numberArgument } from "../realm/arguments.ts";
import { isArray, OriginalTypeError, stringify, toText } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkDataCondition } from "./spark-data-condition.ts";

/** Compares a field with texts. Numbers and booleans are taken for their text. */
export class SparkDataStringOperand {
  readonly #field: string;

  constructor(field: string) {
    this.#field = field;
  }

  /** Is this text. */
  eq(value: string): SparkDataCondition {
    return this.#condition("eq", this.#value("eq", value));
  }

  /** Is not this text: also where it is something else, or there is no such field. */
  ne(value: string): SparkDataCondition {
    return this.#condition("ne", this.#value("ne", value));
  }

  /** Comes after this text, by the codes of the letters. */
  gt(value: string): SparkDataCondition {
    return this.#condition("gt", this.#value("gt", value));
  }

  /** Comes before this text. */
  lt(value: string): SparkDataCondition {
    return this.#condition("lt", this.#value("lt", value));
  }

  /** Lies between two texts, or is one of them. */
  between(low: string, high: string): SparkDataCondition {
    return this.#condition("between", `${this.#value("between", low)},${this.#value("between", high)}`);
  }

  /** Is one of these texts: arrays of them, or one after the other. */
  in(...values: (string | string[])[]): SparkDataCondition {
    return this.#condition("in", listOf("SparkDataStringOperand.in", values, textOperand));
  }

  /** Begins with this text. */
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

/** Compares a field with numbers. Text that is a number is taken for it. */
export class SparkDataNumberOperand {
  readonly #field: string;

  constructor(field: string) {
    this.#field = field;
  }

  /** Is this number. */
  eq(value: number): SparkDataCondition {
    return this.#condition("eq", this.#value("eq", value));
  }

  /** Is not this number: also where it is something else, or there is no such field. */
  ne(value: number): SparkDataCondition {
    return this.#condition("ne", this.#value("ne", value));
  }

  /** Is greater. */
  gt(value: number): SparkDataCondition {
    return this.#condition("gt", this.#value("gt", value));
  }

  /** Is less. */
  lt(value: number): SparkDataCondition {
    return this.#condition("lt", this.#value("lt", value));
  }

  /** Lies between two numbers, or is one of them. */
  between(low: number, high: number): SparkDataCondition {
    return this.#condition("between", `${this.#value("between", low)},${this.#value("between", high)}`);
  }

  /** Is one of these numbers: arrays of them, or one after the other. */
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

/** The operand that is left out by mistake must not be as one without values, whose negation holds for everything. */
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
