import { refuseDangerous } from "./check.ts";
import { StoreError } from "./errors.ts";
import type { Document } from "./store.ts";

/**
 * The stages that a pipeline may have, on both engines: those that read documents and make others of them. What is not
 * here writes, watches, tells of the server rather than of documents, needs an index that only MongoDB's cloud has, or is
 * nothing that the embedded store does ($densify, $fill).
 */
const STAGES = new Set([
  "$addFields",
  "$bucket",
  "$bucketAuto",
  "$count",
  "$facet",
  "$geoNear",
  "$graphLookup",
  "$group",
  "$limit",
  "$lookup",
  "$match",
  "$project",
  "$redact",
  "$replaceRoot",
  "$replaceWith",
  "$sample",
  "$set",
  "$setWindowFields",
  "$skip",
  "$sort",
  "$sortByCount",
  "$unionWith",
  "$unset",
  "$unwind",
]);

/** Refuses a pipeline, or one inside of it, that is none or has another stage. */
export function checkPipeline(pipeline: unknown): asserts pipeline is Document[] {
  refuseDangerous(pipeline);
  checkStages(pipeline);
}

function checkStages(pipeline: unknown): void {
  if (!Array.isArray(pipeline)) throw bad("A pipeline is an array of stages.");
  for (const stage of pipeline as unknown[]) {
    const names = typeof stage === "object" && stage !== null ? Object.keys(stage) : [];
    const [name] = names;
    if (name === undefined || names.length > 1) throw bad("A stage of a pipeline is an object with one name.");
    if (!STAGES.has(name)) throw bad(`${name} is not supported in a pipeline.`);
    for (const inner of pipelinesIn(name, (stage as Document)[name])) checkStages(inner);
  }
}

/** The pipelines inside of a stage. */
function pipelinesIn(name: string, content: unknown): unknown[] {
  if (typeof content !== "object" || content === null) return [];
  if (name === "$facet") return Object.values(content);
  if (name !== "$lookup" && name !== "$unionWith") return [];
  const { pipeline } = content as Document;
  return pipeline === undefined ? [] : [pipeline];
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
