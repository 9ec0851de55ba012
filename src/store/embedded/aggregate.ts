import { refuseDangerous } from "../check.ts";
import { StoreError } from "../errors.ts";
import type { Document, Sort } from "../store.ts";
import { expand } from "./expand.ts";
import { keyOf } from "./key.ts";
import { MINGO_OPTIONS, mingo } from "./mingo.ts";
import { type Path, parsePath, someAt } from "./paths.ts";
import { compileQuery, select } from "./query.ts";
import type { Next, Source } from "./scan.ts";
import type { Steps } from "./turns.ts";
import { importDocument, isMembers, type Members, member, setMember } from "./values.ts";

/** Stages that need what is not there. */
const REFUSED = new Set(["$geoNear", "$search", "$vectorSearch", "$changeStream", "$documents"]);

/**
 * Carries out a pipeline. What it begins with ($match, then $sort, $skip, $limit) is a find, by index and in pieces;
 * mingo does the rest at one go, so that its cost is in the documents which the beginning lets through.
 */
export function* runPipeline<R extends Document>(
  source: Source,
  other: (collection: string) => Source,
  pipeline: Document[],
  emit: (document: R) => Next,
): Steps<void> {
  checkPipeline(pipeline);
  const { query, rest } = leadingFind(pipeline);
  let documents = yield* allOf(source, query);
  for (const part of cutAtLookups(rest)) {
    documents = isLookup(part[0])
      ? yield* lookup(documents, part[0].$lookup, other)
      : yield* byMingo(documents, part, other);
  }
  for (const document of documents) {
    const next = emit(document as R);
    if (next === "stop") return;
    if (next === "pause" || source.turns.spent()) yield;
  }
}

function checkPipeline(pipeline: unknown): void {
  if (!Array.isArray(pipeline)) throw bad("A pipeline is an array of stages.");
  refuseDangerous(pipeline);
  for (const stage of pipeline) {
    const names = isMembers(stage) ? Object.keys(stage) : [];
    if (names.length !== 1) throw bad("A stage of a pipeline is an object with one name.");
    if (REFUSED.has(names[0]!)) throw bad(`${names[0]} is not supported in a pipeline.`);
  }
}

interface Find {
  filter: Document;
  sort?: Sort;
  skip?: number;
  limit?: number;
}

/** The stages that a find can do, in the order in which a find does them. */
function leadingFind(pipeline: Document[]): { query: Find; rest: Document[] } {
  const query: Find = { filter: {} };
  let at = 0;
  if (isMembers(pipeline[at]?.$match)) query.filter = pipeline[at++]!.$match as Document;
  if (isMembers(pipeline[at]?.$sort) && isPlainSort(pipeline[at]!.$sort)) query.sort = pipeline[at++]!.$sort as Sort;
  if (typeof pipeline[at]?.$skip === "number") query.skip = pipeline[at++]!.$skip as number;
  if (typeof pipeline[at]?.$limit === "number" && pipeline[at]!.$limit !== 0) {
    query.limit = pipeline[at++]!.$limit as number;
  }
  return { query, rest: pipeline.slice(at) };
}

function isPlainSort(sort: unknown): boolean {
  return Object.values(sort as Members).every((order) => order === 1 || order === -1);
}

function* allOf(source: Source, find: Find): Steps<Members[]> {
  const documents: Members[] = [];
  yield* select(source, compileQuery(find.filter, find), ({ document }) => {
    documents.push(document);
    return "go on";
  });
  return documents;
}

interface LookupStage {
  $lookup: { from: string; localField: string; foreignField: string; as: string };
}

/** A $lookup by one field on either side, which an index of the other collection serves. */
function isLookup(stage: Document | undefined): stage is Document & LookupStage {
  const lookup = stage?.$lookup;
  return (
    isMembers(lookup) &&
    ["from", "localField", "foreignField", "as"].every((name) => typeof lookup[name] === "string") &&
    lookup.pipeline === undefined
  );
}

/** Each such $lookup by itself, and the stages between. */
function cutAtLookups(stages: Document[]): Document[][] {
  const parts: Document[][] = [];
  for (const stage of stages) {
    const last = parts.at(-1);
    if (last === undefined || isLookup(stage) || isLookup(last[0])) parts.push([stage]);
    else last.push(stage);
  }
  return parts;
}

/**
 * Reads of the other collection the documents whose field has one of the values needed, and joins them. mingo's own
 * $lookup does not find missing fields and elements of arrays as MongoDB does.
 */
function* lookup(
  documents: Members[],
  { from, localField, foreignField, as }: LookupStage["$lookup"],
  other: (collection: string) => Source,
): Steps<Members[]> {
  const local = documents.map((document) => localKeys(document, parsePath(localField)));
  const wanted = new Map(local.flatMap((keys) => [...keys]));
  const found = yield* allOf(other(from), { filter: { [foreignField]: { $in: [...wanted.values()] } } });
  const byKey = new Map<string, number[]>();
  for (const [position, document] of found.entries()) {
    for (const key of foreignKeys(document, parsePath(foreignField))) {
      byKey.set(key, [...(byKey.get(key) ?? []), position]);
    }
  }
  return documents.map((document, i) => {
    const positions = new Set([...local[i]!.keys()].flatMap((key) => byKey.get(key) ?? []));
    const joined = [...positions].sort((a, b) => a - b).map((position) => found[position]!);
    return withValue(document, parsePath(as), joined);
  });
}

/** The values that a document is joined by, of an array its elements; a missing one is null. */
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

function keyText(value: unknown): string {
  return Buffer.from(keyOf(value)).toString("latin1");
}

/** A copy with the value at the path, objects made on the way. */
function withValue(document: Members, [part, ...rest]: Path, value: unknown): Members {
  const copy = { ...document };
  const inner = member(document, part!);
  setMember(copy, part!, rest.length === 0 ? value : withValue(isMembers(inner) ? inner : {}, rest, value));
  return copy;
}

/** The stages at one go; collections that they name are read whole before. */
function* byMingo(documents: Members[], stages: Document[], other: (collection: string) => Source): Steps<Members[]> {
  const collections = new Map<string, Members[]>();
  for (const name of namedCollections(stages)) collections.set(name, yield* allOf(other(name), { filter: {} }));
  return compute(documents, stages, collections);
}

function namedCollections(value: unknown, names = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) namedCollections(item, names);
  if (!isMembers(value)) return names;
  for (const stage of [value.$lookup, value.$graphLookup, value.$unionWith]) {
    if (typeof stage === "string") names.add(stage);
    if (isMembers(stage)) for (const name of [stage.from, stage.coll]) if (typeof name === "string") names.add(name);
  }
  for (const item of Object.values(value)) namedCollections(item, names);
  return names;
}

function compute(documents: Members[], stages: Document[], collections: Map<string, Members[]>): Members[] {
  try {
    const { Aggregator, ProcessingMode } = mingo();
    const aggregator = new Aggregator(stages, {
      ...MINGO_OPTIONS,
      processingMode: ProcessingMode.CLONE_OFF,
      collectionResolver: (name: string) => collections.get(name) ?? [],
    });
    return aggregator.run<Members>(documents).map(importDocument);
  } catch (error) {
    throw new StoreError("BAD_OPERATION", `The pipeline cannot be carried out: ${(error as Error).message}`, {}, error);
  }
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
