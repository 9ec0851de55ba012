import { StoreError } from "../errors.ts";
import { keyText } from "./key.ts";
import { compileElement, equalTest } from "./match.ts";
import { parsePath, type Test, valueAt } from "./paths.ts";
import { compareValues, equalValues, importValue, isMembers, type Members, typeRank } from "./values.ts";

/**
 * An operator as a function of a field's value; `undefined` is a missing field. Returning the argument changes nothing.
 */
export type Change = (value: unknown) => unknown;

export interface FieldOperator {
  compile(operand: unknown, path: string, now: Date): Change;
  /** Skips an unreachable field instead of failing. */
  lenient?: true;
  onInsert?: true;
}

export const FIELD_OPERATORS: Record<string, FieldOperator> = {
  $set: { compile: compileSet },
  $setOnInsert: { compile: compileSet, onInsert: true },
  $unset: { compile: () => () => undefined, lenient: true },
  $inc: { compile: (operand, path) => arithmetic("$inc", operand, path, (a, b) => a + b) },
  $mul: { compile: (operand, path) => arithmetic("$mul", operand, path, (a, b) => a * b) },
  $min: { compile: (operand) => extreme(operand, -1) },
  $max: { compile: (operand) => extreme(operand, 1) },
  $currentDate: { compile: compileCurrentDate },
  $push: { compile: compilePush },
  $addToSet: { compile: compileAddToSet },
  $pull: { compile: compilePull, lenient: true },
  $pullAll: { compile: compilePullAll, lenient: true },
  $pop: { compile: compilePop, lenient: true },
  $bit: { compile: compileBit },
};

function compileSet(operand: unknown): Change {
  const wanted = importValue(operand);
  return (value) => (value !== undefined && equalValues(value, wanted) ? value : wanted);
}

function arithmetic(name: string, operand: unknown, path: string, sum: (a: number, b: number) => number): Change {
  const by = importValue(operand);
  if (typeof by !== "number") throw bad(`${name} of "${path}" needs a number, not ${describe(by)}.`);
  return (value) => {
    if (value === undefined) return name === "$mul" ? 0 : by;
    if (typeof value !== "number") throw bad(`${name} cannot change "${path}": it contains ${describe(value)}.`);
    const result = sum(value, by);
    return equalValues(result, value) ? value : result;
  };
}

function extreme(operand: unknown, sign: number): Change {
  const other = importValue(operand);
  return (value) => (value === undefined || compareValues(other, value) * sign > 0 ? other : value);
}

function compileCurrentDate(operand: unknown, path: string, now: Date): Change {
  const type = isMembers(operand) ? operand.$type : "date";
  if ((operand !== true && operand !== false && !isMembers(operand)) || type !== "date") {
    throw bad(`$currentDate of "${path}" needs true or {$type: "date"}.`);
  }
  return () => new Date(now);
}

function compilePush(operand: unknown, path: string): Change {
  const each = isMembers(operand) && "$each" in operand;
  const modifiers = each ? (operand as Members) : {};
  const added = each ? eachOf("$push", modifiers) : [importValue(operand)];
  for (const name of Object.keys(modifiers)) {
    if (!PUSH_MODIFIERS.has(name)) throw bad(`$push does not support ${name}.`);
  }
  const position = wholeNumber(modifiers.$position, "$position");
  const slice = wholeNumber(modifiers.$slice, "$slice");
  const order = modifiers.$sort === undefined ? undefined : elementOrder(modifiers.$sort);
  return (value) => {
    const array = value === undefined ? [] : arrayOf("$push", value, path);
    const at = position ?? array.length;
    const result = array.slice(0, at).concat(added, at === array.length ? [] : array.slice(at));
    if (order !== undefined) result.sort(order);
    const kept = slice === undefined ? result : slice < 0 ? result.slice(slice) : result.slice(0, slice);
    return value !== undefined && equalValues(kept, value) ? value : kept;
  };
}

const PUSH_MODIFIERS = new Set(["$each", "$position", "$slice", "$sort"]);

function eachOf(name: string, modifiers: Members): unknown[] {
  const each = importValue(modifiers.$each);
  if (!Array.isArray(each)) throw bad(`$each of ${name} needs an array.`);
  return each;
}

function wholeNumber(value: unknown, name: string): number | undefined {
  if (value === undefined || Number.isInteger(value)) return value as number | undefined;
  throw bad(`${name} must be a whole number.`);
}

