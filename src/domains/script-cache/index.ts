import { defineDomain } from "../../kernel/domain.ts";
import { cacheCalls } from "./calls.ts";
import { ScriptCaches } from "./script-cache.ts";
import { scriptCacheSettings } from "./settings.ts";

/** SparkCache: a key-value cache for scripts. */
export const scriptCacheDomain = defineDomain({
  name: "script-cache",
  settings: scriptCacheSettings,
  collections: [{ name: "scriptCache", indexes: [[{ expires: 1 }, { expireAfterSeconds: 0 }]] }],
  calls: cacheCalls,
  service: { class: ScriptCaches, make: (kernel) => new ScriptCaches(kernel) },
});
