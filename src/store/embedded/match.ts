import { StoreError } from "../errors.ts";
import { nearOf } from "./geo/near.ts";
import { Malformed } from "./geo/places.ts";
import { type Region, withinRegion } from "./geo/region.ts";
import { keyText } from "./key.ts";
import { mingo } from "./mingo.ts";
import { type Path, parsePath, someAt, type Test } from "./paths.ts";
import { compilePattern } from "./pattern.ts";
import {
  compareValues,
  equalValues,
  hasType,
  importValue,
  isMembers,
  isObjectId,
  type Members,
  TYPE_NUMBERS,
  typeRank,
} from "./values.ts";

/**
 * A compiled filter with MongoDB's semantics: `null` also matches missing fields, comparisons need values of the same
 * type, and arrays match by an element or as a whole.
 */
export type Predicate = (document: Members) => boolean;

/** Whether a test holds for one of the values at the path. `elements` includes the elements of an array. */
type Some = (elements: boolean, test: Test) => boolean;
type Condition = (some: Some) => boolean;

export function compileFilter(filter: unknown): Predicate {
  if (!isMembers(filter)) throw bad("A filter must be an object.");
  const parts = Object.keys(filter).map((key) => compileClause(key, filter[key]));
  if (parts.length === 1) return parts[0]!;
  return (document) => parts.every((part) => part(document));
}

function compileClause(key: string, value: unknown): Predicate {
  if (!key.startsWith("$")) return compilePath(key, value);
  switch (key) {
    case "$and":
    case "$or":
    case "$nor":
      return compileBranches(key, value);
    case "$comment":
      return () => true;
    case "$expr":
    case "$jsonSchema":
      return compileByMingo({ [key]: value });
    default:
      throw bad(`Unknown filter operator ${key}.`);
  }
}

function compileBranches(operator: string, value: unknown): Predicate {
  if (!Array.isArray(value) || value.length === 0) throw bad(`${operator} needs an array of at least one filter.`);
  const branches = (operator === "$and" ? value : joinEqualities(value)).map(compileFilter);
  if (operator === "$and") return (document) => branches.every((branch) => branch(document));
  if (operator === "$or") return (document) => branches.some((branch) => branch(document));
  return (document) => !branches.some((branch) => branch(document));
}

/**
 * Combines branches that each compare one path into one `$in` per path: thousands of them then cost no more than one.
 */
export function joinEqualities(branches: readonly unknown[]): unknown[] {
  if (branches.length < 2) return branches as unknown[];
  const rest: unknown[] = [];
  const byPath = new Map<string, unknown[]>();
  for (const branch of branches) {
    const [path, second] = isMembers(branch) ? Object.keys(branch) : [];
    const value = path === undefined ? undefined : (branch as Members)[path];
    const isEquality =
      path !== undefined &&
      second === undefined &&
      !path.startsWith("$") &&
      value !== undefined &&
      !isOperators(value) &&
      !(value instanceof RegExp);
    const values = isEquality ? byPath.get(path) : undefined;
    if (values !== undefined) values.push(value);
    else if (isEquality) byPath.set(path, [value]);
    else rest.push(branch);
  }
  return [...[...byPath].map(([path, values]) => ({ [path]: { $in: values } })), ...rest];
}

function compileByMingo(filter: Members): Predicate {
  try {
    const { Query, options } = mingo();
    const query = new Query(filter, options);
    return (document) => {
      try {
        return query.test(document);
      } catch (error) {
        throw unusable(error);
      }
    };
  } catch (error) {
    throw unusable(error);
  }
}

function unusable(error: unknown): StoreError {
  return new StoreError("BAD_OPERATION", `The filter is invalid: ${(error as Error).message}`, {}, error);
}

function compilePath(text: string, value: unknown): Predicate {
  const path = parsePath(text);
  if (!isOperators(value) && !(value instanceof RegExp)) return equalAt(path, importValue(value));
  const condition = compileCondition(value, text);
  return (document) => condition((elements, test) => someAt(document, path, elements, test));
}

function equalAt(path: Path, value: unknown): Predicate {
  const test = equalTest(value);
  return (document) => someAt(document, path, true, test);
}

/** Whether a filter's value consists of operators, such as `{$gt: 1}`, rather than being a value to compare with. */
export function isOperators(value: unknown): value is Members {
  if (!isMembers(value) || value instanceof RegExp) return false;
  const first = Object.keys(value)[0];
  return first?.startsWith("$") === true;
}

function compileCondition(value: unknown, path: string): Condition {
  if (value instanceof RegExp) return (some) => some(true, regexTest(value));
  const operators = value as Members;
  const conditions = Object.keys(operators).map((operator) => compileOperator(operator, operators, path));
  if (conditions.length === 1) return conditions[0]!;
  return (some) => conditions.every((condition) => condition(some));
}

