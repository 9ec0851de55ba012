import type { ScriptFailure, ScriptLogLine, ScriptPlayerChanges } from "./cloudcode.ts";
import type { MemberChanges } from "./protocol.ts";

/** What a run left, checked. */
export interface CheckedOutput {
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
  playerChanges?: ScriptPlayerChanges;
  log: ScriptLogLine[];
  /** Its `file` is the name that stack traces have for a file, or what the sandbox made of it. */
  failure?: ScriptFailure;
}

/** Levels of arrays and objects that a run's data may have: as many as a document of the store, and some for the frame. */
const MAX_DEPTH = 100 + 4;

const LEVELS: readonly string[] = ["debug", "info", "warn", "error"];

/** Is the text's JSON nested so deep that code which walks it could run out of stack? Costs a pass over the text. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x22) inString = !inString;
    else if (inString) {
      if (code === 0x5c) index++;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

/**
 * Reads what a run left behind. The text comes out of the sandbox, so nothing about it is taken on trust; undefined
 * where it is not what a sandbox writes. Members called `__proto__` are dropped at every depth.
 */
export function readOutput(text: string): CheckedOutput | undefined {
  let value: unknown;
  try {
    value = text.includes('"__proto__"') ? JSON.parse(text, dropProto) : JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value["scriptData"]) || !isObject(value["scriptErrors"])) return undefined;
  const { scriptData, scriptErrors, player, log, failure } = value;
  if (!Array.isArray(log) || !log.every(isLogLine)) return undefined;
  const output: CheckedOutput = { scriptData, scriptErrors, log };
  if (player !== null) {
    if (!isObject(player) || !isChanges(player["scriptData"]) || !isChanges(player["privateData"])) return undefined;
    const changes = { ...named("scriptData", player["scriptData"]), ...named("privateData", player["privateData"]) };
    if (Object.keys(changes).length > 0) output.playerChanges = changes;
  }
  if (failure !== null) {
    if (!isObject(failure) || typeof failure["message"] !== "string") return undefined;
    output.failure = { kind: failure["kind"] === "limit" ? "limit" : "error", message: failure["message"] };
    if (typeof failure["file"] === "string") output.failure.file = failure["file"];
    if (isPlace(failure["line"])) output.failure.line = failure["line"];
    if (isPlace(failure["column"])) output.failure.column = failure["column"];
  }
  return output;
}

function named(area: "scriptData" | "privateData", changes: MemberChanges): ScriptPlayerChanges {
  return Object.keys(changes.set).length + changes.removed.length === 0 ? {} : { [area]: changes };
}

function dropProto(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isChanges(value: unknown): value is MemberChanges {
  if (!isObject(value) || !isObject(value["set"]) || !Array.isArray(value["removed"])) return false;
  return value["removed"].every((name) => typeof name === "string");
}

function isLogLine(value: unknown): value is ScriptLogLine {
  return isObject(value) && LEVELS.includes(value["level"] as string) && "message" in value;
}

function isPlace(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}
