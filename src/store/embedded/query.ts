import { StoreError } from "../errors.ts";
import type { CollectionInfo, IndexInfo } from "./catalog.ts";
import { type Query, shaped, sortKey } from "./compiled-query.ts";
import { checkQuery, evaluate, matching } from "./evaluate.ts";
import { distanceOf, type NearClause } from "./geo/clauses.ts";
import { type Plan, placeScan, planQuery } from "./plan.ts";
import { readId, readRow, type Stored } from "./records.ts";
import { type Next, type Source, visit } from "./scan.ts";
import type { Steps, Turns } from "./turns.ts";
import type { Members } from "./values.ts";
import { isLight, isPlannable } from "./weights.ts";

function planOf(source: Source, query: Query): Plan | undefined {
  const info = source.connection().catalog.get(source.collection);
  if (info && query.near) requireIndex(info, query.near);
  return info && planQuery(info, query.planned, query.sort);
}

/** As in MongoDB, $near requires an index. */
function requireIndex(info: CollectionInfo, clause: NearClause): void {
  if (placeIndex(info, clause)) return;
  const { text, near } = clause;
  const message = `$near and $nearSphere need an index: create {${JSON.stringify(text)}: "${near.indexes[0]}"}.`;
  throw new StoreError("BAD_OPERATION", message);
}

function placeIndex(info: CollectionInfo | undefined, { text, near }: NearClause): IndexInfo | undefined {
  return info?.indexes.find(({ place }) => place?.text === text && near.indexes.includes(place.kind));
}

/** Visits the matching documents in order. "stop" ends the visit; "pause" yields before the rest. */
export function* select(source: Source, query: Query, visitor: (stored: Stored) => Next): Steps<void> {
  if (query.weight === Number.POSITIVE_INFINITY) yield* checkQuery(source, query);
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
  yield* matching(source, plan, query, (stored) => {
    if (skip > 0) {
      skip--;
      return "continue";
    }
    const next = visitor(stored);
    return --left === 0 ? "stop" : next;
  });
}

/** Visits at least the matching documents, in any order. The filter is valid and is evaluated elsewhere. */
export function* selectPlanned(source: Source, filter: Members, visitor: (stored: Stored) => Next): Steps<void> {
  const info = source.connection().catalog.get(source.collection);
  const plan = info && planQuery(info, isPlannable(filter) ? filter : {}, []);
  if (plan !== undefined) yield* visit(source, plan, visitor);
}

/** Searches growing circles until one contains enough documents. Returns false if none does. */
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
    const within = (document: Members) => Number.isFinite(distanceOf(circle, document));
    const found: Stored[] = [];
    yield* selectSorted(source, plan, { ...query, near: circle, within }, (stored) => {
      found.push(stored);
      return "continue";
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
  key: string;
}

/** Maximum size of a sort: characters of documents plus bytes of sort keys. */
const MAX_SORTED = 67_108_864;
const KEPT_PARSED = 1_000_000;

/** Sorts in memory: all matching documents, or about twice the limit if there is one. */
function* selectSorted(source: Source, plan: Plan, query: Query, visitor: (stored: Stored) => Next): Steps<void> {
  const { skip, limit } = query;
  const order = (a: Sortable, b: Sortable) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.stored.row - b.stored.row);
  const wanted = skip + limit;
  const { turns } = source;
  let found: Sortable[] = [];
  let size = 0;
  const isFull = () => found.length >= 2 * wanted + RUN || size > MAX_SORTED;
  const steps = matching(source, plan, query, (stored) => {
    const key = stored.key ?? sortKey(query, stored.document);
    size += sizeOf({ stored, key });
    if (size > KEPT_PARSED) stored.forgetDocument();
    found.push({ stored, key });
    return isFull() ? "pause" : "continue";
  });
  for (let step = steps.next(); !step.done; step = steps.next()) {
    if (step.value || turns.spent()) yield step.value;
    if (!isFull()) continue;
    found = (yield* sortInSteps(found, order, turns)).slice(0, wanted);
    size = found.reduce((sum, one) => sum + sizeOf(one), 0);
    if (size > MAX_SORTED) throw tooMuchSorted();
  }
  if (size > MAX_SORTED) throw tooMuchSorted();
  const sorted = yield* sortInSteps(found, order, turns);
  for (let i = skip; i < Math.min(wanted, sorted.length); i++) {
    const next = visitor(sorted[i]!.stored);
    if (next === "stop") return;
    if (next === "pause" || turns.spent()) yield;
  }
}

