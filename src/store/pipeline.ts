import { refuseDangerous } from "./check.ts";
import { StoreError } from "./errors.ts";
import type { Document } from "./store.ts";

/**
 * The pipeline stages that both engines support. Stages that write or watch, report on the server or need an Atlas
 * index are refused, as are $densify and $fill.
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

/** Refuses a malformed pipeline, or an unsupported stage in it or in a nested pipeline. */
export function checkPipeline(pipeline: unknown): asserts pipeline is Document[] {
  refuseDangerous(pipeline);
  checkStages(pipeline);
}

function checkStages(pipeline: unknown): void {
  if (!Array.isArray(pipeline)) throw bad("A pipeline must be an array of stages.");
  for (const stage of pipeline as unknown[]) {
    const names = typeof stage === "object" && stage !== null ? Object.keys(stage) : [];
    const [name] = names;
    if (name === undefined || names.length > 1) throw bad("A pipeline stage must be an object with one name.");
    if (!STAGES.has(name)) throw bad(`${name} is not supported in a pipeline.`);
    for (const inner of pipelinesIn(name, (stage as Document)[name])) checkStages(inner);
  }
}

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