function compileOperator(operator: string, operators: Members, path: string): Condition {
  const raw = operators[operator];
  switch (operator) {
    case "$eq":
      return found(equalTest(importValue(raw)));
    case "$ne":
      return notFound(equalTest(importValue(raw)));
    case "$gt":
    case "$gte":
    case "$lt":
    case "$lte":
      return found(orderTest(operator, importValue(raw)));
    case "$in":
      return found(inTest(operator, raw));
    case "$nin":
      return notFound(inTest(operator, raw));
    case "$exists": {
      const wanted = Boolean(raw);
      return (some) => some(false, (value) => value !== undefined) === wanted;
    }
    case "$type":
      return found(typeTest(raw));
    case "$size":
      return whole(sizeTest(raw));
    case "$mod":
      return found(modTest(raw));
    case "$regex":
      return found(regexTest(raw, operators.$options));
    case "$options":
      if (!("$regex" in operators)) throw bad("$options needs a $regex.");
      return () => true;
    case "$not":
      return compileNot(raw, path);
    case "$all":
      return compileAll(raw, path);
    case "$elemMatch":
      return whole(elementTest(raw, path));
    case "$bitsAllSet":
    case "$bitsAnySet":
    case "$bitsAllClear":
    case "$bitsAnyClear":
      return found(bitsTest(operator, raw));
    case "$geoWithin":
    case "$within":
      return whole(regionTest(path, () => withinRegion(raw)));
    case "$geoIntersects":
      throw bad("The embedded store does not support $geoIntersects. It stores points; use $geoWithin, or MongoDB.");
    case "$near":
    case "$nearSphere":
      return whole(nearTest(operator, operators, path));
    case "$maxDistance":
    case "$minDistance":
      if (!("$near" in operators || "$nearSphere" in operators)) throw bad(`${operator} needs a $near or $nearSphere.`);
      return () => true;
    default:
      throw bad(
        operator.startsWith("$")
          ? `Unknown filter operator ${operator}.`
          : `"${path}" mixes operators and "${operator}".`,
      );
  }
}

const found =
  (test: Test): Condition =>
  (some) =>
    some(true, test);
const notFound =
  (test: Test): Condition =>
  (some) =>
    !some(true, test);
const whole =
  (test: Test): Condition =>
  (some) =>
    some(false, test);

export function equalTest(wanted: unknown): Test {
  if (wanted === null) return (value) => value === undefined || value === null;
  if (typeof wanted !== "object")
    return Number.isNaN(wanted) ? (value) => Number.isNaN(value) : (value) => value === wanted;
  if (isObjectId(wanted)) return (value) => isObjectId(value) && value.equals(wanted);
  return (value) => value !== undefined && equalValues(value, wanted);
}

function orderTest(operator: string, wanted: unknown): Test {
  const orEqual = operator.endsWith("e");
  if (wanted === null) return orEqual ? equalTest(null) : () => false;
  const rank = typeRank(wanted);
  const sign = operator.startsWith("$g") ? 1 : -1;
  const nan = Number.isNaN(wanted);
  return (value) => {
    if (typeRank(value) !== rank) return false;
    if (nan || Number.isNaN(value)) return orEqual && nan && Number.isNaN(value);
    const order = compareValues(value, wanted) * sign;
    return order > 0 || (orEqual && order === 0);
  };
}

function inTest(operator: string, raw: unknown): Test {
  if (!Array.isArray(raw)) throw bad(`${operator} needs an array.`);
  const plain = new Set<unknown>();
  const ids = new Set<string>();
  const objects = new Set<string>();
  const others: Test[] = [];
  for (const item of raw) {
    if (isOperators(item)) throw bad(`${operator} needs values, not operators.`);
    if (item instanceof RegExp) {
      others.push(regexTest(item));
      continue;
    }
    const value = importValue(item);
    if (value === null) plain.add(undefined).add(null);
    else if (isObjectId(value)) ids.add(value.toHexString());
    else if (typeof value !== "object") plain.add(value);
    else objects.add(keyText(value));
  }
  return (value) =>
    plain.has(value) ||
    (typeof value === "object" &&
      value !== null &&
      (isObjectId(value) ? ids.has(value.toHexString()) : objects.size > 0 && objects.has(keyText(value)))) ||
    others.some((test) => test(value));
}

function typeTest(raw: unknown): Test {
  const wanted = (Array.isArray(raw) ? raw : [raw]).map(typeAlias);
  if (wanted.length === 0) throw bad("$type needs at least one type.");
  return (value) => value !== undefined && wanted.some((type) => hasType(value, type));
}

const TYPES = new Set([...Object.values(TYPE_NUMBERS), "number"]);

function typeAlias(raw: unknown): string {
  const alias = typeof raw === "number" ? TYPE_NUMBERS[raw] : raw;
  if (typeof alias !== "string" || !TYPES.has(alias)) throw bad(`Unknown $type ${JSON.stringify(raw)}.`);
  return alias;
}

function sizeTest(raw: unknown): Test {
  if (!Number.isInteger(raw) || (raw as number) < 0) throw bad("$size needs a whole number, 0 or more.");
  return (value) => Array.isArray(value) && value.length === raw;
}

