import { hasOwn, OriginalDate, parse } from "./originals.ts";
import { liveRun } from "./run.ts";

/** Parses a stored value. Dates become milliseconds, unless the script has asked to keep them. */
export function decode(text: string): unknown {
  return liveRun().maintainDates ? parse(text, revive) : parse(text);
}

function revive(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !hasOwn(value, "$date")) return value;
  return new OriginalDate((value as { $date: number }).$date);
}
