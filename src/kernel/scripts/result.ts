import { isObject } from "./arguments.ts";
import type { LimitKind } from "./limits.ts";
import type { ScriptChanges } from "./player.ts";

/** What kinds of scripts a game can have; each is a folder of its Cloud Code. */
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
  /** Path inside the game folder, and the line; absent where the place is not known. */
  file?: string;
  line?: number;
  /** It is in the runtime collection `log` already, as the run looked for its lines there. */
  isKept?: true;
}

/** Why a script did not come to its end. */
export interface ScriptFailure {
  kind: "error" | "syntax" | "memory" | "crash" | "unavailable" | LimitKind;
  message: string;
  /** Path inside the game folder, such as `request/SocialDisconnectRequest.js`. */
  file?: string;
  line?: number;
  column?: number;
}

export interface ScriptResult extends ScriptChanges {
  /** Which load of the game's scripts it ran from, counted from 1. */
  version: number;
  /** All script data after the run, what was passed in included. */
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
  log: ScriptLogLine[];
  /** Present: the run ended by itself only up to here; nothing that it changed of players is to be kept. */
  failure?: ScriptFailure;
  /** Wall time in the script host. */
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
