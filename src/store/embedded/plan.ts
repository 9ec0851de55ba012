import type { CollectionInfo, IndexInfo } from "./catalog.ts";
import type { Box } from "./geo/box.ts";
import { boxRanges } from "./geo/cells.ts";
import { boxAskedFor } from "./geo/clauses.ts";
import { after, inverted, type Key, keyOf, typeBounds } from "./key.ts";
import { isOperators } from "./match.ts";
import type { SortKey } from "./sort.ts";
import { importValue, type Members } from "./values.ts";

/**
 * Which indexes and ranges to read for a filter. A plan finds at least the matching documents; each is still checked.
 */
export interface Plan {
  scans: Scan[];
  sorted: boolean;
  distinct: boolean;
}

export interface Scan {
  /** Undefined: scan all documents in row order. */
  index: IndexInfo | undefined;
  /** Ranges of the index, `high` excluded. */
  ranges: Range[];
  reverse: boolean;
}

export interface Range {
  low: Key | undefined;
  high: Key | undefined;
  exact?: Key;
}

/** A plan with more ranges than this is not used. */
const MAX_RANGES = 10_000;

export function planQuery(info: CollectionInfo, filter: Members, sort: readonly SortKey[]): Plan {
  const clauses = [...flatten(filter)];
  const choice = best(info, boundsOf(clauses), sort, clauses);
  if (choice === undefined || choice.fields === 0) {
    const union = planUnion(info, clauses);
    if (union !== undefined) return { scans: union, sorted: sort.length === 0, distinct: false };
  }
  if (choice === undefined) {
    const scan: Scan = { index: undefined, ranges: [{ low: undefined, high: undefined }], reverse: false };
    return { scans: [scan], sorted: sort.length === 0, distinct: true };
  }
  return { scans: [choice.scan], sorted: choice.sorted, distinct: choice.scan.index!.arrays === 0 };
}

/** One scan per branch of an `$or`, if every branch can use an index. */
function planUnion(info: CollectionInfo, clauses: [string, unknown][]): Scan[] | undefined {
  for (const [key, value] of clauses) {
    if (key !== "$or" || !Array.isArray(value)) continue;
    const scans: Scan[] = [];
    for (const branch of value as Members[]) {
      const choice = best(info, boundsOf([...clauses, ...flatten(branch)]), [], [...clauses, ...flatten(branch)]);
      if (choice === undefined || choice.fields === 0) break;
      scans.push(choice.scan);
    }
    if (scans.length === value.length) return scans;
  }
  return undefined;
}

function* flatten(filter: Members): Generator<[string, unknown]> {
  for (const [key, value] of Object.entries(filter)) {
    if (key === "$and" && Array.isArray(value)) for (const branch of value) yield* flatten(branch as Members);
    else yield [key, value];
  }
}

/** The restriction of a field by one condition: a set of values, or a range. */
interface Bound {
  points?: Key[];
  range?: Range;
  /** The condition only holds if the field exists. */
  present: boolean;
}

function boundsOf(clauses: [string, unknown][]): Map<string, Bound[]> {
  const bounds = new Map<string, Bound[]>();
  for (const [key, value] of clauses) {
    if (key.startsWith("$") || value === undefined) continue;
    const found = isOperators(value) ? operatorBounds(value) : pointBounds([value]);
    if (found.length > 0) bounds.set(key, [...(bounds.get(key) ?? []), ...found]);
  }
  return bounds;
}

function operatorBounds(operators: Members): Bound[] {
  return Object.entries(operators).flatMap(([operator, value]) => {
    switch (operator) {
      case "$eq":
        return pointBounds([value]);
      case "$in":
        return pointBounds(value as unknown[]);
      case "$gt":
      case "$gte":
      case "$lt":
      case "$lte":
        return rangeBounds(operator, value);
      default:
        return [];
    }
  });
}

function pointBounds(values: unknown[]): Bound[] {
  if (values.length > MAX_RANGES || values.some((value) => value instanceof RegExp || Array.isArray(value))) return [];
  const points = new Map<string, Key>();
  for (const value of values) {
    const key = keyOf(importValue(value));
    points.set(Buffer.from(key).toString("latin1"), key);
  }
  return [{ points: [...points.values()], present: !values.includes(null) }];
}

function rangeBounds(operator: string, raw: unknown): Bound[] {
  const value = importValue(raw);
  if (value === null || Number.isNaN(value) || Array.isArray(value)) return [];
  const [least, most] = typeBounds(value);
  const key = keyOf(value);
  if (operator === "$gt") return [{ range: { low: after(key), high: most }, present: true }];
  if (operator === "$gte") return [{ range: { low: key, high: most }, present: true }];
  return [{ range: { low: least, high: operator === "$lt" ? key : after(key) }, present: true }];
}

interface Choice {
  scan: Scan;
  sorted: boolean;
  fields: number;
  score: number;
}

function best(
  info: CollectionInfo,
  bounds: Map<string, Bound[]>,
  sort: readonly SortKey[],
  clauses: readonly [string, unknown][],
): Choice | undefined {
  let choice: Choice | undefined;
  for (const index of [idIndex(info), ...info.indexes]) {
    const candidate = index.place ? usePlaces(index, index.place.text, clauses, sort) : useIndex(index, bounds, sort);
    if (candidate !== undefined && candidate.score > (choice?.score ?? 0)) choice = candidate;
  }
  return choice;
}

