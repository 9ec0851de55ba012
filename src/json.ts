/** Text that is not a JSON object. The message never quotes the text, which may contain secrets. */
export class JsonError extends Error {
  override name = "JsonError";
}

/** Parses text from a file. A byte order mark is skipped. */
export function parseJsonObject(text: string): Record<string, unknown> {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new JsonError(`is not valid JSON: ${complaint(json, (error as Error).message)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new JsonError(`must contain one JSON object, not ${kindOf(value)}`);
  }
  return value as Record<string, unknown>;
}

/** Describes the type of a value without showing it. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "boolean") return String(value);
  return typeof value === "string" ? "text" : "a number";
}

/** V8 reports a position for most errors. For an unexpected character it quotes the surrounding text instead. */
function complaint(json: string, message: string): string {
  const [, phrase, position] = /^(.+?)(?: in JSON)? at position (\d+)/.exec(message) ?? [];
  if (phrase !== undefined) return `${phrase.replace(/ in JSON$/, "")} at ${placeOf(json, Number(position))}`;
  if (!isUnexpectedToken(message)) return `it ends too early, at ${placeOf(json, json.length)}`;
  return `unexpected character at ${placeOf(json, unexpectedTokenIn(json))}`;
}

function isUnexpectedToken(message: string): boolean {
  return message.startsWith("Unexpected token");
}

/** Finds the character by bisection: the shortest prefix with the error ends in it. */
function unexpectedTokenIn(json: string): number {
  let [without, having] = [0, json.length];
  while (having - without > 1) {
    const middle = (without + having) >> 1;
    if (hasUnexpectedToken(json.slice(0, middle))) having = middle;
    else without = middle;
  }
  return having - 1;
}

function hasUnexpectedToken(json: string): boolean {
  try {
    JSON.parse(json);
    return false;
  } catch (error) {
    return isUnexpectedToken((error as Error).message);
  }
}

function placeOf(text: string, position: number): string {
  const before = text.slice(0, position);
  const line = before.split("\n").length;
  return `line ${line}, column ${position - before.lastIndexOf("\n")}`;
}
