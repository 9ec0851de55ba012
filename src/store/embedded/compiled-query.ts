import { checkBounds, refuseDangerous } from "../check.ts";
import { StoreError } from "../errors.ts";
import type { FindOptions, Projection } from "../store.ts";
import type { ChangeSpec } from "./evaluator/protocol.ts";
import { distanceOf, type NearClause, nearClause } from "./geo/clauses.ts";
import { compoundKeyText, type Key, keyOf } from "./key.ts";
import { compileFilter, isOperators, orRefused, type Predicate } from "./match.ts";
import { compileProjection } from "./projection.ts";
import type { Stored } from "./records.ts";
import { compileSort, type SortKey, sortValues } from "./sort.ts";
import { importSpec, textToDocument, valueToText } from "./text.ts";
import { importValue, isMembers, type Members } from "./values.ts";
import { filterWeight, isPlannable, projectionWeight } from "./weights.ts";

export interface Query {
  filter: Members;
  /** Cost per value of a document (`weights.ts`). If infinite, only an evaluator evaluates it. */
  weight: number;
  spec(change?: ChangeSpec): string;
  /** The part of the filter used to choose indexes. */
  planned: Members;
  /** Like `project`, only usable if the weight is finite. */
  matches: Predicate;
  within?: Predicate;
  /** Results are ordered by distance unless `sort` is set. */
  near: NearClause | undefined;
  /** The key of the only `_id` that can match, if the filter has one. */
  id: Key | undefined;
  sort: readonly SortKey[];
  skip: number;
  limit: number;
  project: (document: Members) => Members;
}

export function compileQuery(filter: unknown, options: FindOptions = {}): Query {
  refuseDangerous(filter);
  refuseDangerous(options.projection ?? {});
  checkBounds(options);
  const weight = filterWeight(filter) + projectionWeight(options.projection);
  if (Number.isFinite(weight)) return compile(filter, options, weight, compileFilter(filter));
  if (!isMembers(filter)) throw new StoreError("BAD_OPERATION", "A filter must be an object.");
  return compile(filter, options, weight, undefined);
}

export function compileHere(filter: Members, options: FindOptions): Query {
  return compile(filter, options, 0, compileFilter(filter));
}

function compile(filter: unknown, options: FindOptions, weight: number, matches: Predicate | undefined): Query {
  const { skip = 0, limit = 0, sort } = options;
  const projection = importSpec(options.projection) as Projection | undefined;
  let spec: string | undefined;
  const isPlanned = matches !== undefined || isPlannable(filter);
  const heavy = matches === undefined ? (importSpec(filter) as Members) : undefined;
  const imported = () => heavy ?? (importSpec(filter) as Members);
  return {
    filter: filter as Members,
    weight,
    spec: (change) => {
      if (change !== undefined) return valueToText({ filter: imported(), projection, change });
      spec ??= valueToText({ filter: imported(), projection, sort });
      return spec;
    },
    planned: isPlanned ? (filter as Members) : {},
    matches: matches ?? notHere,
    near: orRefused("the filter", () => nearClause(filter as Members)),
    id: plainId((filter as Members)._id),
    sort: compileSort(sort),
    skip,
    limit: limit === 0 ? Number.POSITIVE_INFINITY : limit,
    project: matches === undefined ? notHere : compileProjection(projection, filter as Members),
  };
}

function notHere(): never {
  throw new StoreError("UNAVAILABLE", "Internal error: this query must be evaluated by an evaluator.");
}

export function shaped(query: Query, stored: Stored): Members {
  if (stored.shape !== undefined) return textToDocument(stored.shape);
  return stored.wasEvaluated ? stored.document : query.project(stored.document);
}

function plainId(id: unknown): Key | undefined {
  if (id === undefined || id === null || id instanceof RegExp || Array.isArray(id) || isOperators(id)) return undefined;
  return keyOf(importValue(id));
}

export function sortKey({ near, sort }: Query, document: Members): string {
  if (near !== undefined && sort.length === 0) return compoundKeyText([distanceOf(near, document)], [false]);
  return compoundKeyText(
    sortValues(document, sort),
    sort.map(({ order }) => order < 0),
  );
}
