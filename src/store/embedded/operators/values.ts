import { keyText } from "../key.ts";
import { compareValues, equalValues, isMembers, type Members, setMember } from "../values.ts";
import {
  arrayOf,
  bad,
  isNil,
  namedOperands,
  type Operator,
  type Operators,
  ofOne,
  ofOperands,
  unsupported,
  wholeOf,
} from "./operand.ts";

export const VALUES: Operators = {
  $cmp: ofOperands(2, 2, ([a, b]) => Math.sign(compare(a, b))),
  $eq: comparing((order) => order === 0),
  $ne: comparing((order) => order !== 0),
  $gt: comparing((order) => order > 0),
  $gte: comparing((order) => order >= 0),
  $lt: comparing((order) => order < 0),
  $lte: comparing((order) => order <= 0),
  $not: ofOne((value) => value === false || value === 0 || isNil(value)),
  $indexOfArray: ofOperands(2, 4, ([array, value, start = 0, end], name) => {
    if (isNil(array)) return null;
    const to = end === undefined ? Number.POSITIVE_INFINITY : wholeOf(end, name, "the end", 0);
    const from = wholeOf(start, name, "the start", 0);
    return arrayOf(array, name).findIndex((item, i) => i >= from && i < to && equalValues(item, value));
  }),
  $reduce: (raw, evaluate, name) => {
    const { input, initialValue, in: inner } = namedOperands(raw, name, ["input", "initialValue", "in"]);
    const array = evaluate(input);
    if (isNil(array)) return null;
    return arrayOf(array, name).reduce((value, item) => {
      return evaluate({ $let: { vars: { value: { $literal: value }, this: { $literal: item } }, in: inner } });
    }, evaluate(initialValue));
  },
  $multiply: ofOperands(1, Number.POSITIVE_INFINITY, (values, name) =>
    values.some(isNil) ? null : values.reduce<number>((product, value) => product * numberOf(value, name), 1),
  ),
  $mod: ofOperands(2, 2, ([a, b], name) => {
    if (isNil(a) || isNil(b)) return null;
    if (b === 0) throw bad("$mod cannot divide by 0.");
    return numberOf(a, name) % numberOf(b, name);
  }),
  $round: rounding((twice, unit, units) => twice > unit || (twice === unit && units % 2n === 1n)),
  $trunc: rounding(() => false),
  $bitAnd: unsupported,
  $bitOr: unsupported,
  $bitXor: unsupported,
  $dateToParts: unsupported,
  $sortArray: unsupported,
  $zip: unsupported,
  $median: unsupported,
  $percentile: unsupported,
};

/** In expressions a missing value is less than null. */
function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  return compareValues(a, b);
}

function comparing(holds: (order: number) => boolean): Operator {
  return ofOperands(2, 2, ([a, b]) => holds(compare(a, b)));
}

export function distinct(values: unknown[]): unknown[] {
  return [...new Map(values.map((value) => [keyText(value), value])).values()];
}

/** Number of decimal digits considered; enough to detect every tie. */
const DIGITS = 100;

/** Rounds the exact decimal value of the number, so 2.675 becomes 2.67. */
function rounding(isUp: (twice: bigint, unit: bigint, units: bigint) => boolean): Operator {
  return ofOperands(1, 2, ([value, place = 0], name) => {
    if (isNil(value) || isNil(place)) return null;
    const number = numberOf(value, name);
    const at = wholeOf(place, name, "the place", -19);
    if (at > 99) throw bad(`${name}: the place must be below 100.`);
    if (!Number.isFinite(number)) return number;
    const size = Math.abs(number);
    const exact = size < 1e21 ? BigInt(size.toFixed(DIGITS).replace(".", "")) : BigInt(size) * 10n ** BigInt(DIGITS);
    const unit = 10n ** BigInt(DIGITS - at);
    const units = exact / unit;
    const up = isUp((exact % unit) * 2n, unit, units);
    return Math.sign(number) * Number(`${up ? units + 1n : units}e${-at}`);
  });
}

function numberOf(value: unknown, name: string): number {
  if (typeof value !== "number") throw bad(`${name} needs numbers.`);
  return value;
}

export function mergeObjects(values: unknown[]): Members {
  const result: Members = {};
  for (const value of values) {
    if (isNil(value)) continue;
    if (!isMembers(value)) throw bad("$mergeObjects needs objects.");
    for (const key of Object.keys(value)) setMember(result, key, value[key]);
  }
  return result;
}