/** The index on `_id`, which is a column of the documents' own table. */
export function idIndex(info: CollectionInfo): IndexInfo {
  return {
    id: 0,
    table: info.table,
    description: { name: "_id_", key: { _id: 1 }, unique: true },
    fields: [{ text: "_id", path: ["_id"], order: 1 }],
    place: undefined,
    paths: [["_id"]],
    descending: [false],
    roots: ["_id"],
    arrays: 0,
  };
}

function useIndex(index: IndexInfo, bounds: Map<string, Bound[]>, sort: readonly SortKey[]): Choice | undefined {
  let prefixes: Key[] = [new Uint8Array(0)];
  let ranges: Range[] | undefined;
  let points = 0;
  let present = false;
  let arrays = 0;
  for (let i = 0; i < index.fields.length && ranges === undefined; i++) {
    const isArray = (index.arrays & (1 << i)) !== 0;
    const bound = narrowest(bounds.get(index.fields[i]!.text) ?? [], isArray);
    if (bound === undefined || (isArray && ++arrays > 1)) break;
    if (bound.points !== undefined && prefixes.length * bound.points.length > MAX_RANGES) break;
    present ||= bound.present;
    const descending = index.descending[i]!;
    if (bound.points !== undefined) {
      const keys = descending ? bound.points.map(inverted) : bound.points;
      prefixes = prefixes.flatMap((prefix) => keys.map((key) => joined(prefix, key)));
      points++;
    } else {
      const range = descending ? turned(bound.range!) : bound.range!;
      ranges = prefixes.map((prefix) => within(prefix, range));
    }
  }
  const fields = points + (ranges === undefined ? 0 : 1);
  if (index.description.sparse && !present) return undefined;
  const constant = prefixes.length === 1 ? points : 0;
  const direction = index.arrays === 0 && prefixes.length <= 1 ? sortDirection(index, constant, sort) : 0;
  const sorted = sort.length === 0 || direction !== 0;
  if (fields === 0 && (sort.length === 0 || !sorted)) return undefined;
  const unique = index.description.unique === true && points === index.fields.length;
  const whole = points === index.fields.length;
  ranges ??= prefixes.map((prefix) => (whole ? { ...within(prefix), exact: prefix } : within(prefix)));
  const scan = { index, ranges, reverse: direction < 0 };
  const score = points * 4 + (fields - points) * 2 + (sorted && sort.length > 0 ? 1 : 0) + (unique ? 100 : 0);
  return { scan, sorted, fields, score };
}

export function placeScan(index: IndexInfo, box: Box): Scan {
  return { index, ranges: boxRanges(box), reverse: false };
}

/** Uses the first geo clause on the field. Scores higher than a range but lower than a value. */
function usePlaces(
  index: IndexInfo,
  path: string,
  clauses: readonly [string, unknown][],
  sort: readonly SortKey[],
): Choice | undefined {
  for (const [key, value] of clauses) {
    const box = key === path && isOperators(value) ? boxAskedFor(value) : undefined;
    if (!box) continue;
    return { scan: placeScan(index, box), sorted: sort.length === 0, fields: 1, score: 3 };
  }
  return undefined;
}

/** Combines all restrictions of a field. An array uses only one, because its elements may match different ones. */
function narrowest(bounds: Bound[], isArray: boolean): Bound | undefined {
  const points = bounds.find((bound) => bound.points !== undefined);
  if (points !== undefined || isArray) return points ?? bounds[0];
  let result: Bound | undefined;
  for (const { range, present } of bounds) {
    const { low, high } = result?.range ?? { low: undefined, high: undefined };
    result = {
      range: { low: greater(low, range!.low), high: lesser(high, range!.high) },
      present,
    };
  }
  return result;
}

function greater(a: Key | undefined, b: Key | undefined): Key | undefined {
  return a === undefined || (b !== undefined && Buffer.compare(a, b) < 0) ? b : a;
}

function lesser(a: Key | undefined, b: Key | undefined): Key | undefined {
  return a === undefined || (b !== undefined && Buffer.compare(a, b) > 0) ? b : a;
}

/** 1 or -1 if scanning the index in that direction gives the requested order; 0 if it does not. */
function sortDirection(index: IndexInfo, constant: number, sort: readonly SortKey[]): number {
  const fixed = new Set(index.fields.slice(0, constant).map(({ text }) => text));
  const wanted = sort.filter(({ text }) => !fixed.has(text));
  if (sort.length === 0) return 0;
  if (wanted.length === 0) return 1;
  const direction = wanted[0]!.order * (index.fields[constant]?.order ?? 0);
  const fits = wanted.every(({ text, order }, i) => {
    const field = index.fields[constant + i];
    return field !== undefined && field.text === text && field.order * order === direction;
  });
  return fits ? direction : 0;
}

function joined(a: Key, b: Key): Key {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

function within(prefix: Key, range?: Range): Range {
  return {
    low: range?.low === undefined ? prefix : joined(prefix, range.low),
    high: range?.high === undefined ? after(prefix) : joined(prefix, range.high),
  };
}

/** The range in a descending field, whose bytes are inverted. */
function turned({ low, high }: Range): Range {
  return { low: high && after(inverted(high)), high: low && after(inverted(low)) };
}
