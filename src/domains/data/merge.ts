import { isDeepStrictEqual } from "node:util";
import { DataError } from "./errors.ts";
import { isMembers, type Members } from "./members.ts";

/**
 * Applies the differences between `before` and `after` to `stored`: objects member by member, arrays as a whole.
 * @param increments adds the difference of a changed number to the stored one; a number missing in `before` counts as 0
 */
export function merged(stored: Members, before: Members, after: Members, increments: boolean): Members {
  const result: Members = { ...stored };
  for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) delete result[name];
  for (const [name, value] of Object.entries(after)) {
    if (name === "__proto__") continue;
    const was = own(before, name);
    if (Object.hasOwn(before, name) && isDeepStrictEqual(was, value)) continue;
    result[name] = mergedValue(own(stored, name), was, value, increments);
  }
  return result;
}

function mergedValue(stored: unknown, before: unknown, after: unknown, increments: boolean): unknown {
  if (isMembers(stored) && isMembers(after)) {
    if (isMembers(before)) return merged(stored, before, after, increments);
    // The script did not see the object; the counters inside still add up.
    if (increments && before === undefined) return merged(stored, {}, after, increments);
  }
  if (increments && typeof after === "number" && isNumberOrNone(before) && isNumberOrNone(stored)) {
    return sum(stored ?? 0, after - (before ?? 0));
  }
  return after;
}

function sum(stored: number, more: number): number {
  const total = stored + more;
  if (!Number.isFinite(total)) throw new DataError("A number would become too large.");
  return total;
}

function isNumberOrNone(value: unknown): value is number | undefined {
  return value === undefined || typeof value === "number";
}

function own(object: Members, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
