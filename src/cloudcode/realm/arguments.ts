import { OriginalTypeError, stringify, toText } from "./originals.ts";
import { END } from "./run.ts";

/** Checks of what scripts pass to Spark. Every refusal names the method and the argument. */

/** A name: text, or a number or boolean, which Cloud Code always took for its text. */
export function nameArgument(method: string, argument: string, value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return toText(value);
  if (typeof value !== "string")
    throw new OriginalTypeError(`${method}: ${argument} must be a string, not ${kindOf(value)}.`);
  if (value === "__proto__") throw new OriginalTypeError(`${method}: ${argument} must not be "__proto__".`);
  return value;
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

/** The text of an error that a script, or a built-in on its behalf, threw. Never throws itself. */
export function textOf(error: unknown): string {
  try {
    if (typeof error === "object" && error !== null && "message" in error) return toText(error.message);
    return toText(error);
  } catch {
    return "an error that has no text";
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : typeof value === "undefined" ? "undefined" : `a ${typeof value}`;
}
