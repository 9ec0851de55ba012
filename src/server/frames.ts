import { classRequired, malformedJson, notAnObject, tooDeep } from "./refusals.ts";

/** A request as received; its fields are not validated. It has no `__proto__` members at any depth. */
export type Frame = Record<string, unknown>;

export type ResponseFrame = { "@class": string } & Record<string, unknown>;

/** Parses one object or an array of objects. Refuses nesting deeper than `maxDepth`, so that later code may recurse. */
export function parseFrames(text: string, maxDepth: number): Frame | Frame[] {
  const value = parse(text);
  tidy(value, maxDepth);
  if (isFrame(value)) return value;
  if (Array.isArray(value) && value.length > 0 && value.every(isFrame)) return value;
  throw notAnObject();
}

export function parseFrame(text: string, maxDepth: number): Frame {
  const frame = parseFrames(text, maxDepth);
  if (Array.isArray(frame)) throw notAnObject();
  return frame;
}

/** The frame's class without the dot, which some clients omit. Undefined if it has none. */
export function classNamed(frame: Frame): string | undefined {
  const name = frame["@class"];
  if (typeof name !== "string" || name === "") return undefined;
  return name.startsWith(".") ? name.slice(1) : name;
}

/** Like `classNamed`, but refuses a frame without a class. */
export function classOf(frame: Frame): string {
  const name = classNamed(frame);
  if (name === undefined) throw classRequired();
  return name;
}

/** Removes `__proto__` members and refuses nesting deeper than `maxDepth`. */
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

/** JSON.parse creates `__proto__` as an own member, unlike an assignment. */
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
