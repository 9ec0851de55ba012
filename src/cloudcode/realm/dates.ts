import { hasOwn, OriginalDate, parse } from "./originals.ts";
import { liveRun } from "./run.ts";

/** A value of a document as scripts see it: dates are milliseconds, unless the script wants to keep them as dates. */
export function decode(text: string): unknown {
  return liveRun().maintainDates ? parse(text, revive) : parse(text);
}

function revive(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !hasOwn(value, "$date")) return value;
  return new OriginalDate((value as { $date: number }).$date);
}
