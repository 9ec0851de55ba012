import { defineDomain } from "../../kernel/domain.ts";
import { logCalls } from "./calls.ts";
import { SCRIPT_LOG } from "./lines.ts";
import { ScriptLog } from "./script-log.ts";
import { scriptLogSettings } from "./settings.ts";

/** Script logging: the log level and the runtime collection `log`. */
export const scriptLogDomain = defineDomain({
  name: "script-log",
  settings: scriptLogSettings,
  // Only lines written by the server have `keptUntil`, so the game's own documents do not expire.
  collections: [
    { name: SCRIPT_LOG, indexes: [[{ keptUntil: 1 }, { expireAfterSeconds: 0, sparse: true }]] },
    { name: "scriptLogSettings" },
  ],
  calls: logCalls,
  service: { class: ScriptLog, make: (kernel) => new ScriptLog(kernel) },
});

export { ScriptLog } from "./script-log.ts";
