import { ObjectId } from "../bson.ts";
import { StoreError } from "./errors.ts";

/** Checks shared by both engines, so that they accept the same documents and store them unchanged. */
export const MAX_DEPTH = 100;

export type StoredClass = "array" | "members" | "date" | "objectId" | "number";

/** Refuses an object that cannot be stored. `number` means one of BSON's number classes. */
export function classOf(value: object): StoredClass {
  if (Array.isArray(value)) return "array";
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return "members";
  if (value instanceof ObjectId) return "objectId";
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw bad("An invalid Date cannot be stored in a document.");
    return "date";
  }
  const kind = (value as { _bsontype?: unknown })._bsontype;
  if (kind === "ObjectId") return "objectId";
  if (kind === "Int32" || kind === "Double" || kind === "Long") {
    const number = Number(String(value));
    if (!Number.isInteger(number) || Number.isSafeInteger(number) || kind === "Double") return "number";
    throw bad(`${value} is outside the range of integers that are stored exactly (2^53).`);
  }
  if (kind !== undefined || ArrayBuffer.isView(value) || NOT_MEMBERS.some((type) => value instanceof type)) {
    throw unstorable(typeof kind === "string" ? kind : value.constructor.name);
  }
  return "members";
}

const NOT_MEMBERS = [RegExp, Map, Set, ArrayBuffer, Promise, WeakMap, WeakSet, Error, String, Number, Boolean];

export function unstorable(type: string): StoreError {
  return bad(`A value of type ${type} cannot be stored in a document.`);
}

/** NUL terminates names in BSON, and MongoDB's driver treats an object with `_bsontype` as one of its own. */
export function checkKey(key: string): void {
  if (key.includes("\0")) throw bad("The name of a field contains a NUL character.");
  if (key === "_bsontype") throw bad('A field cannot be named "_bsontype".');
}

/** Refuses a document, or part of one, that cannot be stored unchanged. Visits every member. */
export function checkStorable(value: unknown, regexes = false, depth = 0): void {
  if (typeof value !== "object") {
    if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
      throw unstorable(typeof value);
    return;
  }
  if (value === null || (regexes && value instanceof RegExp)) return;
  if (depth > MAX_DEPTH) throw bad(`The document is nested more than ${MAX_DEPTH} levels deep.`);
  const kind = classOf(value);
  if (kind === "array") {
    for (const item of value as unknown[]) checkStorable(item, regexes, depth + 1);
  } else if (kind === "members") {
    for (const key of Object.keys(value)) {
      checkKey(key);
      checkStorable((value as Record<string, unknown>)[key], regexes, depth + 1);
    }
  }
}

/** A document, replacement or update. Conditions of a $pull may contain regular expressions. */
export function checkDocument(document: unknown): void {
  if (typeof document !== "object" || document === null || classOf(document) !== "members") {
    throw bad("A document or update must be an object.");
  }
  for (const key of Object.keys(document)) {
    checkKey(key);
    checkStorable((document as Record<string, unknown>)[key], key === "$pull", 1);
  }
}

export function checkBounds({ skip = 0, limit = 0 }: { skip?: number; limit?: number }): void {
  for (const [name, value] of Object.entries({ skip, limit })) {
    if (!Number.isSafeInteger(value) || value < 0) throw bad(`${name} must be a whole number, 0 or more.`);
  }
}

/** Operators that run JavaScript in the database or write to another collection. */
const REFUSED = new Set(["$where", "$function", "$accumulator", "$out", "$merge"]);

/**
 * Refuses operators that run code or write, unbounded nesting, and unsupported values. `undefined` is refused because
 * drivers drop it, so that `{playerId: undefined}` would match everyone.
 */
export function refuseDangerous(value: unknown, path = "", depth = 0): void {
  if (depth > MAX_DEPTH) throw bad(`The query is nested more than ${MAX_DEPTH} levels deep.`);
  if (value === undefined) {
    throw bad(`"${path}" is undefined in the query. Leave it out, or use null to match a missing field.`);
  }
  if (typeof value !== "object") {
    checkStorable(value);
    return;
  }
  if (value === null || value instanceof RegExp) return;
  const kind = classOf(value);
  if (kind === "array") {
    const array = value as unknown[];
    for (let i = 0; i < array.length; i++) refuseDangerous(array[i], path, depth + 1);
  } else if (kind === "members") {
    for (const key of Object.keys(value)) {
      if (REFUSED.has(key)) throw bad(`${key} is not supported.`);
      refuseDangerous((value as Record<string, unknown>)[key], path === "" ? key : `${path}.${key}`, depth + 1);
    }
  }
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}

const MAX_NAME = 200;

/** Accepts MongoDB's collection names, except those reserved for its own commands. */
export function checkName(name: string): void {
  const bad = typeof name !== "string" || name === "" || name.length > MAX_NAME;
  if (bad || name.includes("$") || name.includes("\0") || name.startsWith("system.") || /^\.|\.$|\.\./.test(name)) {
    throw new StoreError("BAD_OPERATION", `${JSON.stringify(name)} is not a valid collection name.`);
  }
}
