import { ObjectId } from "../../bson.ts";
import { checkKey, classOf, MAX_DEPTH, unstorable } from "../check.ts";
import { StoreError } from "../errors.ts";

/** The values in documents, with MongoDB's order and equality. `undefined` stands for a missing member. */
export type Members = Record<string, unknown>;

export function isObjectId(value: unknown): value is ObjectId {
  return value instanceof ObjectId;
}

/** Whether the value is a plain object, not an array or a typed value. */
export function isMembers(value: unknown): value is Members {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof ObjectId)
  );
}

/** An own member. Inherited ones, such as `constructor`, are not part of a document. */
export function member(object: Members, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an own member. Assigning to `__proto__` would change the object's prototype. */
export function setMember(object: Members, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/**
 * Copies a caller's value into stored values: undefined members are dropped (null in arrays), and a lone surrogate
 * becomes U+FFFD as in MongoDB's driver. Refuses what cannot be stored (`../check.ts`).
 */
export function importValue(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case "string":
      return value.toWellFormed();
    case "number":
    case "boolean":
      return value;
    case "undefined":
      return null;
    case "object":
      return value === null ? null : importObject(value, depth);
    default:
      throw unstorable(typeof value);
  }
}

function importObject(value: object, depth: number): unknown {
  if (depth > MAX_DEPTH) {
    throw new StoreError("BAD_OPERATION", `The document is nested more than ${MAX_DEPTH} levels deep.`);
  }
  switch (classOf(value)) {
    case "array": {
      const array = value as unknown[];
      const copy: unknown[] = new Array(array.length);
      for (let i = 0; i < array.length; i++) copy[i] = importValue(array[i], depth + 1);
      return copy;
    }
    case "objectId":
      return value instanceof ObjectId ? value : ObjectId.createFromHexString(String(value));
    case "date":
      return new Date((value as Date).getTime());
    case "number":
      return Number(String(value));
    case "members":
      return importMembers(value as Members, depth);
  }
}

function importMembers(members: Members, depth: number): Members {
  const copy: Members = {};
  for (const key of Object.keys(members)) {
    const item = members[key];
    if (item === undefined) continue;
    checkKey(key);
    setMember(copy, key.toWellFormed(), importValue(item, depth + 1));
  }
  return copy;
}

/** Copies a document with `importValue`. Refuses anything but an object. */
export function importDocument(value: unknown): Members {
  if (!isMembers(value)) throw new StoreError("BAD_OPERATION", "A document must be an object.");
  return importObject(value, 0) as Members;
}

/** An empty array in indexes and sorting. It sorts below null. */
export const EMPTY_ARRAY = Symbol("empty array");

export function typeRank(value: unknown): number {
  switch (typeof value) {
    case "number":
      return 2;
    case "string":
      return 3;
    case "boolean":
      return 8;
    case "object":
      if (value === null) return 1;
      if (Array.isArray(value)) return 5;
      if (value instanceof Date) return 9;
      return value instanceof ObjectId ? 7 : 4;
    case "symbol":
      return 0;
    default:
      return 1;
  }
}

export const TYPE_NUMBERS: Record<number, string> = {
  1: "double",
  2: "string",
  3: "object",
  4: "array",
  5: "binData",
  7: "objectId",
  8: "bool",
  9: "date",
  10: "null",
  11: "regex",
  16: "int",
  18: "long",
  19: "decimal",
};

const RANK_NAMES: Record<number, string> = {
  1: "null",
  3: "string",
  4: "object",
  5: "array",
  7: "objectId",
  8: "bool",
  9: "date",
};

/** As the driver writes them: int if the number fits into 32 bits, otherwise double. */
export function hasType(value: unknown, type: string): boolean {
  if (typeof value !== "number") return RANK_NAMES[typeRank(value)] === type;
  if (type === "number") return true;
  return type === ((value | 0) === value && !Object.is(value, -0) ? "int" : "double");
}

/** Compares in MongoDB's order across all types. Missing equals null. */
export function compareValues(a: unknown, b: unknown): number {
  const rank = typeRank(a);
  const other = typeRank(b);
  if (rank !== other) return rank - other;
  switch (rank) {
    case 0:
    case 1:
      return 0;
    case 2:
      return compareNumbers(a as number, b as number);
    case 3:
      return compareStrings(a as string, b as string);
    case 4:
      return compareMembers(a as Members, b as Members);
    case 5:
      return compareArrays(a as unknown[], b as unknown[]);
    case 7:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case 8:
      return Number(a) - Number(b);
    default:
      return (a as Date).getTime() - (b as Date).getTime();
  }
}

export function equalValues(a: unknown, b: unknown): boolean {
  return a === b || compareValues(a, b) === 0;
}

/** NaN is less than every other number, and equal to itself. */
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

/** By UTF-8 bytes, which is code point order. */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointOrder(x) - codePointOrder(y);
  }
  return a.length - b.length;
}

/** Surrogates encode the highest code points, although their own values are not the highest. */
function codePointOrder(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Member by member: by the value's type, then name, then value. The shorter one comes first. */
function compareMembers(a: Members, b: Members): number {
  const keys = Object.keys(a);
  const others = Object.keys(b);
  const length = Math.min(keys.length, others.length);
  for (let i = 0; i < length; i++) {
    const key = keys[i]!;
    const other = others[i]!;
    const order =
      typeRank(a[key]) - typeRank(b[other]) || compareStrings(key, other) || compareValues(a[key], b[other]);
    if (order !== 0) return order;
  }
  return keys.length - others.length;
}

function compareArrays(a: unknown[], b: unknown[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
