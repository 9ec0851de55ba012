import { defineDomain } from "../../kernel/domain.ts";
import { scheduleCalls } from "./calls.ts";
import { scheduledModules } from "./modules.ts";
import { Schedules } from "./schedules.ts";
import { schedulesSettings } from "./settings.ts";

/** Modules of the game that its scripts planned to run later. */
export const schedulesDomain = defineDomain({
  name: "schedules",
  settings: schedulesSettings,
  collections: [
    {
      name: "schedule",
      indexes: [
        [{ due: 1 }],
        [{ key: 1 }, { unique: true, sparse: true }],
        [{ begunKey: 1 }, { sparse: true }],
        [{ playerId: 1 }, { sparse: true }],
      ],
    },
  ],
  calls: scheduleCalls,
  service: {
    class: Schedules,
    make: ({ clock, config, log, scripts }) =>
      new Schedules({
        clock,
        config,
        modules: scheduledModules(scripts),
        failed: (err) => log.error({ err }, "a scheduled module could not be run; it is tried again"),
        dropped: (why, about) => log.warn({ why, ...about }, "a scheduled module does not run"),
      }),
  },
});

export { scheduleCollection } from "./collections.ts";
