import { LOG_LEVELS } from "../../script-log/levels.ts";
import { type Call, CallError, read, write } from "./call.ts";
import { text } from "./check.ts";

/** Which lines of scripts are written. */
export const logCalls: Record<string, Call> = {
  "log.level": read(async ({ logLevels, stage, store }) => logLevels.of(stage, store).toUpperCase()),

  /** level */
  "log.setLevel": write(async ({ logLevels, stage, store }, [level]) => {
    const wanted = text(level, "level").toLowerCase();
    const found = LOG_LEVELS.find((each) => each === wanted);
    if (!found) throw new CallError('SparkLog.setLevel: level must be "DEBUG", "INFO", "WARN" or "ERROR".');
    await logLevels.set(stage, store, found);
  }),
};
