import type { PipelineOperator } from "mingo/types";
import { StoreError } from "../errors.ts";
import type { Document } from "../store.ts";
import { expand } from "./expand.ts";
import { keyText } from "./key.ts";
import { compileFilter } from "./match.ts";
import { mingo } from "./mingo.ts";
import type { Stage } from "./operators/context.ts";
import { sorted } from "./operators/stages.ts";
import { type Path, parsePath, someAt, withValueAt } from "./paths.ts";
import { importDocument, isMembers, type Members } from "./values.ts";

/** Runs pipeline stages in memory. $match and plain $sort behave exactly as in a find; mingo does the rest. */
export function runStages(documents: Members[], stages: Document[], others: ReadonlyMap<string, Members[]>): Members[] {
  let current = documents;
  for (const stage of stages) {
    if (isMembers(stage.$match)) current = current.filter(compileFilter(stage.$match));
    else if (isMembers(stage.$sort) && isPlainSort(stage.$sort)) current = sorted(current, stage.$sort);
    else current = byMingo(current, stage, others);
  }
  return current;
}

export function isPlainSort(sort: unknown): boolean {
  return isMembers(sort) && Object.values(sort).every((order) => order === 1 || order === -1);
}

/** Behaves as in a find, also inside $facet and $lookup. Expressions may use variables of the outer pipeline. */
const $match: Stage = (documents, filter, options) => {
  if (!usesExpressions(filter)) return documents.filter(compileFilter(filter));
  const query = new (mingo().Query)(filter as Members, options);
  return documents.filter((document: Members) => query.test(document));
};

function usesExpressions(filter: unknown): boolean {
  if (!isMembers(filter)) return Array.isArray(filter) && filter.some(usesExpressions);
  return "$expr" in filter || Object.values(filter).some(usesExpressions);
}

function byMingo(documents: Members[], stage: Document, others: ReadonlyMap<string, Members[]>): Members[] {
  try {
    const { Aggregator, options } = mingo();
    options.context.addPipelineOps({ $match: $match as PipelineOperator });
    const aggregator = new Aggregator([stage], {
      ...options,
      collectionResolver: (name: string) => others.get(name) ?? [],
    });
    return aggregator.run<Members>(documents).map(importDocument);
  } catch (error) {
    const message = `The pipeline stage ${Object.keys(stage)[0]} failed: ${(error as Error).message}`;
    throw new StoreError("BAD_OPERATION", message);
  }
}

export interface Lookup {
  from: string;
  localField: string;
  foreignField: string;
  as: string;
}

export function joinValues(documents: Members[], { localField }: Lookup): unknown[] {
  const path = parsePath(localField);
  return [...new Map(documents.flatMap((document) => [...localKeys(document, path)])).values()];
}

/** mingo's own $lookup treats missing fields and array elements differently from MongoDB. */
export function join(documents: Members[], { localField, foreignField, as }: Lookup, foreign: Members[]): Members[] {
  const [local, other, target] = [localField, foreignField, as].map(parsePath) as [Path, Path, Path];
  const byKey = new Map<string, number[]>();
  for (const [position, document] of foreign.entries()) {
    for (const key of foreignKeys(document, other)) {
      const positions = byKey.get(key);
      if (positions === undefined) byKey.set(key, [position]);
      else positions.push(position);
    }
  }
  return documents.map((document) => {
    const positions = new Set([...localKeys(document, local).keys()].flatMap((key) => byKey.get(key) ?? []));
    const joined = [...positions].sort((a, b) => a - b).map((position) => foreign[position]!);
    return withValueAt(document, target, joined);
  });
}

/** Arrays contribute their elements; a missing value is null. */
function localKeys(document: Members, path: Path): Map<string, unknown> {
  const keys = new Map<string, unknown>();
  for (const [value = null] of expand(document, [path]).rows) {
    if (typeof value !== "symbol") keys.set(keyText(value), value);
  }
  return keys;
}

function foreignKeys(document: Members, path: Path): Set<string> {
  const keys = new Set<string>();
  someAt(document, path, true, (value) => {
    keys.add(keyText(value ?? null));
    return false;
  });
  return keys;
}
