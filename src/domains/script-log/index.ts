import { defineDomain } from "../../kernel/domain.ts";
import { logCalls } from "./calls.ts";
import { SCRIPT_LOG } from "./lines.ts";
import { ScriptLog } from "./script-log.ts";
import { scriptLogSettings } from "./settings.ts";

/** What scripts log: which lines are written, and the runtime collection `log`. */
export const scriptLogDomain = defineDomain({
  name: "script-log",
  settings: scriptLogSettings,
  // A member that only what is written here has: a game's own documents stay.
  collections: [
    { name: SCRIPT_LOG, indexes: [[{ keptUntil: 1 }, { expireAfterSeconds: 0, sparse: true }]] },
    { name: "scriptLogSettings" },
  ],
  calls: logCalls,
  service: { class: ScriptLog, make: (kernel) => new ScriptLog(kernel) },
});

export { ScriptLog } from "./script-log.ts";
