import { refuseDangerous } from "../check.ts";
import { StoreError } from "../errors.ts";
import type { FindOptions } from "../store.ts";
import type { CollectionInfo, IndexInfo } from "./catalog.ts";
import { distanceOf, type NearClause, nearClause } from "./geo/clauses.ts";
import { type Key, keyOf } from "./key.ts";
import { compileFilter, isOperators, type Predicate } from "./match.ts";
import { type Plan, placeScan, planQuery } from "./plan.ts";
import { compileProjection } from "./projection.ts";
import { readId, readRow, type Stored } from "./records.ts";
import { type Next, type Source, visit } from "./scan.ts";
import { compareSortValues, compileSort, type SortKey, sortValues } from "./sort.ts";
import type { Steps, Turns } from "./turns.ts";
import { importValue, type Members } from "./values.ts";

/** A find, checked and compiled. */
export interface Query {
  filter: Members;
  matches: Predicate;
  /** Documents come in the order of the distance unless they are sorted. */
  near: NearClause | undefined;
  /** The key of the one `_id` that can match, where the filter says so plainly. */
  id: Key | undefined;
  sort: readonly SortKey[];
  skip: number;
  /** Infinity: all. */
  limit: number;
  project: (document: Members) => Members;
}

export function compileQuery(filter: unknown, options: FindOptions = {}): Query {
  refuseDangerous(filter);
  const matches = compileFilter(filter);
  const { skip = 0, limit = 0 } = options;
  for (const [name, value] of Object.entries({ skip, limit })) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new StoreError("BAD_OPERATION", `${name} must be a whole number, 0 or more.`);
    }
  }
  return {
    filter: filter as Members,
    matches,
    near: nearClause(filter as Members),
    id: plainId((filter as Members)._id),
    sort: compileSort(options.sort),
    skip,
    limit: limit === 0 ? Number.POSITIVE_INFINITY : limit,
    project: compileProjection(options.projection),
  };
}

function plainId(id: unknown): Key | undefined {
  if (id === undefined || id === null || id instanceof RegExp || Array.isArray(id) || isOperators(id)) return undefined;
  return keyOf(importValue(id));
}

/** The commonest look-up, without a plan. */
function findById(source: Source, query: Query, id: Key): Stored | undefined {
  const connection = source.connection();
  const info = connection.catalog.get(source.collection);
  const stored = info && readId(connection, info, id);
  return stored !== undefined && query.matches(stored.document) ? stored : undefined;
}

function planOf(source: Source, query: Query): Plan | undefined {
  const info = source.connection().catalog.get(source.collection);
  if (info && query.near) requireIndex(info, query.near);
  return info && planQuery(info, query.filter, query.sort);
}

/** As MongoDB, which finds what is near by an index alone. */
function requireIndex(info: CollectionInfo, clause: NearClause): void {
  if (placeIndex(info, clause)) return;
  const { text, near } = clause;
  const message = `$near and $nearSphere need an index: ensure {${JSON.stringify(text)}: "${near.indexes[0]}"}.`;
  throw new StoreError("BAD_OPERATION", message);
}

function placeIndex(info: CollectionInfo | undefined, { text, near }: NearClause): IndexInfo | undefined {
  return info?.indexes.find(({ place }) => place?.text === text && near.indexes.includes(place.kind));
}

/** Hands out the documents that match, in order; after "stop" none, after "pause" the rest when it is continued. */
export function* select(source: Source, query: Query, visitor: (stored: Stored) => Next): Steps<void> {
  const plan = planOf(source, query);
  if (plan === undefined) return;
  const near = query.sort.length === 0 ? query.near : undefined;
  if (near && Number.isFinite(query.limit) && (yield* selectNearest(source, query, near, visitor))) return;
  if (!plan.sorted || near) {
    yield* selectSorted(source, plan, query, visitor);
    return;
  }
  let skip = query.skip;
  let left = query.limit;
  yield* visit(source, plan, (stored) => {
    if (!query.matches(stored.document)) return "go on";
    if (skip > 0) {
      skip--;
      return "go on";
    }
    const next = visitor(stored);
    return --left === 0 ? "stop" : next;
  });
}

/** Looks for the nearest in circles that grow until one holds as many as are wanted; false where none does. */
function* selectNearest(
  source: Source,
  query: Query,
  clause: NearClause,
  visitor: (stored: Stored) => Next,
): Steps<boolean> {
  for (const near of clause.near.circles()) {
    const circle = { ...clause, near };
    const index = placeIndex(source.connection().catalog.get(source.collection), circle);
    if (index === undefined) return false;
    const plan = { scans: [placeScan(index, near.box!)], sorted: false, distinct: index.arrays === 0 };
    const matches = (document: Members) => Number.isFinite(distanceOf(circle, document)) && query.matches(document);
    const found: Stored[] = [];
    yield* selectSorted(source, plan, { ...query, near: circle, matches }, (stored) => {
      found.push(stored);
      return "go on";
    });
    if (found.length < query.limit) continue;
    for (const stored of found) {
      const next = visitor(stored);
      if (next === "stop") break;
      if (next === "pause") yield;
    }
    return true;
  }
  return false;
}

