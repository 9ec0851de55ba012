import { StoreError } from "../errors.ts";
import type { Projection } from "../store.ts";
import { parsePath } from "./paths.ts";
import { isMembers, type Members, setMember } from "./values.ts";

/** The fields to take or to leave, as a tree: a leaf is `true`. */
interface Fields extends Map<string, Fields | true> {}

/** A projection as a function: either the named fields alone, or all but them; `_id` comes along unless told. */
export function compileProjection(projection: Projection | undefined): (document: Members) => Members {
  const entries = Object.entries(projection ?? {}).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return (document) => document;
  for (const [path, value] of entries) {
    if (value !== 0 && value !== 1 && typeof value !== "boolean") {
      throw bad(`The projection of "${path}" must be 0 or 1.`);
    }
  }
  const including = entries.find(([path]) => path !== "_id")?.[1] ?? entries[0]![1];
  const fields: Fields = new Map();
  for (const [path, value] of entries) {
    if (Boolean(value) === Boolean(including)) addPath(fields, path);
    else if (path !== "_id") throw bad("A projection either takes fields or leaves them out, not both (but for _id).");
  }
  const id = entries.find(([path]) => path === "_id")?.[1];
  if (including && id === undefined) fields.set("_id", true);
  if (!including && id) fields.delete("_id");
  return (document) => select(document, fields, Boolean(including)) as Members;
}

function addPath(fields: Fields, text: string): void {
  const path = parsePath(text);
  let level = fields;
  for (const part of path.slice(0, -1)) {
    const next = level.get(part) ?? new Map();
    if (next === true) throw bad(`The projection names "${text}" and something above it.`);
    level.set(part, next);
    level = next;
  }
  const last = path.at(-1)!;
  if (level.has(last)) throw bad(`The projection names "${text}" and something below it.`);
  level.set(last, true);
}

/** Arrays are passed through, element by element; a value without members has no room for the fields named below it. */
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
