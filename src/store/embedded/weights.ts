import { ObjectId } from "../../bson.ts";
import { StoreError } from "../errors.ts";
import type { Projection } from "../store.ts";
import { joinEqualities } from "./match.ts";
import { isMembers, type Members } from "./values.ts";

/** Estimates how often a filter or update visits each value of a document. Evaluators run what is expensive. */
const HEAVY = Number.POSITIVE_INFINITY;

/** Validating a filter or update with more values takes too long here. Objects count three times. */
const MAX_VALUES = 12_000;

/** Maximum work per document on the server's own thread: a few milliseconds. */
const MAX_WORK = 400_000;

/** Whether a document of this length is processed on the server's own thread. */
export function isLight(weight: number, chars: number): boolean {
  return chars * (3 + weight) <= MAX_WORK;
}

export function isPlannable(filter: unknown): boolean {
  return countValues(filter, MAX_VALUES) <= MAX_VALUES;
}

export function filterWeight(filter: unknown): number {
  return plainWeight(filter) ?? weighed(filter);
}

/** The cost of the most common filters and updates: a few paths without numbers, and scalars. */
function plainWeight(members: unknown): number | undefined {
  if (typeof members !== "object" || members === null) return undefined;
  let weight = 0;
  for (const key in members) {
    const value = (members as Members)[key];
    const isScalar = typeof value !== "object" || value === null || value instanceof ObjectId || value instanceof Date;
    if (!isScalar || ++weight > 50 || key.charCodeAt(0) === DOLLAR || key.includes(".")) return undefined;
  }
  return weight;
}

const DOLLAR = 36;

function weighed(filter: unknown): number {
  return countValues(filter, MAX_VALUES) > MAX_VALUES ? HEAVY : weightOf(filter);
}

export function projectionWeight(projection: Projection | undefined): number {
  if (projection === undefined) return 0;
  if (countValues(projection, MAX_VALUES) > MAX_VALUES) return HEAVY;
  return Object.values(projection).reduce<number>((sum, one) => sum + (isMembers(one) ? conditionWeight(one) : 0), 0);
}

/** For an update with operators, or a whole new document. */
export function updateWeight(update: unknown, filter: unknown, arrayFilters: readonly unknown[] = []): number {
  const plain = plainUpdateWeight(update);
  if (plain !== undefined) return plain;
  if (countValues(update, MAX_VALUES) > MAX_VALUES || !isMembers(update)) return HEAVY;
  let weight = 1;
  let positions = 0;
  for (const [operator, fields] of Object.entries(update)) {
    if (!operator.startsWith("$") || !isMembers(fields)) continue;
    for (const [path, operand] of Object.entries(fields)) {
      weight += operandWeight(operator, operand) * pathFactor(path);
      if (path.includes("$")) positions++;
    }
  }
  if (positions === 0) return weight;
  const conditions = arrayFilters.reduce<number>((sum, one) => sum + filterWeight(one), filterWeight(filter));
  return weight + positions * conditions;
}

function plainUpdateWeight(update: unknown): number | undefined {
  if (!isMembers(update)) return undefined;
  let weight = 1;
  for (const operator in update) {
    const fields = operator === "$push" || operator === "$pull" ? undefined : plainWeight(update[operator]);
    if (fields === undefined) return undefined;
    weight += fields * 4;
  }
  return weight;
}

function operandWeight(operator: string, operand: unknown): number {
  if (operator === "$pull") return isMembers(operand) ? 1 + elementWeight(operand) : 1;
  if (operator === "$push" && isMembers(operand) && "$sort" in operand) return 50;
  return operator === "$addToSet" || operator === "$pullAll" || operator === "$push" ? 4 : 1;
}

function weightOf(filter: unknown): number {
  if (!isMembers(filter)) return 1;
  let weight = 0;
  for (const key of Object.keys(filter)) weight += clauseWeight(key, filter[key]);
  return weight;
}

