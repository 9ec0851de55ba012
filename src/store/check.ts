import { StoreError } from "./errors.ts";

/** Operators that would run JavaScript in the database, or write to another collection. */
const REFUSED = new Set(["$where", "$function", "$accumulator", "$out", "$merge"]);

const MAX_DEPTH = 100;

/**
 * Refuses, in a filter or a pipeline, what is dangerous in every engine: operators that run code or write, nesting
 * without end, and `undefined`, which a driver leaves out, so that `{playerId: undefined}` would match everyone.
 */
export function refuseDangerous(value: unknown, path = "", depth = 0): void {
  if (depth > MAX_DEPTH) {
    throw new StoreError("BAD_OPERATION", `The query is nested more than ${MAX_DEPTH} levels deep.`);
  }
  if (value === undefined) {
    const message = `"${path}" is undefined in the query. Leave it out, or use null to match a missing field.`;
    throw new StoreError("BAD_OPERATION", message);
  }
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) refuseDangerous(value[i], path, depth + 1);
    return;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return;
  for (const key of Object.keys(value)) {
    if (REFUSED.has(key)) throw new StoreError("BAD_OPERATION", `${key} is not supported.`);
    refuseDangerous((value as Record<string, unknown>)[key], path === "" ? key : `${path}.${key}`, depth + 1);
  }
}

const MAX_NAME = 200;

/** A collection's name: what MongoDB takes, less what only its own commands use. */
export function checkName(name: string): void {
  const bad = typeof name !== "string" || name === "" || name.length > MAX_NAME;
  if (bad || name.includes("$") || name.includes("\0") || name.startsWith("system.") || /^\.|\.$|\.\./.test(name)) {
    throw new StoreError("BAD_OPERATION", `${JSON.stringify(name)} is no name for a collection.`);
  }
}
