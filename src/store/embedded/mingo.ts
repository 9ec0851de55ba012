import { createRequire } from "node:module";
import type { Context } from "mingo/core";
import { ownContext } from "./operators/context.ts";

/** `mingo` takes 0.1 s to load, so it is loaded for the first query that needs it. */
export interface Mingo {
  Query: typeof import("mingo/query").Query;
  Aggregator: typeof import("mingo/aggregator").Aggregator;
  /** Never runs JavaScript functions from a query. */
  options: { scriptEnabled: false; context: Context };
}
let loaded: Mingo | undefined;

export function mingo(): Mingo {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  const { Query } = require("mingo/query") as typeof import("mingo/query");
  const { Aggregator } = require("mingo/aggregator") as typeof import("mingo/aggregator");
  loaded = { Query, Aggregator, options: { scriptEnabled: false, context: ownContext(require) } };
  return loaded;
}
