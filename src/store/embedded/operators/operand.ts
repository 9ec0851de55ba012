import { StoreError } from "../../errors.ts";
import { isMembers, type Members } from "../values.ts";

/** An operator of expressions: gets its raw operand, a function to evaluate parts of it, and its name for messages. */
export type Operator = (raw: unknown, evaluate: (raw: unknown) => unknown, name: string) => unknown;
export type Operators = Record<`$${string}`, Operator>;

export function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}

/** Refused, because the library implements it incorrectly. */
export const unsupported: Operator = (_raw, _evaluate, name) => {
  throw bad(`${name} is not supported by the embedded store.`);
};

export function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** An operator with `least` to `most` operands. A single operand needs no array. */
export function ofOperands(least: number, most: number, apply: (values: unknown[], name: string) => unknown): Operator {
  return (raw, evaluate, name) => {
    const list = Array.isArray(raw) ? raw : [raw];
    if (list.length < least || list.length > most) {
      throw bad(`${name} needs ${least === most ? least : `${least} to ${most}`} operands, not ${list.length}.`);
    }
    return apply(list.map(evaluate), name);
  };
}

export function ofOne(apply: (value: unknown, name: string) => unknown): Operator {
  return ofOperands(1, 1, ([value], name) => apply(value, name));
}

/** The members of an object of named operands. Refuses unknown and missing ones. */
export function namedOperands(raw: unknown, name: string, required: string[], optional: string[] = []): Members {
  if (!isMembers(raw)) throw bad(`${name} needs an object.`);
  for (const key of Object.keys(raw)) {
    if (!required.includes(key) && !optional.includes(key)) throw bad(`${name} has no operand "${key}".`);
  }
  for (const key of required) if (raw[key] === undefined) throw bad(`${name} needs the operand "${key}".`);
  return raw;
}

/** An operator with named operands. Omitted operands have no member in `values`. */
export function ofNamed(
  required: string[],
  optional: string[],
  apply: (values: Members, name: string) => unknown,
): Operator {
  return (raw, evaluate, name) => {
    const given = Object.entries(namedOperands(raw, name, required, optional));
    return apply(Object.fromEntries(given.map(([key, value]) => [key, evaluate(value)])), name);
  };
}

export function wholeOf(value: unknown, name: string, what: string, least = Number.NEGATIVE_INFINITY): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw bad(`${name}: ${what} must be a whole number${Number.isFinite(least) ? ` of ${least} or more` : ""}.`);
}

export function textOf(value: unknown, name: string): string {
  if (typeof value !== "string") throw bad(`${name} needs strings.`);
  return value;
}

export function arrayOf(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw bad(`${name} needs an array.`);
  return value;
}
