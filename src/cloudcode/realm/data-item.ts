import { kindOf, textOf } from "./arguments.ts";
import {
  datePrototype,
  getPrototypeOf,
  hasOwn,
  isArray,
  isFiniteNumber,
  OriginalTypeError,
  parse,
  patternPrototype,
  stringify,
} from "./originals.ts";
import { END } from "./run.ts";

export interface ItemState {
  readonly type: string;
  readonly id: string;
  /** JSON of the data as last read or written; null for a new item. */
  before: string | null;
  version: string | null;
  /** The data object that the script may change; null until first use. */
  data: object | null;
  /** Expiry in milliseconds since 1970; null: never. */
  ttl: number | null;
  ttlChanged: boolean;
}

export interface ItemInput {
  id: string;
  version: string;
  expires: number | null;
  /** JSON text. */
  data: string;
}

export function newItem(type: string, id: string): ItemState {
  return { type, id, before: null, version: null, data: null, ttl: null, ttlChanged: false };
}

export function readItem(type: string, { id, version, expires, data }: ItemInput): ItemState {
  return { type, id, before: data, version, data: null, ttl: expires, ttlChanged: false };
}

/** Returns the same object each time. Changes that a script makes to it are what it saves. */
export function itemData(state: ItemState): object {
  state.data ??= parse(state.before ?? "{}") as object;
  return state.data;
}

/** The data as JSON, without values that cannot be stored. */
export function itemJson(method: string, state: ItemState): string {
  if (state.data === null) return state.before ?? "{}";
  let text: string | undefined;
  try {
    text = stringify(state.data, storable);
  } catch (error) {
    if (error === END) throw error;
    throw new OriginalTypeError(`${method}: the data cannot be converted to JSON: ${textOf(error)}`);
  }
  if (text === undefined || text[0] !== "{") {
    throw new OriginalTypeError(`${method}: the data must be an object, not ${kindOf(state.data)}.`);
  }
  return text;
}

function storable(this: unknown, _key: string, value: unknown): unknown {
  return typeof value === "bigint" || (typeof value === "number" && !isFiniteNumber(value)) ? undefined : value;
}

const MAX_DEPTH = 100;

/** Paths of values that are not stored as they are: functions, undefined, NaN and so on are dropped. */
export function invalidPaths(state: ItemState): string[] {
  const found: string[] = [];
  if (state.data !== null) collect(state.data, "", 0, found);
  return found;
}

function collect(value: unknown, path: string, depth: number, found: string[]): void {
  if (isInvalid(value) || depth > MAX_DEPTH) {
    found[found.length] = path;
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const prefix = path === "" ? "" : `${path}.`;
  if (isArray(value)) {
    for (let index = 0; index < value.length; index++) collect(value[index], `${prefix}${index}`, depth + 1, found);
    return;
  }
  for (const key in value) {
    if (!hasOwn(value, key)) continue;
    if (key === "__proto__") found[found.length] = `${prefix}${key}`;
    else collect((value as Record<string, unknown>)[key], `${prefix}${key}`, depth + 1, found);
  }
}

function isInvalid(value: unknown): boolean {
  switch (typeof value) {
    case "undefined":
    case "function":
    case "symbol":
    case "bigint":
      return true;
    case "number":
      return !isFiniteNumber(value);
    case "object": {
      if (value === null) return false;
      const prototype = getPrototypeOf(value);
      return prototype === datePrototype || prototype === patternPrototype;
    }
    default:
      return false;
  }
}
