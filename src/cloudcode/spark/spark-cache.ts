import { kindOf, nameArgument, textArgument, textOf } from "../realm/arguments.ts";
import { askHost, callHost } from "../realm/host.ts";
import { OriginalTypeError, parse, stringify } from "../realm/originals.ts";
import { END } from "../realm/run.ts";

/**
 * A cache of JSON values, shared by all scripts of the stage, for data that is expensive to query and often read.
 * Values expire after 30 days. Recently used ones are kept in the server's memory.
 */
export class SparkCache {
  /** Stores a JSON value. Functions are refused; dates become text. */
  put(key: string, object: unknown): void {
    const name = keyArgument("put", key);
    callHost("cache.put", `,${name},${stringify(valueArgument(object))}`);
  }

  /** Returns a copy of a value, or null if there is none or it has expired. */
  get(key: string): unknown {
    const text = askHost("cache.get", `,${keyArgument("get", key)}`) as string | null;
    return text === null ? null : parse(text);
  }

  /** Removes a value. */
  remove(key: string): void {
    callHost("cache.remove", `,${keyArgument("remove", key)}`);
  }

  /** Removes the values whose keys match a regular expression; without one, all values. */
  removeAll(pattern?: string): void {
    // biome-ignore lint/complexity/noArguments: an undefined pattern must not remove everything by mistake
    const text = arguments.length === 0 ? null : textArgument("SparkCache.removeAll", "pattern", pattern);
    callHost("cache.removeAll", `,${stringify(text)}`);
  }
}

/** JSON of a key. Null is the key "null", as in Cloud Code. */
function keyArgument(method: string, key: unknown): string {
  return stringify(key === null ? "null" : nameArgument(`SparkCache.${method}`, "key", key));
}

function valueArgument(object: unknown): string {
  if (object === undefined) return "null";
  try {
    const text = stringify(object, withoutFunctions);
    if (text !== undefined) return text;
  } catch (error) {
    if (error === END) throw error;
    throw new OriginalTypeError(`SparkCache.put: object cannot be converted to JSON: ${textOf(error)}`);
  }
  throw new OriginalTypeError(`SparkCache.put: object must be JSON, not ${kindOf(object)}.`);
}

function withoutFunctions(this: unknown, key: string, value: unknown): unknown {
  if (typeof value !== "function") return value;
  const place = key === "" ? "it is a function" : `"${key}" is a function`;
  throw new OriginalTypeError(
    `${place}, and functions cannot be cached. Cache the data and recreate the object from it.`,
  );
}
