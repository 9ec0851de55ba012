import type { DataType } from "../../game/game.ts";
import type { Filter, Sort } from "../../store/store.ts";
import { DataError } from "./errors.ts";
import { DATA_LIMITS } from "./limits.ts";
import { storedPath } from "./types.ts";

/**
 * A condition is JSON: `["and", …conditions]`, `["or", …conditions]`, `["not", condition]`, or a comparison `[kind,
 * field, operator, …values]` of strings (kind "S") or numbers ("N"). A comparison matches only values of its kind, and
 * an array if it matches one of the elements. "ne" and "not" also match items without the field.
 */
export interface ItemQuery {
  filter: Filter;
  paths: readonly string[];
}

const INVALID = "The condition is invalid.";

type Operator = (values: unknown[], check: (value: unknown) => unknown) => Filter;

const OPERATORS: Readonly<Record<string, Operator>> = {
  eq: ([value], check) => ({ $eq: check(value) }),
  ne: ([value], check) => ({ $ne: check(value) }),
  gt: ([value], check) => ({ $gt: check(value) }),
  lt: ([value], check) => ({ $lt: check(value) }),
  between: ([low, high], check) => ({ $gte: check(low), $lte: check(high) }),
  in: ([values], check) => {
    if (!Array.isArray(values)) throw new DataError("in needs an array of values.");
    if (values.length > DATA_LIMITS.listed) throw new DataError(`in accepts at most ${DATA_LIMITS.listed} values.`);
    return { $in: values.map(check) };
  },
  startsWith: ([value], check) => prefixRange(check(value)),
};

/** @throws DataError if the condition is invalid or exceeds `DATA_LIMITS` */
export function itemQuery(condition: unknown, declared: DataType | undefined): ItemQuery {
  const paths: string[] = [];
  return { filter: condition === null ? {} : filterOf(condition, declared, paths, 0), paths };
}

/** @param order `[[field, ascending], …]`, most significant first */
export function itemOrder(order: unknown, declared: DataType | undefined): Sort {
  if (!Array.isArray(order)) throw new DataError("The order must be an array.");
  if (order.length > DATA_LIMITS.sortFields)
    throw new DataError(`An order may have at most ${DATA_LIMITS.sortFields} fields.`);
  const sort: Sort = {};
  for (const entry of order) {
    const [field, ascending] = Array.isArray(entry) ? entry : [];
    sort[pathOf(field, declared)] ??= ascending === true ? 1 : -1;
  }
  return sort;
}

function filterOf(condition: unknown, declared: DataType | undefined, paths: string[], depth: number): Filter {
  if (!Array.isArray(condition)) throw new DataError(INVALID);
  if (depth > DATA_LIMITS.conditionDepth) {
    throw new DataError(`A condition may be nested at most ${DATA_LIMITS.conditionDepth} levels deep.`);
  }
  const [kind, ...rest] = condition;
  const inner = () => rest.map((part) => filterOf(part, declared, paths, depth + 1));
  if (rest.length > 0 && kind === "and") return { $and: inner() };
  if (rest.length > 0 && kind === "or") return { $or: inner() };
  if (rest.length === 1 && kind === "not") return { $nor: inner() };
  const [field, operator, ...values] = rest;
  const compare = typeof operator === "string" && Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!compare || (kind !== "S" && kind !== "N")) throw new DataError(INVALID);
  if (paths.length === DATA_LIMITS.comparisons) {
    throw new DataError(`A condition may have at most ${DATA_LIMITS.comparisons} comparisons.`);
  }
  const path = pathOf(field, declared);
  paths.push(path);
  const compared = compare(values, kind === "N" ? number : text);
  return Object.keys(compared).length > 1 ? withinRange(path, compared) : { [path]: compared };
}

/**
 * Requires that a single value lies in the range. If arrays on the path lead to several values, databases also match
 * when one value is above the lower and another below the upper bound. So there is a case for each position of the last
 * array on the path.
 */
function withinRange(path: string, range: Filter): Filter {
  const parts = path.split(".");
  if (parts.length - 1 > DATA_LIMITS.rangeParts) {
    throw new DataError(`A field of between or startsWith may have at most ${DATA_LIMITS.rangeParts} parts.`);
  }
  const cases = parts.slice(1).map((_, at): Filter => {
    const below = parts.slice(at + 2);
    const element = below.length === 0 ? range : withoutArrays(below, 1, range);
    return { [parts.slice(0, at + 2).join(".")]: { $elemMatch: element } };
  });
  // The first part can use an index.
  return { $and: [{ [path]: range }, { $or: [withoutArrays(parts, 2, range), ...cases] }] };
}

/**
 * Matches if no value on the path is an array, except where the next part is an array index.
 * @param first number of parts of the shortest path to check
 */
function withoutArrays(parts: readonly string[], first: number, range: Filter): Filter {
  const filter: Filter = {};
  for (let end = first; end < parts.length; end++) {
    if (!/^\d+$/.test(parts[end]!)) filter[parts.slice(0, end).join(".")] = { $not: { $type: "array" } };
  }
  filter[parts.join(".")] = { ...range, $not: { $type: "array" } };
  return filter;
}

function pathOf(field: unknown, declared: DataType | undefined): string {
  if (typeof field !== "string") throw new DataError("A field's name must be a string.");
  return storedPath(field, declared);
}

function number(value: unknown): number {
  if (typeof value !== "number") throw new DataError("A number can only be compared with numbers.");
  return value;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new DataError("A string can only be compared with strings.");
  if (value.length > DATA_LIMITS.valueChars) {
    throw new DataError(`A string to compare with may have at most ${DATA_LIMITS.valueChars} characters.`);
  }
  return value;
}

/** A range that contains exactly the strings with this prefix, so that an index can be used. */
function prefixRange(value: unknown): Filter {
  const start = String(value);
  const signs = [...start];
  for (let sign = signs.pop(); sign !== undefined; sign = signs.pop()) {
    const code = sign.codePointAt(0)! + 1;
    // Skip surrogates, and carry to the previous character after the last code point.
    if (code <= 0x10ffff) {
      const next = code >= 0xd800 && code <= 0xdfff ? 0xe000 : code;
      return { $gte: start, $lt: signs.join("") + String.fromCodePoint(next) };
    }
  }
  return { $gte: start };
}
