import type { ScriptRunner } from "../../kernel/scripts/runner.ts";
import type { ScheduledModules } from "./schedules.ts";

/** How schedules run the game's modules. */
export function scheduledModules(scripts: ScriptRunner): ScheduledModules {
  return {
    has: (module) => scripts.has("modules", module),
    async run({ stage, module, data, player, schedule, over }) {
      await scripts.run({
        kind: "modules",
        name: module,
        ...{ stage, data, player, schedule },
        alongside: (tx, { failure }) => over(tx, failure?.kind),
      });
    },
  };
}
