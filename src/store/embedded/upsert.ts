import { ObjectId } from "../../bson.ts";
import { StoreError } from "../errors.ts";
import { isOperators } from "./match.ts";
import { parsePath } from "./paths.ts";
import { importValue, isMembers, type Members, member, setMember } from "./values.ts";

/** The initial document of an upsert: the fields that the filter compares for equality. */
export function documentFromFilter(filter: Members): Members {
  const document: Members = {};
  for (const [path, value] of equalities(filter)) place(document, path, value);
  return document;
}

/** Puts `_id` first. If it is missing, it becomes a new ObjectId. */
export function withIdFirst(document: Members): Members {
  const { _id = new ObjectId(), ...rest } = document;
  return { _id, ...rest };
}

function* equalities(filter: Members): Generator<[string, unknown]> {
  for (const [key, value] of Object.entries(filter)) {
    if (key === "$and" && Array.isArray(value)) {
      for (const branch of value) if (isMembers(branch)) yield* equalities(branch);
    } else if (key === "$or" && Array.isArray(value) && value.length === 1 && isMembers(value[0])) {
      yield* equalities(value[0]);
    } else if (!key.startsWith("$")) {
      yield* equality(key, value);
    }
  }
}

function* equality(path: string, value: unknown): Generator<[string, unknown]> {
  if (value instanceof RegExp) return;
  if (!isOperators(value)) yield [path, importValue(value)];
  else if ("$eq" in value) yield [path, importValue(value.$eq)];
  else if (Array.isArray(value.$in) && value.$in.length === 1 && !(value.$in[0] instanceof RegExp)) {
    yield [path, importValue(value.$in[0])];
  } else if (Array.isArray(value.$all) && value.$all.length === 1 && !isOperators(value.$all[0])) {
    yield [path, importValue(value.$all[0])];
  }
}

function place(document: Members, text: string, value: unknown): void {
  const path = parsePath(text);
  let container = document;
  for (const part of path.slice(0, -1)) {
    const next = member(container, part) ?? {};
    if (!isMembers(next)) throw twice(text);
    setMember(container, part, next);
    container = next;
  }
  const last = path.at(-1)!;
  if (Object.hasOwn(container, last)) throw twice(text);
  setMember(container, last, value);
}

function twice(path: string): StoreError {
  return new StoreError("BAD_OPERATION", `The filter of the upsert has two values for "${path}".`);
}
