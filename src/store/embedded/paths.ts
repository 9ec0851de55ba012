import { StoreError } from "../errors.ts";
import { isMembers, type Members, member, setMember } from "./values.ts";

export type Path = readonly string[];

/** A test of one value; `undefined` stands for a missing value. */
export type Test = (value: unknown) => boolean;

const MAX_PARTS = 100;

export function parsePath(text: string): Path {
  const path = text.toWellFormed().split(".");
  if (path.length > MAX_PARTS) throw new StoreError("BAD_OPERATION", `A path has more than ${MAX_PARTS} parts.`);
  if (path.includes("")) {
    throw new StoreError("BAD_OPERATION", `"${text}" is not a valid path: it is empty or has an empty part.`);
  }
  return path;
}

/** The array index that a part of a path denotes, or -1. */
export function arrayPosition(part: string): number {
  return /^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : -1;
}

/**
 * Whether `test` holds for a value at the path. Arrays on the path are searched by element and by index. An array at
 * the end is tested after its elements (if `elements` is set). Missing values are tested once, as undefined.
 */
export function someAt(document: Members, path: Path, elements: boolean, test: Test): boolean {
  return someMember(document, path, 0, elements, test);
}

function someMember(object: Members, path: Path, at: number, elements: boolean, test: Test): boolean {
  const value = member(object, path[at]!);
  if (at === path.length - 1) return someEnd(value, elements, test);
  if (Array.isArray(value)) return someElement(value, path, at + 1, elements, test);
  return isMembers(value) ? someMember(value, path, at + 1, elements, test) : test(undefined);
}

function someElement(array: unknown[], path: Path, at: number, elements: boolean, test: Test): boolean {
  for (const element of array) {
    if (isMembers(element) && someMember(element, path, at, elements, test)) return true;
  }
  const position = arrayPosition(path[at]!);
  if (position < 0 || position >= array.length) return false;
  const element = array[position];
  if (at === path.length - 1) return someEnd(element, elements, test);
  if (Array.isArray(element)) return someElement(element, path, at + 1, elements, test);
  return isMembers(element) && someMember(element, path, at + 1, elements, test);
}

function someEnd(value: unknown, elements: boolean, test: Test): boolean {
  if (elements && Array.isArray(value) && value.some(test)) return true;
  return test(value);
}

/** The value at a path through objects, and through arrays by index. */
export function valueAt(document: Members, path: Path): unknown {
  let value: unknown = document;
  for (const part of path) {
    if (Array.isArray(value)) {
      const position = arrayPosition(part);
      value = position < 0 ? undefined : value[position];
    } else if (isMembers(value)) {
      value = member(value, part);
    } else {
      return undefined;
    }
  }
  return value;
}

/** A copy with the value set at the path, creating objects as needed. */
export function withValueAt(document: Members, [part, ...rest]: Path, value: unknown): Members {
  const copy = { ...document };
  const inner = member(document, part!);
  setMember(copy, part!, rest.length === 0 ? value : withValueAt(isMembers(inner) ? inner : {}, rest, value));
  return copy;
}
