import { refuseDangerous } from "../check.ts";
import { StoreError } from "../errors.ts";
import type { Document, Sort } from "../store.ts";
import { refuseNear } from "./geo/clauses.ts";
import { geoNear } from "./geo/geo-near.ts";
import { isPlainSort, type Lookup } from "./pipeline-stages.ts";
import type { Call, Pipelines } from "./pipelines.ts";
import { compileQuery, select } from "./query.ts";
import type { Next, Source } from "./scan.ts";
import { documentToText, textToDocument, textToValue, valueToText } from "./text.ts";
import type { Steps } from "./turns.ts";
import { isMembers, type Members } from "./values.ts";

/** Stages that need what is not there. */
const REFUSED = new Set(["$search", "$vectorSearch", "$changeStream", "$documents"]);

/** Documents handed to the pipelines' thread at a time. */
const PIECE = 500;

/**
 * Carries out a pipeline. What it begins with ($match, then $sort, $skip, $limit) is a find, by index and in pieces; the
 * rest is done in the pipelines' thread, on the documents that the beginning lets through.
 */
export function* runPipeline<R extends Document>(
  source: Source,
  other: (collection: string) => Source,
  pipelines: Pipelines,
  pipeline: Document[],
  emit: (document: R) => Next,
): Steps<void> {
  checkPipeline(pipeline);
  const { find, rest } = leadingFind(source, pipeline);
  if (rest.length === 0) {
    yield* select(source, compileQuery(find.filter, find), ({ document }) => emit(find.made(document) as R));
    return;
  }
  const texts = yield* runRest(new Job(pipelines), source, other, find, rest);
  for (const text of texts) {
    const next = emit(textToDocument(text) as R);
    if (next === "stop") return;
    if (next === "pause" || source.turns.spent()) yield;
  }
}

/** The whole result is fetched at once, so that a cursor which is left behind holds nothing in the thread. */
function* runRest(
  job: Job,
  source: Source,
  other: (collection: string) => Source,
  find: Find,
  rest: Document[],
): Steps<string[]> {
  try {
    yield* job.fill(source, find, "add");
    for (const part of cutAtLookups(rest)) {
      const lookup = lookupOf(part[0]);
      if (lookup === undefined) yield* job.run(part, other);
      else yield* job.join(lookup, other);
    }
    return yield* job.takeAll();
  } finally {
    job.end();
  }
}

function checkPipeline(pipeline: unknown): void {
  if (!Array.isArray(pipeline)) throw bad("A pipeline is an array of stages.");
  refuseDangerous(pipeline);
  refuseNear(pipeline);
  for (const stage of pipeline) {
    const names = isMembers(stage) ? Object.keys(stage) : [];
    if (names.length !== 1) throw bad("A stage of a pipeline is an object with one name.");
    if (names[0] === "$geoNear" && stage !== pipeline[0]) throw bad("$geoNear is only valid as the first stage.");
    if (REFUSED.has(names[0]!)) throw bad(`${names[0]} is not supported in a pipeline.`);
  }
}

interface Find {
  filter: Document;
  /** What the pipeline goes on with of a document. */
  made(document: Members): Members;
  sort?: Sort;
  skip?: number;
  limit?: number;
}

/** The stages that a find can do, in the order in which a find does them. */
function leadingFind(source: Source, pipeline: Document[]): { find: Find; rest: Document[] } {
  const find: Find = { filter: {}, made: unchanged };
  let at = 0;
  if (pipeline[0] && "$geoNear" in pipeline[0]) {
    const { filter, withDistance } = geoNear(
      pipeline[at++]!.$geoNear,
      source.connection().catalog.get(source.collection),
    );
    return { find: { filter, made: withDistance }, rest: pipeline.slice(at) };
  }
  if (isMembers(pipeline[at]?.$match)) find.filter = pipeline[at++]!.$match as Document;
  if (isPlainSort(pipeline[at]?.$sort)) find.sort = pipeline[at++]!.$sort as Sort;
  if (typeof pipeline[at]?.$skip === "number") find.skip = pipeline[at++]!.$skip as number;
  if (typeof pipeline[at]?.$limit === "number" && pipeline[at]!.$limit !== 0) {
    find.limit = pipeline[at++]!.$limit as number;
  }
  return { find, rest: pipeline.slice(at) };
}

const unchanged = (document: Members): Members => document;

/** A $lookup by one field on either side, which an index of the other collection serves. */
function lookupOf(stage: Document | undefined): Lookup | undefined {
  const lookup = stage?.$lookup;
  if (!isMembers(lookup) || lookup.pipeline !== undefined) return undefined;
  const { from, localField, foreignField, as } = lookup;
  if (![from, localField, foreignField, as].every((name) => typeof name === "string")) return undefined;
  return { from, localField, foreignField, as } as Lookup;
}

/** Each such $lookup by itself, and the stages between. */
function cutAtLookups(stages: Document[]): Document[][] {
  const parts: Document[][] = [];
  for (const stage of stages) {
    const last = parts.at(-1);
    if (last === undefined || lookupOf(stage) || lookupOf(last[0])) parts.push([stage]);
    else last.push(stage);
  }
  return parts;
}

/** One pipeline's documents in the pipelines' thread. */
class Job {
  readonly #pipelines: Pipelines;
  readonly #id: number;

  constructor(pipelines: Pipelines) {
    this.#pipelines = pipelines;
    this.#id = pipelines.newJob();
  }

  /** Reads documents into the job. */
  *fill(source: Source, find: Find, what: "add" | "add other"): Steps<void> {
    let texts: string[] = [];
    const steps = select(source, compileQuery(find.filter, find), ({ document }) => {
      texts.push(documentToText(find.made(document)));
      return texts.length >= PIECE ? "pause" : "go on";
    });
    for (let step = steps.next(); ; step = steps.next()) {
      if (texts.length > 0) yield* this.#call(what, texts, source.collection);
      texts = [];
      if (step.done) return;
      if (source.turns.spent()) yield;
    }
  }

  /** Collections that the stages name are read whole before. */
  *run(stages: Document[], other: (collection: string) => Source): Steps<void> {
    for (const name of namedCollections(stages))
      yield* this.fill(other(name), { filter: {}, made: unchanged }, "add other");
    yield* this.#call("run", [valueToText(stages)]);
    yield* this.#call("forget others");
  }

  /** Reads of the other collection only what has one of the values needed. */
  *join(lookup: Lookup, other: (collection: string) => Source): Steps<void> {
    const wanted = yield* this.#call("join values", [valueToText(lookup)]);
    const filter = { [lookup.foreignField]: { $in: wanted.map(textToValue) } };
    yield* this.fill(other(lookup.from), { filter, made: unchanged }, "add other");
    yield* this.#call("join", [valueToText(lookup)]);
    yield* this.#call("forget others");
  }

  *takeAll(): Steps<string[]> {
    const all: string[] = [];
    for (;;) {
      const texts = yield* this.#call("take");
      if (texts.length === 0) return all;
      all.push(...texts);
    }
  }

  end(): void {
    this.#pipelines.call(this.#id, "end").catch(() => undefined);
  }

  *#call(what: Call["what"], texts: string[] = [], collection = ""): Steps<string[]> {
    let outcome: { result: string[] } | { error: unknown } | undefined;
    yield this.#pipelines.call(this.#id, what, texts, collection).then(
      (result) => {
        outcome = { result };
      },
      (error: unknown) => {
        outcome = { error };
      },
    );
    if (outcome === undefined) throw new StoreError("UNAVAILABLE", "The pipeline was not waited for.");
    if ("error" in outcome) throw outcome.error;
    return outcome.result;
  }
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

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
