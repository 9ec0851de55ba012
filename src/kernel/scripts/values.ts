import { ObjectId } from "../../bson.ts";
import { isObject } from "./arguments.ts";
import { CallError } from "./errors.ts";
import { queryPattern } from "./patterns.ts";

const HEX_24 = /^[0-9a-fA-F]{24}$/;

/**
 * Converts a script's value for the store: `{$oid}` to ObjectId, `{$date}` to Date. Drops `__proto__`. Costs a copy.
 */
export function fromScript(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromScript);
  const source = value as Record<string, unknown>;
  const keys = Object.keys(source);
  if (keys.length === 1) {
    const { $oid, $date } = source;
    if ($oid !== undefined) return objectId($oid);
    if ($date !== undefined) return date($date);
  }
  const copy: Record<string, unknown> = {};
  for (const key of keys) if (key !== "__proto__") copy[key] = fromScript(source[key]);
  if (Object.hasOwn(copy, "$regex")) Object.assign(copy, queryPattern(copy["$regex"], copy["$options"]));
  return copy;
}

/** Like `fromScript`, for a value that must be an object. null means an empty one. */
export function queryFromScript(value: unknown, name: string): Record<string, unknown> {
  const query = fromScript(value ?? {});
  if (!isObject(query)) throw new CallError(`${name} must be an object.`);
  return query;
}

/** Converts a stored value for scripts: ObjectId to `{$oid}`, Date to milliseconds, or `{$date}` if `keepDates`. */
export function toScript(value: unknown, keepDates: boolean): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof ObjectId) return { $oid: value.toHexString() };
  if (value instanceof Date) return keepDates ? { $date: value.getTime() } : value.getTime();
  if (Array.isArray(value)) return value.map((item) => toScript(item, keepDates));
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) if (key !== "__proto__") copy[key] = toScript(member, keepDates);
  return copy;
}

function objectId(hex: unknown): ObjectId {
  if (typeof hex === "string" && HEX_24.test(hex)) return ObjectId.createFromHexString(hex);
  throw new CallError(`${JSON.stringify(hex)} is no ObjectId: those have 24 hexadecimal digits.`);
}

function date(value: unknown): Date {
  const time = isObject(value) ? Number(value["$numberLong"]) : value;
  const found = typeof time === "number" || typeof time === "string" ? new Date(time) : undefined;
  if (found === undefined || Number.isNaN(found.getTime())) {
    throw new CallError("$date must be milliseconds since 1970 or an ISO date.");
  }
  return found;
}
