import { StoreError } from "../errors.ts";
import { checkPipeline } from "../pipeline.ts";
import type { Document, Sort } from "../store.ts";
import { compileQuery } from "./compiled-query.ts";
import { PIECE, PIECE_CHARS } from "./evaluate.ts";
import type { Request } from "./evaluator/protocol.ts";
import { refuseNear } from "./geo/clauses.ts";
import { isPlainSort, type Lookup } from "./pipeline-stages.ts";
import { select, selectPlanned } from "./query.ts";
import type { Stored } from "./records.ts";
import type { Next, Source } from "./scan.ts";
import { importSpec, textToDocument, textToValue, valueToText } from "./text.ts";
import { awaited, type Steps } from "./turns.ts";
import { isMembers, type Members } from "./values.ts";
import { filterWeight } from "./weights.ts";
import { refuseLong, type Work } from "./work.ts";

/** Maximum size in characters of a pipeline's result, which is returned as a whole. */
const MAX_RESULT = 33_554_432;

/** Runs a pipeline. Cheap leading stages run as a find, by index and in batches; an evaluator runs the rest. */
export function* runPipeline<R extends Document>(
  source: Source,
  other: (collection: string) => Source,
  pipeline: Document[],
  emit: (document: R) => Next,
): Steps<void> {
  checkPipeline(pipeline);
  refuseNearStages(pipeline);
  const { find, rest, filter } = leadingFind(pipeline);
  if (rest.length === 0) {
    yield* select(source, compileQuery(find.filter, find), ({ document }) => emit(document as R));
    return;
  }
  const texts = yield* runRest(source, other, find, rest, filter);
  for (const text of texts) {
    const next = emit(textToDocument(text) as R);
    if (next === "stop") return;
    if (next === "pause" || source.turns.spent()) yield;
  }
}

/** Fetches the whole result at once, so that an abandoned cursor does not occupy an evaluator. */
function* runRest(
  source: Source,
  other: (collection: string) => Source,
  find: Find,
  rest: Document[],
  filter: Members,
): Steps<string[]> {
  yield* awaited(source.work.hold());
  try {
    const job = new Job(source.work);
    yield* job.call({ what: "begin", spec: valueToText({ filter: importSpec(filter) }) });
    yield* job.fill(source, find, undefined);
    for (const part of cutAtLookups(rest)) {
      const lookup = lookupOf(part[0]);
      if (lookup === undefined) yield* job.run(part, other);
      else yield* job.join(lookup, other);
    }
    return yield* job.takeAll(source);
  } finally {
    source.work.release();
  }
}

function refuseNearStages(pipeline: Document[]): void {
  refuseNear(pipeline);
  if (pipeline.some((stage) => "$geoNear" in stage)) {
    throw bad("The embedded store does not support $geoNear. Use $nearSphere, or MongoDB.");
  }
}

interface Find {
  filter: Document;
  sort?: Sort;
  skip?: number;
  limit?: number;
  /** Also returns documents that do not match. The filter only selects candidates, which are checked elsewhere. */
  isPlan?: true;
}

/** The leading stages that a find can run, in its order. An expensive $match only selects candidates here. */
function leadingFind(pipeline: Document[]): { find: Find; rest: Document[]; filter: Members } {
  const find: Find = { filter: {} };
  let at = 0;
  if (isMembers(pipeline[at]?.$match)) find.filter = pipeline[at++]!.$match as Document;
  if (!Number.isFinite(filterWeight(find.filter))) {
    return { find: { ...find, isPlan: true }, rest: pipeline.slice(at), filter: find.filter };
  }
  if (isPlainSort(pipeline[at]?.$sort)) find.sort = pipeline[at++]!.$sort as Sort;
  if (typeof pipeline[at]?.$skip === "number") find.skip = pipeline[at++]!.$skip as number;
  if (typeof pipeline[at]?.$limit === "number" && pipeline[at]!.$limit !== 0) {
    find.limit = pipeline[at++]!.$limit as number;
  }
  return { find, rest: pipeline.slice(at), filter: {} };
}

/** A $lookup with one field on each side, which can use an index of the other collection. */
function lookupOf(stage: Document | undefined): Lookup | undefined {
  const lookup = stage?.$lookup;
  if (!isMembers(lookup) || lookup.pipeline !== undefined) return undefined;
  const { from, localField, foreignField, as } = lookup;
  if (![from, localField, foreignField, as].every((name) => typeof name === "string")) return undefined;
  return { from, localField, foreignField, as } as Lookup;
}

function cutAtLookups(stages: Document[]): Document[][] {
  const parts: Document[][] = [];
  for (const stage of stages) {
    const last = parts.at(-1);
    if (last === undefined || lookupOf(stage) || lookupOf(last[0])) parts.push([stage]);
    else last.push(stage);
  }
  return parts;
}

class Job {
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  *call<T>(request: Request): Steps<T> {
    return yield* awaited(this.#work.run<T>(request));
  }

  /** Adds documents to the job: the pipeline's own, or those of another collection. */
  *fill(source: Source, find: Find, collection: string | undefined): Steps<void> {
    let texts: string[] = [];
    let chars = 0;
    const visitor = (stored: Stored): Next => {
      const text = stored.text;
      texts.push(text);
      chars += text.length;
      return texts.length >= PIECE || chars >= PIECE_CHARS ? "pause" : "continue";
    };
    const steps = find.isPlan
      ? selectPlanned(source, find.filter, visitor)
      : select(source, compileQuery(find.filter, find), visitor);
    for (let step = steps.next(); ; step = steps.next()) {
      if (texts.length > 0) yield* this.call({ what: "add", texts, collection });
      texts = [];
      chars = 0;
      if (step.done) return;
      if (step.value || source.turns.spent()) yield step.value;
    }
  }

  *run(stages: Document[], other: (collection: string) => Source): Steps<void> {
    for (const name of namedCollections(stages)) yield* this.fill(other(name), { filter: {} }, name);
    yield* this.call({ what: "run", stages: valueToText(stages) });
  }

  /** Reads only the documents of the other collection that have one of the needed values. */
  *join(lookup: Lookup, other: (collection: string) => Source): Steps<void> {
    const text = valueToText(lookup);
    const wanted = textToValue(yield* this.call<string>({ what: "join values", lookup: text })) as unknown[];
    for (let at = 0; at < wanted.length; at += JOINED) {
      const filter = { [lookup.foreignField]: { $in: wanted.slice(at, at + JOINED) } };
      yield* this.fill(other(lookup.from), { filter }, lookup.from);
    }
    yield* this.call({ what: "join", lookup: text });
  }

  *takeAll(source: Source): Steps<string[]> {
    const all: string[] = [];
    let chars = 0;
    for (;;) {
      const texts = yield* this.call<string[]>({ what: "take" });
      if (texts.length === 0) return all;
      for (const text of texts) {
        refuseLong(source.caller, text);
        chars += text.length;
        all.push(text);
      }
      if (chars > MAX_RESULT)
        throw bad(
          "The result of the pipeline is larger than 32 MB. Add a $limit, or a $project with the needed fields.",
        );
    }
  }
}

const JOINED = 1_000;

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
