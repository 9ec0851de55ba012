import type { TailLine } from "../../kernel/log.ts";
import type { LogLine } from "../console/types.ts";

/** In order of severity. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export function severityOf(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}

/** pino's line: level 10 is trace, 20 debug and so on; `time` is in milliseconds since 1970. */
export function lineOf({ number, text }: TailLine): LogLine {
  const { level, time, msg, ...fields } = JSON.parse(text) as Record<string, unknown>;
  const at = new Date(Number(time)).toISOString();
  return { number, at, level: LOG_LEVELS[Number(level) / 10 - 1] ?? "info", message: String(msg ?? ""), fields };
}
