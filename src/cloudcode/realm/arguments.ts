import {
  datePrototype,
  dictionary,
  exec,
  getPrototypeOf,
  isArray,
  isFiniteNumber,
  OriginalTypeError,
  patternFlagsOf,
  patternPrototype,
  sourceOf,
  stringify,
  timeOf,
  toText,
  truncate,
} from "./originals.ts";
import { END, limits, liveRun } from "./run.ts";

/** Checks of the arguments that scripts pass to Spark. Every message names the method and the argument. */

/** A name. Numbers and booleans are converted to text, as Cloud Code did. */
export function nameArgument(method: string, argument: string, value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return toText(value);
  if (typeof value !== "string")
    throw new OriginalTypeError(`${method}: ${argument} must be a string, not ${kindOf(value)}.`);
  if (value === "__proto__") throw new OriginalTypeError(`${method}: ${argument} must not be "__proto__".`);
  return value;
}

/**
 * A name for a look-up or a change. Null matches nothing, as in Cloud Code: look-ups return null, 0, false or an empty
 * list, and changes do nothing. Where a name is required, use `nameArgument`.
 */
export function nameOrNull(method: string, argument: string, value: unknown): string | null {
  return orNull(nameArgument, method, argument, value);
}

/** As `nameOrNull`, for the name of a document's member. */
export function memberOrNull(method: string, argument: string, value: unknown): string | null {
  return orNull(memberArgument, method, argument, value);
}

function orNull(check: typeof nameArgument, method: string, argument: string, value: unknown): string | null {
  if (value !== null) return check(method, argument, value);
  // A call to the server would end a script that must not continue; here there is none.
  liveRun();
  return null;
}

/** The name of a member of a player's document: neither a path nor an operator. */
export function memberArgument(method: string, argument: string, value: unknown): string {
  const name = nameArgument(method, argument, value);
  if (name === "" || name[0] === "$") {
    throw new OriginalTypeError(`${method}: ${argument} must not be empty or begin with "$".`);
  }
  for (let index = 0; index < name.length; index++) {
    if (name[index] === "." || name[index] === "\0") {
      throw new OriginalTypeError(`${method}: ${argument} must not contain "." or a null character.`);
    }
  }
  return name;
}

/** A value as JSON text, so that later changes of it have no effect. */
export function jsonArgument(method: string, argument: string, value: unknown): string {
  if (value === undefined) return "null";
  let text: string | undefined;
  try {
    text = stringify(value);
  } catch (error) {
    if (error === END) throw error;
    throw new OriginalTypeError(`${method}: ${argument} cannot be converted to JSON: ${textOf(error)}`);
  }
  if (text === undefined) throw new OriginalTypeError(`${method}: ${argument} must be JSON, not ${kindOf(value)}.`);
  return text;
}

/** A number or numeric text, such as an event's attribute; Cloud Code converted implicitly. */
export function numberArgument(method: string, argument: string, value: unknown): number {
  const isText = typeof value === "string" && exec(/\S/, value) !== null;
  const number = typeof value === "number" ? value : isText ? +value : undefined;
  if (number !== undefined && isFiniteNumber(number)) return number;
  throw new OriginalTypeError(
    `${method}: ${argument} must be a number, not ${typeof value === "number" ? toText(value) : kindOf(value)}.`,
  );
}

/** An integer of at least `least`. Fractions are truncated, as in Cloud Code. */
export function countArgument(method: string, argument: string, value: unknown, least = 0): number {
  const count = truncate(numberArgument(method, argument, value));
  if (count < least) throw new OriginalTypeError(`${method}: ${argument} must be at least ${least}, not ${count}.`);
  return count;
}

export function booleanArgument(method: string, argument: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new OriginalTypeError(`${method}: ${argument} must be a boolean, not ${kindOf(value)}.`);
}

/**
 * The values of a variadic parameter, separate or in arrays, as JSON of one array. Null alone means none.
 * @param one checks a value named `argument[0]`, `argument[1]`, …
 */
export function listArgument(
  method: string,
  argument: string,
  values: readonly unknown[],
  one: typeof nameArgument,
): string {
  let text = "";
  const addAll = (list: readonly unknown[], isNested: boolean): void => {
    for (let index = 0; index < list.length; index++) {
      const value = list[index];
      if (!isNested && isArray(value)) {
        addAll(value, true);
        continue;
      }
      text += `${text === "" ? "" : ","}${stringify(one(method, `${argument}[${index}]`, value))}`;
      if (text.length > limits.resultChars) {
        throw new OriginalTypeError(`${method}: ${argument} are longer than ${limits.resultChars} characters.`);
      }
    }
  };
  const isNone = values.length === 1 && (values[0] === null || values[0] === undefined);
  if (!isNone) addAll(values, false);
  return `[${text}]`;
}

/** Text that may be empty, such as a password. Other types are not converted. */
export function textArgument(method: string, argument: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new OriginalTypeError(`${method}: ${argument} must be a string, not ${kindOf(value)}.`);
}

/** A document as JSON text. Dates become `{$date}` and patterns `{$regex}`; undefined members are dropped. */
export function documentArgument(method: string, argument: string, value: unknown): string {
  return typedJson(method, argument, value, typed);
}

/** A query, sort or update as JSON text. Undefined members become null, so that a query does not match more. */
export function queryArgument(method: string, argument: string, value: unknown): string {
  return value === undefined || value === null ? "null" : typedJson(method, argument, value, typedQuery);
}

function typedJson(method: string, argument: string, value: unknown, replacer: typeof typed): string {
  if (typeof value !== "object" || value === null) {
    throw new OriginalTypeError(`${method}: ${argument} must be an object, not ${kindOf(value)}.`);
  }
  let text: string | undefined;
  try {
    text = stringify(value, replacer);
  } catch (error) {
    if (error === END) throw error;
    throw new OriginalTypeError(`${method}: ${argument} cannot be converted to JSON: ${textOf(error)}`);
  }
  if (text === undefined) throw new OriginalTypeError(`${method}: ${argument} must be an object.`);
  return text;
}

function typed(this: unknown, key: string, value: unknown): unknown {
  return typedOf(this, key, value);
}

function typedOf(holder: unknown, key: string, value: unknown): unknown {
  const original = (holder as Record<string, unknown>)[key];
  if (typeof original !== "object" || original === null) return value;
  const prototype = getPrototypeOf(original);
  if (prototype === datePrototype) {
    const time = timeOf(original);
    return isFiniteNumber(time) ? pair("$date", time) : null;
  }
  if (prototype !== patternPrototype) return value;
  const pattern = pair("$regex", sourceOf(original));
  pattern["$options"] = patternFlagsOf(original);
  return pattern;
}

function typedQuery(this: unknown, key: string, value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "function") throw new OriginalTypeError(`${key} is a function.`);
  return typedOf(this, key, value);
}

function pair(name: string, value: unknown): Record<string, unknown> {
  const object = dictionary<unknown>();
  object[name] = value;
  return object;
}

/** The message of an error that a script threw. Never throws itself. */
export function textOf(error: unknown): string {
  try {
    if (typeof error === "object" && error !== null && "message" in error) return toText(error.message);
    return toText(error);
  } catch {
    return "an error without a message";
  }
}

export function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : typeof value === "undefined" ? "undefined" : `a ${typeof value}`;
}
