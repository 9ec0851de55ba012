import { type Call, CallError, read, write } from "./call.ts";
import { text } from "./check.ts";
import { linearPattern } from "./patterns.ts";

const MAX_KEY = 1_024;
const MAX_VALUE = 1_048_576;

/** What scripts keep under a name. The first argument of each call is that name, but of the last one. */
export const cacheCalls: Record<string, Call> = {
  /** answers JSON text, or null */
  "cache.get": read(async ({ cache, store }, [key]) => (await cache.get(store, keyOf(key))) ?? null),

  /** JSON text */
  "cache.put": write(async ({ cache, store }, [key, value]) => {
    const json = text(value, "object", MAX_VALUE);
    try {
      JSON.parse(json);
    } catch {
      throw new CallError("object is no JSON.");
    }
    await cache.put(store, keyOf(key), json);
  }),

  "cache.remove": write(async ({ cache, store }, [key]) => cache.remove(store, keyOf(key))),

  /** pattern, or null for all */
  "cache.removeAll": write(async ({ cache, store }, [pattern]) =>
    cache.removeAll(store, pattern === null ? undefined : linearPattern(pattern)),
  ),
};

function keyOf(key: unknown): string {
  return text(key, "key", MAX_KEY);
}
