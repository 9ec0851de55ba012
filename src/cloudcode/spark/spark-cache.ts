import { kindOf, nameArgument, textArgument, textOf } from "../realm/arguments.ts";
import { askHost, callHost } from "../realm/host.ts";
import { OriginalTypeError, parse, stringify } from "../realm/originals.ts";
import { END } from "../realm/run.ts";

/**
 * JSON under a name, for 30 days, shared by all scripts of the stage: for what is made of collections at some cost and is
 * read often. What was used last is in the server's memory. Each `get` is a copy of its own.
 */
export class SparkCache {
  /** Keeps a value under a name. It is JSON: functions cannot be kept, and a date becomes text. */
  put(key: string, object: unknown): void {
    const name = keyArgument("put", key);
    callHost("cache.put", `,${name},${stringify(valueArgument(object))}`);
  }

  /** What is kept under a name; null where there is nothing, or no longer. */
  get(key: string): unknown {
    const text = askHost("cache.get", `,${keyArgument("get", key)}`) as string | null;
    return text === null ? null : parse(text);
  }

  /** Forgets what is kept under a name. */
  remove(key: string): void {
    callHost("cache.remove", `,${keyArgument("remove", key)}`);
  }

  /** Forgets what is kept under names that a regular expression finds; everything without one. */
  removeAll(pattern?: string): void {
    // biome-ignore lint/complexity/noArguments: a pattern that is undefined by mistake must not mean everything
    const text = arguments.length === 0 ? null : textArgument("SparkCache.removeAll", "pattern", pattern);
    callHost("cache.removeAll", `,${stringify(text)}`);
  }
}

/** JSON of a name; null is one, as it was in Cloud Code. */
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
    throw new OriginalTypeError(`SparkCache.put: object cannot be turned into JSON: ${textOf(error)}`);
  }
  throw new OriginalTypeError(`SparkCache.put: object must be JSON, not ${kindOf(object)}.`);
}

function withoutFunctions(this: unknown, key: string, value: unknown): unknown {
  if (typeof value !== "function") return value;
  const place = key === "" ? "it is a function" : `"${key}" is a function`;
  throw new OriginalTypeError(
    `${place}, and functions cannot be kept: keep the data, and make the object of it again.`,
  );
}
