import { StoreError } from "../errors.ts";
import type { Projection } from "../store.ts";
import { compileElement } from "./match.ts";
import { type Path, parsePath, type Test } from "./paths.ts";
import { compilePositions } from "./positional.ts";
import { isMembers, type Members, setMember } from "./values.ts";

interface Fields extends Map<string, Fields | true> {}

export type Project = (document: Members) => Members;

/**
 * Compiles a projection. For arrays, `path.$` returns the element that the filter matched, $elemMatch the first match,
 * and $slice a part.
 */
export function compileProjection(projection: Projection | undefined, filter: Members = {}): Project {
  const entries = Object.entries(projection ?? {}).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return (document) => document;
  const parts: Parts = { included: [], excluded: [], id: undefined, slices: [], elements: [], position: undefined };
  for (const [path, value] of entries) addField(parts, path, value);
  return compileParts(parts, filter);
}

interface Parts {
  included: string[];
  excluded: string[];
  id: boolean | undefined;
  slices: [Path, (array: unknown[]) => unknown[]][];
  elements: [string, Test][];
  position: string | undefined;
}

function addField(parts: Parts, path: string, value: unknown): void {
  const [operator, second] = isMembers(value) ? Object.keys(value) : [];
  if (path.endsWith(".$")) addPosition(parts, path.slice(0, -2), value);
  else if (typeof value === "number" || typeof value === "boolean") {
    if (path === "_id") parts.id = Boolean(value);
    else if (value) parts.included.push(path);
    else parts.excluded.push(path);
  } else if (operator === "$slice" && second === undefined) {
    parts.slices.push([parsePath(path), sliceOf(path, (value as Members).$slice)]);
  } else if (operator === "$elemMatch" && second === undefined) {
    addElement(parts, path, (value as Members).$elemMatch);
  } else throw bad(`The projection of "${path}" must be 0, 1, $slice or $elemMatch.`);
}

function addPosition(parts: Parts, path: string, value: unknown): void {
  if (parts.position !== undefined) throw bad("A projection can have at most one path with $.");
  if (value !== true && (typeof value !== "number" || value === 0))
    throw bad(`The projection of "${path}.$" must be 1.`);
  parts.position = path;
  parts.included.push(path);
}

function sliceOf(path: string, raw: unknown): (array: unknown[]) => unknown[] {
  const [first, count] = Array.isArray(raw) && raw.length === 2 ? raw : [raw];
  if (!Number.isInteger(first) || (count !== undefined && (!Number.isInteger(count) || count < 1))) {
    throw bad(`$slice of "${path}" needs a whole number, or [number to skip, number to return].`);
  }
  if (count === undefined) return (array) => (first >= 0 ? array.slice(0, first) : array.slice(first));
  return (array) => {
    const start = first >= 0 ? first : Math.max(0, array.length + first);
    return array.slice(start, start + count);
  };
}

function addElement(parts: Parts, path: string, condition: unknown): void {
  if (path.includes(".")) throw bad(`$elemMatch of "${path}" is only possible for a top-level field.`);
  if (!isMembers(condition)) throw bad("$elemMatch needs an object.");
  parts.elements.push([path, compileElement(condition, path)]);
}

function compileParts({ included, excluded, id, slices, elements, position }: Parts, filter: Members): Project {
  if (included.length > 0 && excluded.length > 0) {
    throw bad("A projection either includes or excludes fields, not both (except for _id).");
  }
  const takes = excluded.length === 0 && (included.length > 0 || id === true || elements.length > 0);
  const fields: Fields = new Map();
  for (const path of takes ? included : excluded) addPath(fields, path);
  if (takes) for (const [path] of slices) addPath(fields, path.join("."));
  if (takes === (id ?? true)) addPath(fields, "_id");
  for (const [name] of elements) if (fields.has(name)) throw twice(name);
  const one = position === undefined ? undefined : onePosition(position, filter);
  const choose: Project = (document) => select(document, fields, takes) as Members;
  if (slices.length === 0 && elements.length === 0 && one === undefined) return choose;
  return (document) => {
    let result = choose(one === undefined ? document : one(document));
    for (const [path, slice] of slices) result = sliceAt(result, path, 0, slice) as Members;
    if (elements.length > 0) result = { ...result };
    for (const [name, test] of elements) {
      if (!takes) delete result[name];
      const array = Object.hasOwn(document, name) ? document[name] : undefined;
      const at = Array.isArray(array) ? array.findIndex(test) : -1;
      if (at < 0) delete result[name];
      else setMember(result, name, [(array as unknown[])[at]]);
    }
    return result;
  };
}

/** The document with only one element in the first array on the path. */
function onePosition(text: string, filter: Members): Project {
  const path = parsePath(text);
  if (path.some((part) => part.startsWith("$")))
    throw bad(`The projection of "${text}.$" may have only one $, at its end.`);
  const finders = path.map((_, i) => compilePositions(path.slice(0, i + 1).join("."), filter));
  const within = (value: Members, at: number, document: Members): Members => {
    const name = path[at]!;
    const inner = Object.hasOwn(value, name) ? value[name] : undefined;
    if (Array.isArray(inner)) {
      const position = finders[at]!(document);
      if (position === undefined) {
        throw bad(`The projection of "${text}.$" needs a condition on the array in the filter, to select the element.`);
      }
      return replaced(value, name, [inner[position]]);
    }
    return isMembers(inner) && at + 1 < path.length ? replaced(value, name, within(inner, at + 1, document)) : value;
  };
  return (document) => within(document, 0, document);
}

function replaced(object: Members, name: string, value: unknown): Members {
  const copy = { ...object };
  setMember(copy, name, value);
  return copy;
}

function sliceAt(value: unknown, path: Path, at: number, slice: (array: unknown[]) => unknown[]): unknown {
  if (at === path.length) return Array.isArray(value) ? slice(value) : value;
  if (Array.isArray(value)) return value.map((item) => sliceAt(item, path, at, slice));
  const name = path[at]!;
  if (!isMembers(value) || !Object.hasOwn(value, name)) return value;
  return replaced(value, name, sliceAt(value[name], path, at + 1, slice));
}

function addPath(fields: Fields, text: string): void {
  const path = parsePath(text);
  if (path.some((part) => part.startsWith("$"))) throw bad(`"${text}" is not a valid path for a projection.`);
  let level = fields;
  for (const part of path.slice(0, -1)) {
    const next = level.get(part) ?? new Map();
    if (next === true) throw twice(text);
    level.set(part, next);
    level = next;
  }
  const last = path.at(-1)!;
  if (level.has(last)) throw twice(text);
  level.set(last, true);
}

function twice(path: string): StoreError {
  return bad(`The projection contains "${path}" twice, or together with one of its parents or children.`);
}

/** Applies to each element of an array. A value that is not an object has no nested fields to include. */
function select(value: unknown, fields: Fields, including: boolean): unknown {
  if (Array.isArray(value)) {
    const items = including ? value.filter((item) => isMembers(item) || Array.isArray(item)) : value;
    return items.map((item) => select(item, fields, including));
  }
  if (!isMembers(value)) return value;
  const result: Members = {};
  for (const key of Object.keys(value)) {
    const below = fields.get(key);
    const item = value[key];
    if (below === undefined) {
      if (!including) setMember(result, key, item);
    } else if (below === true) {
      if (including) setMember(result, key, item);
    } else if (!including || isMembers(item) || Array.isArray(item)) {
      setMember(result, key, select(item, below, including));
    }
  }
  return result;
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
