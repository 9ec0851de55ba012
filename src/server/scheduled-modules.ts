import type { ScheduledModules } from "../schedules/schedules.ts";
import { type LoneServices, runLoneScript } from "./lone-script.ts";

/** How schedules reach the game's modules. */
export function scheduledModules(services: LoneServices): ScheduledModules {
  return {
    has: (module) => services.cloudCode.has("modules", module),
    async run({ stage, module, data, player, schedule, over }) {
      await runLoneScript(services, {
        kind: "modules",
        name: module,
        ...{ stage, data, player, schedule },
        alongside: (tx, { failure }) => over(tx, failure?.kind),
      });
    },
  };
}