function sizeOf({ stored, key }: Sortable): number {
  return stored.text.length + (stored.shape?.length ?? 0) + key.length;
}

function tooMuchSorted(): StoreError {
  const message = `The sort needs more than ${MAX_SORTED / 1_048_576} MB. Add an index for it, a limit, or a narrower filter.`;
  return new StoreError("BAD_OPERATION", message);
}

const RUN = 500;
/** Minimum number of key bytes per step; each key is compared about ten times in a run. */
const RUN_BYTES = 131_072;

function* sortInSteps(items: Sortable[], order: (a: Sortable, b: Sortable) => number, turns: Turns): Steps<Sortable[]> {
  let runs: Sortable[][] = [];
  for (let i = 0; i < items.length; ) {
    const start = i;
    for (let bytes = 0; i < items.length && i - start < RUN && bytes < RUN_BYTES; i++) bytes += items[i]!.key.length;
    runs.push(items.slice(start, i).sort(order));
    if (turns.spent()) yield;
  }
  while (runs.length > 1) {
    const merged: Sortable[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(yield* merge(runs[i]!, runs[i + 1] ?? [], order, turns));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge(
  a: Sortable[],
  b: Sortable[],
  order: (a: Sortable, b: Sortable) => number,
  turns: Turns,
): Steps<Sortable[]> {
  const result: Sortable[] = [];
  let i = 0;
  let j = 0;
  let bytes = 0;
  while (i < a.length && j < b.length) {
    const next = order(a[i]!, b[j]!) <= 0 ? a[i++]! : b[j++]!;
    result.push(next);
    bytes += next.key.length;
    if (result.length % RUN !== 0 && bytes < RUN_BYTES) continue;
    bytes = 0;
    if (turns.spent()) yield;
  }
  return result.concat(i < a.length ? a.slice(i) : b.slice(j));
}

export function* findOne(source: Source, query: Query): Steps<Members | null> {
  const found = yield* findFirst(source, query);
  return found === undefined ? null : shaped(query, found);
}

export function* findFirst(source: Source, query: Query): Steps<Stored | undefined> {
  if (query.id !== undefined && query.skip === 0) {
    // A shortcut for the most common look-up.
    const connection = source.connection();
    const info = connection.catalog.get(source.collection);
    const stored = info && readId(connection, info, query.id);
    if (stored !== undefined && isLight(query.weight, stored.text.length)) {
      return query.matches(stored.document) ? stored : undefined;
    }
    if (stored !== undefined) return (yield* evaluate(source, query, [stored]))[0];
    if (query.weight === Number.POSITIVE_INFINITY) yield* checkQuery(source, query);
    return undefined;
  }
  let found: Stored | undefined;
  yield* select(source, { ...query, limit: 1 }, (stored) => {
    found = stored;
    return "stop";
  });
  return found;
}

/** Finds the first match in order to change it. A match that changed during a pause is checked or searched again. */
export function* findForChange(source: Source, query: Query): Steps<Stored | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const steps = findFirst(source, query);
    let paused = false;
    let step = steps.next();
    for (; !step.done; step = steps.next()) {
      paused = true;
      yield step.value;
    }
    const found = step.value;
    if (!paused || found === undefined) return found;
    const current = recheck(source, query, found);
    if (current !== undefined) return current;
  }
  throw overtaken();
}

/** Maximum number of attempts if other writes keep changing the document. */
export const ATTEMPTS = 100;

export function overtaken(): StoreError {
  return new StoreError("UNAVAILABLE", "Other writes kept changing the document. Try again.");
}

/** The current document if it still matches, as far as this can be decided cheaply. */
function recheck(source: Source, query: Query, found: Stored): Stored | undefined {
  const current = readNow(source, found.row);
  if (current === undefined) return undefined;
  if (current.text === found.text) return found;
  return isLight(query.weight, current.text.length) && query.matches(current.document) ? current : undefined;
}

export function readNow(source: Source, row: number): Stored | undefined {
  const connection = source.connection();
  const info = connection.catalog.get(source.collection);
  return info && readRow(connection, info, row);
}

export function* findRows(source: Source, query: Query): Steps<number[]> {
  const rows: number[] = [];
  yield* select(source, query, (stored) => {
    rows.push(stored.row);
    return "continue";
  });
  return rows;
}
