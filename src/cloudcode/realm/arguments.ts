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

/** Checks of what scripts pass to Spark. Every refusal names the method and the argument. */

/** A name: text, or a number or boolean, which Cloud Code always took for its text. */
export function nameArgument(method: string, argument: string, value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return toText(value);
  if (typeof value !== "string")
    throw new OriginalTypeError(`${method}: ${argument} must be a string, not ${kindOf(value)}.`);
  if (value === "__proto__") throw new OriginalTypeError(`${method}: ${argument} must not be "__proto__".`);
  return value;
}

/**
 * A name or an id by which something is looked up or changed. Null is a name that nothing has, as it was in Cloud Code:
 * what is asked for by it is missing (null, 0, false, an empty list), and what is set, given or removed by it changes
 * nothing. Members that cannot do without a name, such as that of a new item, refuse null by `nameArgument`.
 */
export function nameOrNull(method: string, argument: string, value: unknown): string | null {
  return orNull(nameArgument, method, argument, value);
}

/** The same for the name of a member of a document. */
export function memberOrNull(method: string, argument: string, value: unknown): string | null {
  return orNull(memberArgument, method, argument, value);
}

function orNull(check: typeof nameArgument, method: string, argument: string, value: unknown): string | null {
  if (value !== null) return check(method, argument, value);
  // What asks the server finds out there that the script has ended; this does not ask.
  liveRun();
  return null;
}

/** The name of a member of a player's document: no path and no operator. */
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

/** A value as JSON text, taken now: changes that the script makes to it later are not part of it. */
export function jsonArgument(method: string, argument: string, value: unknown): string {
  if (value === undefined) return "null";
  let text: string | undefined;
  try {
    text = stringify(value);
  } catch (error) {
    if (error === END) throw error;
    throw new OriginalTypeError(`${method}: ${argument} cannot be turned into JSON: ${textOf(error)}`);
  }
  if (text === undefined) throw new OriginalTypeError(`${method}: ${argument} must be JSON, not ${kindOf(value)}.`);
  return text;
}

/** A number, or text that is one, as attributes of events often are; Cloud Code's language turned one into the other. */
export function numberArgument(method: string, argument: string, value: unknown): number {
  const isText = typeof value === "string" && exec(/\S/, value) !== null;
  const number = typeof value === "number" ? value : isText ? +value : undefined;
  if (number !== undefined && isFiniteNumber(number)) return number;
  throw new OriginalTypeError(
    `${method}: ${argument} must be a number, not ${typeof value === "number" ? toText(value) : kindOf(value)}.`,
  );
}

/** Whole numbers as Cloud Code took them: what is behind the point is cut off. */
export function countArgument(method: string, argument: string, value: unknown, least = 0): number {
  const count = truncate(numberArgument(method, argument, value));
  if (count < least) throw new OriginalTypeError(`${method}: ${argument} must be ${least} or more, and is ${count}.`);
  return count;
}

export function booleanArgument(method: string, argument: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new OriginalTypeError(`${method}: ${argument} must be a boolean, not ${kindOf(value)}.`);
}

/**
 * What is given for a parameter that takes several texts: arrays of them, or one after the other; null alone for none.
 * JSON of one array, at most as long as a call's arguments.
 * @param one checks a value, whose name is `argument[0]`, `argument[1]`, …
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
        throw new OriginalTypeError(`${method}: ${argument} are more than ${limits.resultChars} characters.`);
      }
    }
  };
  const isNone = values.length === 1 && (values[0] === null || values[0] === undefined);
  if (!isNone) addAll(values, false);
  return `[${text}]`;
}

/** Text that may be empty, such as a password; nothing else is taken for it. */
export function textArgument(method: string, argument: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new OriginalTypeError(`${method}: ${argument} must be a string, not ${kindOf(value)}.`);
}

/**
 * A document as JSON text, taken now: dates travel as `{$date}` and regular expressions as `{$regex}`. Members that are
 * undefined are left out.
 */
export function documentArgument(method: string, argument: string, value: unknown): string {
  return typedJson(method, argument, value, typed);
}

/** A query, sort or update as JSON text: as a document, but members that are undefined are null, and match no less. */
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
    throw new OriginalTypeError(`${method}: ${argument} cannot be turned into JSON: ${textOf(error)}`);
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

/** The text of an error that a script, or a built-in on its behalf, threw. Never throws itself. */
export function textOf(error: unknown): string {
  try {
    if (typeof error === "object" && error !== null && "message" in error) return toText(error.message);
    return toText(error);
  } catch {
    return "an error that has no text";
  }
}

export function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : typeof value === "undefined" ? "undefined" : `a ${typeof value}`;
}
