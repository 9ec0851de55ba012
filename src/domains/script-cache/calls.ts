import { text } from "../../kernel/scripts/arguments.ts";
import { type Call, read, write } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { queryPattern } from "../../kernel/scripts/patterns.ts";
import { ScriptCaches } from "./script-cache.ts";

const MAX_KEY = 1_024;
const MAX_VALUE = 1_048_576;

/** SparkCache. The first argument of each call is the key, except for `cache.removeAll`. */
export const cacheCalls: Record<string, Call> = {
  /** → JSON text or null */
  "cache.get": read(
    async ({ service, stage, store }, [key]) => (await service(ScriptCaches).of(stage).get(store, keyOf(key))) ?? null,
  ),

  /** key, JSON text */
  "cache.put": write(async ({ service, stage, store }, [key, value]) => {
    const json = text(value, "object", MAX_VALUE);
    try {
      JSON.parse(json);
    } catch {
      throw new CallError("object is not valid JSON.");
    }
    await service(ScriptCaches).of(stage).put(store, keyOf(key), json);
  }),

  "cache.remove": write(async ({ service, stage, store }, [key]) =>
    service(ScriptCaches).of(stage).remove(store, keyOf(key)),
  ),

  /** pattern or null for all */
  "cache.removeAll": write(async ({ service, stage, store }, [pattern]) =>
    service(ScriptCaches)
      .of(stage)
      .removeAll(store, pattern === null ? undefined : queryPattern(pattern)),
  ),
};

function keyOf(key: unknown): string {
  return text(key, "key", MAX_KEY);
}