function modTest(raw: unknown): Test {
  if (!Array.isArray(raw) || raw.length !== 2 || !raw.every(Number.isFinite)) {
    throw bad("$mod needs an array of two numbers: divisor and remainder.");
  }
  const [divisor, remainder] = raw.map(Math.trunc) as [number, number];
  if (divisor === 0) throw bad("$mod cannot divide by 0.");
  return (value) => typeof value === "number" && Math.trunc(value) % divisor === remainder;
}

function regexOf(raw: unknown, options: unknown): RegExp {
  if (options !== undefined && typeof options !== "string") throw bad("$options must be a string.");
  const source = raw instanceof RegExp ? raw.source : raw;
  if (typeof source !== "string") throw bad("$regex must be a string.");
  const flags = options ?? (raw instanceof RegExp ? raw.flags : "");
  // Strip a leading `.*`: the result is the same, in linear instead of quadratic time.
  return compilePattern(source.replace(/^(?:\.\*)+(?![?+*{])/, ""), flags.replace(/[dgvy]/g, ""));
}

function regexTest(raw: unknown, options?: unknown): Test {
  const regex = regexOf(raw, options);
  return (value) => typeof value === "string" && regex.test(value);
}

function compileNot(raw: unknown, path: string): Condition {
  if (!isOperators(raw) && !(raw instanceof RegExp)) throw bad("$not needs operators or a regular expression.");
  const condition = compileCondition(raw, path);
  return (some) => !condition(some);
}

function compileAll(raw: unknown, path: string): Condition {
  if (!Array.isArray(raw)) throw bad("$all needs an array.");
  const values = raw.filter((item) => !isOperators(item) && !(item instanceof RegExp)).map((item) => importValue(item));
  const others = raw.filter((item) => isOperators(item) || item instanceof RegExp);
  const conditions = others.map((item) => {
    if (item instanceof RegExp) return found(regexTest(item));
    const [operator, second] = Object.keys(item);
    if (operator !== "$elemMatch" || second !== undefined)
      throw bad("$all needs values, or $elemMatch in each element.");
    return whole(elementTest(item.$elemMatch, path));
  });
  if (values.length > FEW) conditions.unshift(hasAll(values));
  else conditions.unshift(...values.map((value) => found(equalTest(value))));
  return (some) => conditions.length > 0 && conditions.every((condition) => condition(some));
}

const FEW = 4;

function hasAll(values: unknown[]): Condition {
  const wanted = new Set(values.map(keyText));
  return (some) => {
    const found = new Set<string>();
    return some(true, (value) => {
      const key = keyText(value);
      if (wanted.has(key)) found.add(key);
      return found.size === wanted.size;
    });
  };
}

const LOGICAL = new Set(["$and", "$or", "$nor", "$expr", "$jsonSchema", "$comment"]);

function elementTest(raw: unknown, path: string): Test {
  if (!isMembers(raw)) throw bad("$elemMatch needs an object.");
  const test = compileElement(raw, path);
  return (value) => Array.isArray(value) && value.some(test);
}

export function compileElement(raw: Members, path: string): Test {
  if (isOperators(raw) && !LOGICAL.has(Object.keys(raw)[0]!)) {
    const condition = compileCondition(raw, path);
    return (element) => condition((_elements, test) => test(element));
  }
  const predicate = compileFilter(raw);
  return (element) => isMembers(element) && predicate(element);
}

function regionTest(path: string, region: () => Region): Test {
  const { holds } = orRefused(path, region);
  return holds;
}

function nearTest(operator: "$near" | "$nearSphere", operators: Members, path: string): Test {
  const { distance } = orRefused(path, () => nearOf(operator, operators));
  return (value) => distance(value) !== undefined;
}

export function orRefused<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Malformed ? bad(`The geo value of "${path}" is invalid: ${error.message}.`) : error;
  }
}

const BITS: Record<string, (bits: bigint, mask: bigint) => boolean> = {
  $bitsAllSet: (bits, mask) => (bits & mask) === mask,
  $bitsAnySet: (bits, mask) => (bits & mask) !== 0n,
  $bitsAllClear: (bits, mask) => (bits & mask) === 0n,
  $bitsAnyClear: (bits, mask) => (bits & mask) !== mask,
};

/** As in MongoDB, non-integers and numbers beyond 64 bits never match. */
function bitsTest(operator: string, raw: unknown): Test {
  const mask = bitMask(operator, raw);
  const holds = BITS[operator]!;
  return (value) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < -MAX_BITS || value >= MAX_BITS) return false;
    return holds(BigInt(value), mask);
  };
}

const MAX_BITS = 2 ** 63;

/** A number's bits, or the bits at the given positions. Positions above 63 mean the sign. */
function bitMask(operator: string, raw: unknown): bigint {
  if (Number.isSafeInteger(raw) && (raw as number) >= 0) return BigInt(raw as number);
  let mask = 0n;
  for (const position of Array.isArray(raw) ? raw : [undefined]) {
    if (!Number.isInteger(position) || position < 0 || position > MAX_POSITION) {
      throw bad(`${operator} needs a whole number of 0 or more, or an array of bit positions.`);
    }
    mask |= 1n << BigInt(position);
  }
  return mask;
}

const MAX_POSITION = 10_000;

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
