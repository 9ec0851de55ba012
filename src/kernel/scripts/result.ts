import { isObject } from "./arguments.ts";
import type { LimitKind } from "./limits.ts";
import type { ScriptChanges } from "./player.ts";

/** The kinds of scripts. Each is a folder of the Cloud Code. */
export type ScriptKind =
  | "event"
  | "event-challenge"
  | "request"
  | "response"
  | "message-user"
  | "message-global"
  | "system"
  | "callbacks"
  | "modules";

export interface ScriptLogLine {
  level: "debug" | "info" | "warn" | "error";
  message: unknown;
  /** Path inside the game folder; file and line are absent if the position is unknown. */
  file?: string;
  line?: number;
  /** Already in the runtime collection `log`, because the run queried it. */
  isKept?: true;
}

export interface ScriptFailure {
  kind: "error" | "syntax" | "memory" | "crash" | "unavailable" | LimitKind;
  message: string;
  /** Path inside the game folder, such as `request/SocialDisconnectRequest.js`. */
  file?: string;
  line?: number;
  column?: number;
}

export interface ScriptResult extends ScriptChanges {
  /** Which load of the game's scripts it ran from, starting at 1. */
  version: number;
  /** All script data after the run, including the data passed in. */
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
  log: ScriptLogLine[];
  /** If present, the run failed and its player changes must be discarded. */
  failure?: ScriptFailure;
  durationMs: number;
}

const LEVELS: readonly unknown[] = ["debug", "info", "warn", "error"];

export function isLogLine(value: unknown): value is ScriptLogLine {
  if (!isObject(value) || !LEVELS.includes(value["level"]) || !("message" in value)) return false;
  const { file, line } = value;
  return (file === undefined && line === undefined) || (typeof file === "string" && isPlace(line));
}

export function isPlace(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}
