import type { DataType } from "../../game/game.ts";
import type { Filter, Sort } from "../../store/store.ts";
import { DataError } from "./errors.ts";
import { DATA_LIMITS } from "./limits.ts";
import { storedPath } from "./types.ts";

/**
 * What scripts ask of a type's items, as JSON: `["and", …conditions]`, `["or", …]`, `["not", condition]`, or a comparison
 * `[kind, field, operator, …values]`, whose kind is "S" for texts and "N" for numbers. A comparison holds only for values
 * of its kind; of an array it holds where it does for an element. "ne" and "not" hold where there is no such field too.
 */
export interface ItemQuery {
  filter: Filter;
  /** The paths of the items' documents that it compares or sorts by. */
  paths: readonly string[];
}

type Operator = (values: unknown[], check: (value: unknown) => unknown) => Filter;

const OPERATORS: Readonly<Record<string, Operator>> = {
  eq: ([value], check) => ({ $eq: check(value) }),
  ne: ([value], check) => ({ $ne: check(value) }),
  gt: ([value], check) => ({ $gt: check(value) }),
  lt: ([value], check) => ({ $lt: check(value) }),
  between: ([low, high], check) => ({ $gte: check(low), $lte: check(high) }),
  in: ([values], check) => {
    if (!Array.isArray(values)) throw new DataError("in takes a list.");
    if (values.length > DATA_LIMITS.listed) throw new DataError(`in takes up to ${DATA_LIMITS.listed} values.`);
    return { $in: values.map(check) };
  },
  startsWith: ([value], check) => beginningWith(check(value)),
};

/** @throws DataError where the condition is not one, or larger than `DATA_LIMITS` */
export function itemQuery(condition: unknown, declared: DataType | undefined): ItemQuery {
  const paths: string[] = [];
  return { filter: condition === null ? {} : filterOf(condition, declared, paths, 0), paths };
}

/** `order`: `[[field, ascending], …]`, the first counts most. */
export function itemOrder(order: unknown, declared: DataType | undefined): Sort {
  if (!Array.isArray(order)) throw new DataError("The order must be a list.");
  if (order.length > DATA_LIMITS.sortFields)
    throw new DataError(`An order has up to ${DATA_LIMITS.sortFields} fields.`);
  const sort: Sort = {};
  for (const entry of order) {
    const [field, ascending] = Array.isArray(entry) ? entry : [];
    sort[pathOf(field, declared)] ??= ascending === true ? 1 : -1;
  }
  return sort;
}

function filterOf(condition: unknown, declared: DataType | undefined, paths: string[], depth: number): Filter {
  if (!Array.isArray(condition)) throw new DataError("This is no condition.");
  if (depth > DATA_LIMITS.conditionDepth) {
    throw new DataError(`A condition may be nested ${DATA_LIMITS.conditionDepth} levels deep.`);
  }
  const [kind, ...rest] = condition;
  const inner = () => rest.map((part) => filterOf(part, declared, paths, depth + 1));
  if (rest.length > 0 && kind === "and") return { $and: inner() };
  if (rest.length > 0 && kind === "or") return { $or: inner() };
  if (rest.length === 1 && kind === "not") return { $nor: inner() };
  const [field, operator, ...values] = rest;
  const compare = typeof operator === "string" && Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!compare || (kind !== "S" && kind !== "N")) throw new DataError("This is no condition.");
  if (paths.length === DATA_LIMITS.comparisons) {
    throw new DataError(`A condition may have ${DATA_LIMITS.comparisons} comparisons.`);
  }
  const path = pathOf(field, declared);
  paths.push(path);
  const compared = compare(values, kind === "N" ? number : text);
  return Object.keys(compared).length > 1 ? withinRange(path, compared) : { [path]: compared };
}

/**
 * One value must lie in the range. Databases take one above its beginning and another below its end, wherever on the path
 * arrays lead to several values. So there is a case for each place where the last array on the path may be, with the
 * value as one of its elements or as something of one; within that no other array is passed.
 */
function withinRange(path: string, range: Filter): Filter {
  const parts = path.split(".");
  if (parts.length - 1 > DATA_LIMITS.rangeParts) {
    throw new DataError(`A field of between or startsWith may have ${DATA_LIMITS.rangeParts} parts.`);
  }
  const cases = parts.slice(1).map((_, at): Filter => {
    const below = parts.slice(at + 2);
    const element = below.length === 0 ? range : passingNoArray(below, 1, range);
    return { [parts.slice(0, at + 2).join(".")]: { $elemMatch: element } };
  });
  // What an index finds goes first.
  return { $and: [{ [path]: range }, { $or: [passingNoArray(parts, 2, range), ...cases] }] };
}

/** @param first how many parts the first path has that may be an array; a number takes an element of one by its place */
function passingNoArray(parts: readonly string[], first: number, range: Filter): Filter {
  const filter: Filter = {};
  for (let end = first; end < parts.length; end++) {
    if (!/^\d+$/.test(parts[end]!)) filter[parts.slice(0, end).join(".")] = { $not: { $type: "array" } };
  }
  filter[parts.join(".")] = { ...range, $not: { $type: "array" } };
  return filter;
}

function pathOf(field: unknown, declared: DataType | undefined): string {
  if (typeof field !== "string") throw new DataError("A field's name must be text.");
  return storedPath(field, declared);
}

function number(value: unknown): number {
  if (typeof value !== "number") throw new DataError("A number is compared with numbers.");
  return value;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new DataError("A text is compared with texts.");
  if (value.length > DATA_LIMITS.valueChars) {
    throw new DataError(`A text to compare with may have ${DATA_LIMITS.valueChars} characters.`);
  }
  return value;
}

/** As a range, which an index finds: from the text itself to before the next text that does not begin so. */
function beginningWith(value: unknown): Filter {
  const start = String(value);
  const signs = [...start];
  for (let sign = signs.pop(); sign !== undefined; sign = signs.pop()) {
    const code = sign.codePointAt(0)! + 1;
    // No text has half a pair of code units in it, and none a code beyond Unicode's last.
    if (code <= 0x10ffff) {
      const next = code >= 0xd800 && code <= 0xdfff ? 0xe000 : code;
      return { $gte: start, $lt: signs.join("") + String.fromCodePoint(next) };
    }
  }
  return { $gte: start };
}
