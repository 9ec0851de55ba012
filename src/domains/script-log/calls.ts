import { list, text } from "../../kernel/scripts/arguments.ts";
import { type Call, read, write } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { isLogLine } from "../../kernel/scripts/result.ts";
import { LOG_LEVELS } from "./levels.ts";
import { ScriptLog } from "./script-log.ts";

/** SparkLog: the log level, and writing the run's lines before it ends. */
export const logCalls: Record<string, Call> = {
  "log.level": read(async ({ service, stage, store }) => service(ScriptLog).levels.of(stage, store).toUpperCase()),

  "log.setLevel": write(async ({ service, stage, store }, [level]) => {
    const wanted = text(level, "level").toLowerCase();
    const found = LOG_LEVELS.find((each) => each === wanted);
    if (!found) throw new CallError('SparkLog.setLevel: level must be "DEBUG", "INFO", "WARN" or "ERROR".');
    await service(ScriptLog).levels.set(stage, store, found);
  }),

  /** lines, as in `RunOutput.log`. They are in the runtime collection `log` when the call returns. */
  "log.keep": write(async ({ keepLog }, [lines]) => {
    const kept = list(lines, "lines");
    if (!kept.every(isLogLine)) throw new CallError("lines must be log lines.");
    await keepLog?.(kept, "");
  }),
};