function clauseWeight(key: string, value: unknown): number {
  if (!key.startsWith("$")) return pathFactor(key) * conditionWeight(value);
  if (key === "$comment") return 0;
  if (key === "$expr" || key === "$jsonSchema") return HEAVY;
  if (!Array.isArray(value)) return 1;
  const branches = key === "$and" ? value : joinEqualities(value);
  return branches.reduce<number>((sum, branch) => sum + weightOf(branch), 0);
}

function conditionWeight(value: unknown): number {
  if (value instanceof RegExp) return regexWeight(value.source);
  if (!isMembers(value)) return 1;
  let weight = 0;
  for (const operator of Object.keys(value)) weight += operatorWeight(operator, value[operator]);
  return Math.max(1, weight);
}

function operatorWeight(operator: string, operand: unknown): number {
  switch (operator) {
    case "$regex":
      return regexWeight(operand instanceof RegExp ? operand.source : String(operand));
    case "$in":
    case "$nin":
      return Array.isArray(operand) ? operand.reduce<number>((sum, one) => sum + regexItem(one), 4) : 1;
    case "$all":
      if (!Array.isArray(operand)) return 1;
      return operand.reduce<number>((sum, one) => sum + (isMembers(one) ? conditionWeight(one) : regexItem(one)), 4);
    case "$not":
      return conditionWeight(operand);
    case "$elemMatch":
      return isMembers(operand) ? 1 + elementWeight(operand) : 1;
    case "$bitsAllSet":
    case "$bitsAnySet":
    case "$bitsAllClear":
    case "$bitsAnyClear":
      return HEAVY;
    case "$geoWithin":
    case "$within":
    case "$near":
    case "$nearSphere":
      return 10 + countValues(operand, MAX_VALUES);
    default:
      return 1;
  }
}

/** The cost of conditions on array elements: on their members, or on themselves. */
function elementWeight(condition: Members): number {
  const isOfItself = Object.keys(condition)[0]?.startsWith("$") === true;
  return isOfItself ? weightOf(condition) + conditionWeight(condition) : weightOf(condition);
}

function regexItem(value: unknown): number {
  return value instanceof RegExp ? regexWeight(value.source) : 0;
}

/** A numeric part may be a member or an array index, so each one can double the number of paths. */
function pathFactor(path: string): number {
  if (!/\.\d/.test(path)) return 1;
  return 2 ** path.split(".").filter((part) => /^\d+$/.test(part)).length;
}

/**
 * Without repetitions and groups, an expression visits each character at most as often as it is long. The time of any
 * other expression depends on the text and can be long.
 */
function regexWeight(source: string): number {
  const core = source.startsWith("^") ? source.slice(1) : source.replace(/^\.\*/, "");
  const plain = core.replace(/(?<!\\)\.\*$/, "");
  return plain.length <= 1_000 && SIMPLE.test(plain) ? 1 + plain.length : HEAVY;
}

/** Literal characters, escapes for one character, and classes. */
const SIMPLE = /^(?:[^\\[\](){}*+?|]|\\[^1-9kpPux]|\[\^?(?:[^\\[\]]|\\[^pPux])+\])*$/;

/** Deeper filters and updates are refused when they are compiled. */
const MAX_DEPTH = 200;

/** The number of values including itself. Stops counting above `most`. */
export function countValues(value: unknown, most: number, depth = 0): number {
  if (typeof value !== "object" || value === null) return 1;
  if (depth > MAX_DEPTH)
    throw new StoreError("BAD_OPERATION", `The query or document is nested more than ${MAX_DEPTH} levels deep.`);
  let count = 3;
  if (Array.isArray(value)) {
    if (value.length > most) return most + 1;
    for (let i = 0; i < value.length && count <= most; i++) count += countValues(value[i], most - count, depth + 1);
    return count;
  }
  if (!isMembers(value) || value instanceof RegExp) return 1;
  for (const key of Object.keys(value)) {
    count += countValues((value as Members)[key], most - count, depth + 1);
    if (count > most) return count;
  }
  return count;
}
