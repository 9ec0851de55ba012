import { settingsOf } from "../../config.ts";
import { defineDomain } from "../../kernel/domain.ts";
import { scheduleCalls } from "./calls.ts";
import { Schedules } from "./schedules.ts";
import { schedulesSettings } from "./settings.ts";

/** Modules that the game's scripts scheduled to run later. */
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
    make: ({ clock, config, jobs, log, scripts }) =>
      new Schedules({
        ...{ clock, jobs, scripts },
        config: { ...settingsOf(config, schedulesSettings), scriptTimeoutMs: config.scriptTimeoutMs },
        dropped: (about) => log.warn(about, "a schedule was deleted before its module completed"),
      }),
  },
});

export { scheduleCollection } from "./collections.ts";
