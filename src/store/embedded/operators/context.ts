import type { Context, evalExpr as EvalExpr } from "mingo/core";
import type { Iterator } from "mingo/lazy";
import type { Options } from "mingo/types";
import { DATES } from "./dates.ts";
import type { Operators } from "./operand.ts";
import { stages } from "./stages.ts";
import { STRINGS } from "./strings.ts";
import { TYPES } from "./types.ts";
import { distinct, mergeObjects, VALUES } from "./values.ts";
import { windows } from "./windows.ts";

/** mingo types its operators as intersections that no function can satisfy. */
export type Stage = (documents: Iterator, spec: unknown, options: Options) => Iterator;

export interface Library {
  evalExpr: typeof EvalExpr;
  Lazy: typeof import("mingo/lazy").Lazy;
  stages: Record<string, Stage>;
}

/** mingo's operators, with replacements for those that are missing or wrong in ordinary use. */
export function ownContext(require: NodeJS.Require): Context {
  const core = require("mingo/core") as typeof import("mingo/core");
  const { Lazy } = require("mingo/lazy") as typeof import("mingo/lazy");
  const expression = { ...(require("mingo/operators/expression") as Record<string, unknown>) };
  const accumulator = require("mingo/operators/accumulator") as Record<string, Accumulate>;
  const { $match, ...pipeline } = require("mingo/operators/pipeline") as Record<string, Stage>;
  const library: Library = { evalExpr: core.evalExpr, Lazy, stages: pipeline };
  const own: Operators = { ...DATES, ...STRINGS, ...TYPES, ...VALUES };
  for (const [name, operator] of Object.entries(own)) {
    expression[name] = (document: unknown, raw: unknown, options: Options) =>
      operator(raw, (part) => core.evalExpr(document, part, options), name);
  }
  const accumulators = ownAccumulators(accumulator);
  for (const name of OF_ONE_DOCUMENT) {
    const accumulate = accumulators[name]!;
    expression[name] = (document: unknown, raw: unknown, options: Options & { local: { root: unknown } }) => {
      if (Array.isArray(document) && document === options.local.root) return accumulate(document, raw, options);
      const value = core.evalExpr(document, Array.isArray(raw) && raw.length === 1 ? raw[0] : raw, options);
      return accumulate(Array.isArray(value) ? value : [value], null, options);
    };
  }
  const init = core.Context.init as (operators: Record<string, object>) => Context;
  return init({
    accumulator: accumulators,
    expression,
    pipeline: { ...pipeline, ...stages(library), $setWindowFields: windows(library) },
    projection: require("mingo/operators/projection") as object,
    query: require("mingo/operators/query") as object,
  });
}

/** Takes the documents of a group, or values if `raw` is null. */
type Accumulate = (items: unknown[], raw: unknown, options: Options) => unknown;

/** Accumulators that are also operators on one document. */
const OF_ONE_DOCUMENT = ["$sum", "$avg", "$min", "$max", "$stdDevPop", "$stdDevSamp", "$mergeObjects"];

function ownAccumulators(mingo: Record<string, Accumulate>): Record<string, Accumulate> {
  const push = (items: unknown[], raw: unknown, options: Options): unknown[] => {
    if (raw === null) return items;
    const values = mingo["$push"]!(items, { v: raw }, options) as { v?: unknown }[];
    return values.map(({ v }) => v).filter((value) => value !== undefined);
  };
  /** mingo returns an array with one element. */
  const one =
    (accumulate: Accumulate): Accumulate =>
    (...given) => {
      const value = accumulate(...given);
      return Array.isArray(value) ? (value[0] ?? null) : value;
    };
  return {
    ...mingo,
    $push: push,
    $addToSet: (...given) => distinct(push(...given)),
    $mergeObjects: (...given) => mergeObjects(push(...given)),
    $top: one(mingo["$top"]!),
    $bottom: one(mingo["$bottom"]!),
  };
}
