import { calculateObjectSize, ObjectId } from "../../bson.ts";
import { StoreError } from "../errors.ts";
import { importValue, isMembers, type Members, setMember } from "./values.ts";

/**
 * Serializes documents as JSON with `{"$oid": hex}`, `{"$date": milliseconds}` and `{"$number": "NaN"}`. A key that
 * starts with "$" gets another "$".
 */
export function documentToText(document: Members): string {
  const text = JSON.stringify(escapeMembers(document));
  refuseOversize(text, document);
  return text;
}

export function textToDocument(text: string): Members {
  return textToValue(text) as Members;
}

/** The same for any value, including regular expressions, which pipelines may contain. */
export function valueToText(value: unknown): string {
  return JSON.stringify(escapeValue(value));
}

/** Prepares a value for an evaluator. Returns the value itself if it already consists of stored values. */
export function importSpec(value: unknown): unknown {
  if (value === undefined || value === null || value instanceof RegExp) return value;
  if (typeof value !== "object") return importValue(value);
  const isArray = Array.isArray(value);
  const prototype = Object.getPrototypeOf(value);
  if (!isArray && prototype !== Object.prototype && prototype !== null) return importValue(value);
  let copy: Members | undefined;
  for (const key of Object.keys(value)) {
    const item = (value as Members)[key];
    const imported = importSpec(item);
    if (imported === item) continue;
    copy ??= (isArray ? value.slice() : { ...value }) as Members;
    setMember(copy, key, imported);
  }
  return copy ?? value;
}

export function textToValue(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes('"$') ? revive(value) : value;
}

const MAX_BYTES = 16_777_216;
/** Maximum ratio of BSON size to text length; arrays of one-digit numbers come close. */
const MAX_GROWTH = 10;

/** The limit is on the BSON size, as in MongoDB. Only long texts are measured. */
function refuseOversize(text: string, document: Members): void {
  if (text.length * MAX_GROWTH <= MAX_BYTES) return;
  const bytes = calculateObjectSize(document, { ignoreUndefined: true });
  if (bytes > MAX_BYTES) {
    throw new StoreError("DOCUMENT_TOO_LARGE", `The document is ${bytes} bytes long; the limit is ${MAX_BYTES}.`);
  }
}

/** Returns the value itself if it is plain JSON, otherwise a copy with typed values encoded. */
function escapeValue(value: unknown): unknown {
  if (typeof value === "number")
    return isInJson(value) ? value : { $number: Object.is(value, -0) ? "-0" : String(value) };
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return escapeArray(value);
  if (value instanceof ObjectId) return { $oid: value.toHexString() };
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof RegExp) return { $regexp: [value.source, value.flags] };
  return escapeMembers(value as Members);
}

function isInJson(value: number): boolean {
  return value === 0 ? 1 / value > 0 : Number.isFinite(value);
}

function escapeArray(array: unknown[]): unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < array.length; i++) {
    const escaped = escapeValue(array[i]);
    if (escaped !== array[i]) {
      copy ??= array.slice();
      copy[i] = escaped;
    }
  }
  return copy ?? array;
}

function escapeMembers(members: Members): Members {
  const keys = Object.keys(members);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const value = members[key];
    const escaped = escapeValue(value);
    if (key.charCodeAt(0) === DOLLAR || escaped !== value) return escapedCopy(members, keys, i, escaped);
  }
  return members;
}

/** @param first index of the first key to encode, whose value is `escaped` */
function escapedCopy(members: Members, keys: string[], first: number, escaped: unknown): Members {
  const copy: Members = {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const value = i < first ? members[key] : i === first ? escaped : escapeValue(members[key]);
    setMember(copy, key.charCodeAt(0) === DOLLAR ? `$${key}` : key, value);
  }
  return copy;
}

const DOLLAR = 36;

function revive(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = revive(value[i]);
    return value;
  }
  const members = value as Members;
  let dollars = false;
  for (const key in members) {
    const item = members[key];
    if (key.charCodeAt(0) === DOLLAR) {
      if (key === "$oid") return ObjectId.createFromHexString(item as string);
      if (key === "$date") return new Date(item as number);
      if (key === "$number") return Number(item);
      if (key === "$regexp") return new RegExp(...(item as [string, string]));
      dollars = true;
    }
    if (typeof item === "object" && item !== null) setMember(members, key, revive(item));
  }
  return dollars ? withoutEscapes(members) : members;
}

function withoutEscapes(members: Members): Members {
  const copy: Members = {};
  for (const key of Object.keys(members)) {
    setMember(copy, key.charCodeAt(0) === DOLLAR ? key.slice(1) : key, members[key]);
  }
  return copy;
}

export function copyValue<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyValue) as T;
  if (value instanceof Date) return new Date(value.getTime()) as T;
  if (!isMembers(value)) return value;
  const copy: Members = {};
  for (const key of Object.keys(value)) setMember(copy, key, copyValue(value[key]));
  return copy as T;
}