interface Sortable {
  stored: Stored;
  values: unknown[];
}

/** Sorts in memory: all matching documents, or twice as many as are wanted where there is a limit. */
function* selectSorted(source: Source, plan: Plan, query: Query, visitor: (stored: Stored) => Next): Steps<void> {
  const { skip, limit } = query;
  const { valuesOf, compare } = orderOf(query);
  const order = (a: Sortable, b: Sortable) => compare(a.values, b.values) || a.stored.row - b.stored.row;
  const wanted = skip + limit;
  let found: Sortable[] = [];
  yield* visit(source, plan, (stored) => {
    if (!query.matches(stored.document)) return "go on";
    found.push({ stored, values: valuesOf(stored.document) });
    if (found.length >= 2 * wanted + RUN) found = found.sort(order).slice(0, wanted);
    return "go on";
  });
  const sorted = yield* sortInSteps(found, order, source.turns);
  for (let i = skip; i < Math.min(wanted, sorted.length); i++) {
    const next = visitor(sorted[i]!.stored);
    if (next === "stop") return;
    if (next === "pause" || source.turns.spent()) yield;
  }
}

function orderOf({ near, sort }: Query): {
  valuesOf(document: Members): unknown[];
  compare(a: unknown[], b: unknown[]): number;
} {
  if (near === undefined || sort.length > 0) {
    return {
      valuesOf: (document) => sortValues(document, sort),
      compare: (a, b) => compareSortValues(a, b, sort),
    };
  }
  return {
    valuesOf: (document) => [distanceOf(near, document)],
    compare: ([a], [b]) => (a as number) - (b as number),
  };
}

/** Sorted at one go. */
const RUN = 500;

/** A merge sort that pauses. */
function* sortInSteps<T>(items: T[], order: (a: T, b: T) => number, turns: Turns): Steps<T[]> {
  let runs: T[][] = [];
  for (let i = 0; i < items.length; i += RUN) {
    runs.push(items.slice(i, i + RUN).sort(order));
    if (turns.spent()) yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(yield* merge(runs[i]!, runs[i + 1] ?? [], order, turns));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<T>(a: T[], b: T[], order: (a: T, b: T) => number, turns: Turns): Steps<T[]> {
  const result: T[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    result.push(order(a[i]!, b[j]!) <= 0 ? a[i++]! : b[j++]!);
    if (result.length % RUN === 0 && turns.spent()) yield;
  }
  return result.concat(i < a.length ? a.slice(i) : b.slice(j));
}

/** The first that matches, projected. */
export function* findOne(source: Source, query: Query): Steps<Members | null> {
  const found = yield* findFirst(source, query);
  return found === undefined ? null : query.project(found.document);
}

export function* findFirst(source: Source, query: Query): Steps<Stored | undefined> {
  if (query.id !== undefined && query.skip === 0) return findById(source, query, query.id);
  let found: Stored | undefined;
  yield* select(source, { ...query, limit: 1 }, (stored) => {
    found = stored;
    return "stop";
  });
  return found;
}

/**
 * The first match, for a change of it: no pause lies between the look at it and the answer. A search that paused may
 * have been overtaken by another write, so the document is looked at again, and searched for again if it changed.
 */
export function* findForChange(source: Source, query: Query): Steps<Stored | undefined> {
  for (;;) {
    const steps = findFirst(source, query);
    let paused = false;
    let step = steps.next();
    for (; !step.done; step = steps.next()) {
      paused = true;
      yield;
    }
    const found = step.value;
    if (!paused || found === undefined) return found;
    const current = recheck(source, query, found.row);
    if (current !== undefined) return current;
  }
}

/** The document of the row, if it still matches. */
export function recheck(source: Source, query: Query, row: number): Stored | undefined {
  const connection = source.connection();
  const info = connection.catalog.get(source.collection);
  const stored = info && readRow(connection, info, row);
  return stored !== undefined && query.matches(stored.document) ? stored : undefined;
}

/** The rows of all matches, for a change of each. */
export function* findRows(source: Source, query: Query): Steps<number[]> {
  const rows: number[] = [];
  yield* select(source, query, (stored) => {
    rows.push(stored.row);
    return "go on";
  });
  return rows;
}
