import type { Document } from "../../store/store.ts";
import { CallError } from "./errors.ts";

/** Validates the arguments of calls, in case a script has bypassed the checks inside the sandbox. */

export function text(value: unknown, name: string, longest = 1_024): string {
  if (typeof value !== "string") throw new CallError(`${name} must be a string.`);
  if (value.length > longest) throw new CallError(`${name} is longer than ${longest} characters.`);
  return value;
}

export function whole(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new CallError(`${name} must be a whole number.`);
  return value as number;
}

/** null and undefined mean an empty object. */
export function object(value: unknown, name: string): Document {
  if (value === null || value === undefined) return {};
  if (!isObject(value)) throw new CallError(`${name} must be an object.`);
  return value;
}

export function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw new CallError(`${name} must be an array.`);
  return value;
}

/** A plain JSON object: not an array and not one of the store's own types. */
export function isObject(value: unknown): value is Document {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a document may have a member of this name. */
export function isMemberName(name: string): boolean {
  return name !== "" && name !== "__proto__" && name[0] !== "$" && !name.includes(".") && !name.includes("\0");
}