function elementOrder(sort: unknown): (a: unknown, b: unknown) => number {
  if (sort === 1 || sort === -1) return (a, b) => compareValues(a, b) * sort;
  if (!isMembers(sort) || Object.keys(sort).length === 0) throw bad("$sort of $push needs 1, -1 or {field: 1 or -1}.");
  const keys = Object.entries(sort).map(([path, order]) => {
    if (order !== 1 && order !== -1) throw bad("$sort of $push needs 1 or -1 for each field.");
    return { path: parsePath(path), order };
  });
  const at = (value: unknown, path: readonly string[]) => (isMembers(value) ? valueAt(value, path) : undefined);
  return (a, b) => {
    for (const { path, order } of keys) {
      const result = compareValues(at(a, path), at(b, path)) * order;
      if (result !== 0) return result;
    }
    return 0;
  };
}

function compileAddToSet(operand: unknown, path: string): Change {
  const each = isMembers(operand) && "$each" in operand;
  if (each && Object.keys(operand as Members).length > 1) throw bad("$addToSet supports no modifier but $each.");
  const added = each ? eachOf("$addToSet", operand as Members) : [importValue(operand)];
  return (value) => {
    const array = value === undefined ? [] : arrayOf("$addToSet", value, path);
    const result = array.slice();
    if (added.length === 1) {
      if (!array.some((present) => equalValues(present, added[0]))) result.push(added[0]);
      return value !== undefined && result.length === array.length ? value : result;
    }
    const present = new Set(array.map(keyText));
    for (const item of added) {
      const key = keyText(item);
      if (present.has(key)) continue;
      present.add(key);
      result.push(item);
    }
    return value !== undefined && result.length === array.length ? value : result;
  };
}

function compilePull(operand: unknown, path: string): Change {
  const unwanted: Test =
    isMembers(operand) && !(operand instanceof RegExp)
      ? compileElement(operand, path)
      : operand instanceof RegExp
        ? compileElement({ $regex: operand } as Members, path)
        : exactTest(importValue(operand));
  return without("$pull", path, unwanted);
}

/** Unlike in a filter, null only matches null. */
function exactTest(wanted: unknown): Test {
  const test = equalTest(wanted);
  return (value) => value !== undefined && test(value);
}

function compilePullAll(operand: unknown, path: string): Change {
  const list = importValue(operand);
  if (!Array.isArray(list)) throw bad(`$pullAll of "${path}" needs an array.`);
  const unwanted = new Set(list.map(keyText));
  return without("$pullAll", path, (value) => unwanted.has(keyText(value)));
}

function without(name: string, path: string, unwanted: Test): Change {
  return (value) => {
    if (value === undefined) return value;
    const array = arrayOf(name, value, path);
    const kept = array.filter((item) => !unwanted(item));
    return kept.length === array.length ? value : kept;
  };
}

function compilePop(operand: unknown, path: string): Change {
  if (operand !== 1 && operand !== -1) throw bad(`$pop of "${path}" needs 1 or -1.`);
  return (value) => {
    if (value === undefined) return value;
    const array = arrayOf("$pop", value, path);
    if (array.length === 0) return value;
    return operand === 1 ? array.slice(0, -1) : array.slice(1);
  };
}

const BIT_OPERATIONS: Record<string, (a: bigint, b: bigint) => bigint> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

function compileBit(operand: unknown, path: string): Change {
  const steps = isMembers(operand) ? Object.entries(operand) : [];
  if (steps.length === 0) throw bad(`$bit of "${path}" needs {and, or, xor: whole number}.`);
  for (const [name, by] of steps) {
    if (!Object.hasOwn(BIT_OPERATIONS, name) || !Number.isSafeInteger(by)) {
      throw bad(`$bit of "${path}" needs {and, or, xor: whole number}.`);
    }
  }
  return (value) => {
    const start = value ?? 0;
    if (!Number.isSafeInteger(start)) throw bad(`$bit cannot change "${path}": it contains ${describe(value)}.`);
    let bits = BigInt(start as number);
    for (const [name, by] of steps) bits = BIT_OPERATIONS[name]!(bits, BigInt(by as number));
    return Number(bits);
  };
}

function arrayOf(name: string, value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw bad(`${name} needs an array at "${path}": it contains ${describe(value)}.`);
  return value;
}

const NAMES: Record<number, string> = {
  1: "null",
  2: "a number",
  3: "a string",
  4: "an object",
  5: "an array",
  7: "an ObjectId",
  8: "a boolean",
  9: "a Date",
};

export function describe(value: unknown): string {
  return value === undefined ? "nothing" : NAMES[typeRank(value)]!;
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
