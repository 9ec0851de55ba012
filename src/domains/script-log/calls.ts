import { list, text } from "../../kernel/scripts/arguments.ts";
import { type Call, read, write } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { isLogLine } from "../../kernel/scripts/result.ts";
import { LOG_LEVELS } from "./levels.ts";
import { ScriptLog } from "./script-log.ts";

/** Which lines of scripts are written, and those of the run itself before its end. */
export const logCalls: Record<string, Call> = {
  "log.level": read(async ({ service, stage, store }) => service(ScriptLog).levels.of(stage, store).toUpperCase()),

  /** level */
  "log.setLevel": write(async ({ service, stage, store }, [level]) => {
    const wanted = text(level, "level").toLowerCase();
    const found = LOG_LEVELS.find((each) => each === wanted);
    if (!found) throw new CallError('SparkLog.setLevel: level must be "DEBUG", "INFO", "WARN" or "ERROR".');
    await service(ScriptLog).levels.set(stage, store, found);
  }),

  /** lines as `RunOutput.log` has them; when it is answered, they are in the runtime collection `log` */
  "log.keep": write(async ({ keepLog }, [lines]) => {
    const kept = list(lines, "lines");
    if (!kept.every(isLogLine)) throw new CallError("These are no lines of a log.");
    await keepLog?.(kept, "");
  }),
};
