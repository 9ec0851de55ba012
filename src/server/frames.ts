import { classRequired, malformedJson, notAnObject, tooDeep } from "./refusals.ts";

/** A request as it came, its fields not checked. It has no own `__proto__` at any depth. */
export type Frame = Record<string, unknown>;

/** What goes out. */
export type ResponseFrame = { "@class": string } & Record<string, unknown>;

/**
 * The frames in `text`: one object, or an array of them. Refuses what is neither, and what is nested deeper than
 * `maxDepth`, as whatever walks it later may do so by recursion. Linear in the text.
 */
export function parseFrames(text: string, maxDepth: number): Frame | Frame[] {
  const value = parse(text);
  tidy(value, maxDepth);
  if (isFrame(value)) return value;
  if (Array.isArray(value) && value.length > 0 && value.every(isFrame)) return value;
  throw notAnObject();
}

/** The one object in `text`. */
export function parseFrame(text: string, maxDepth: number): Frame {
  const frame = parseFrames(text, maxDepth);
  if (Array.isArray(frame)) throw notAnObject();
  return frame;
}

/** The class of a frame without its dot, which some clients leave out; undefined where it names none. */
export function classNamed(frame: Frame): string | undefined {
  const name = frame["@class"];
  if (typeof name !== "string" || name === "") return undefined;
  return name.startsWith(".") ? name.slice(1) : name;
}

/** The same of a frame that must name one; refuses what does not. */
export function classOf(frame: Frame): string {
  const name = classNamed(frame);
  if (name === undefined) throw classRequired();
  return name;
}

/** The same frame without `__proto__` members; refuses what is nested deeper than `maxDepth`. */
export function tidied(frame: Frame, maxDepth: number): Frame {
  tidy(frame, maxDepth);
  return frame;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedJson();
  }
}

function isFrame(value: unknown): value is Frame {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Bounds the depth and removes `__proto__` members, which JSON.parse makes own ones and an assignment would not. */
function tidy(value: unknown, levelsLeft: number, maxDepth = levelsLeft): void {
  if (typeof value !== "object" || value === null) return;
  if (levelsLeft === 0) throw tooDeep(maxDepth);
  if (Array.isArray(value)) {
    for (const item of value) tidy(item, levelsLeft - 1, maxDepth);
    return;
  }
  const members = value as Frame;
  for (const name in members) {
    if (name === "__proto__") delete members[name];
    else tidy(members[name], levelsLeft - 1, maxDepth);
  }
}
