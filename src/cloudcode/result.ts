import { isMemberName } from "../kernel/scripts/arguments.ts";
import { LIMIT_KINDS, type LimitKind } from "../kernel/scripts/limits.ts";
import type { ScriptPlayerChanges } from "../kernel/scripts/player.ts";
import type { ScriptFailure, ScriptLogLine } from "../kernel/scripts/result.ts";
import { isLogLine, isPlace } from "../kernel/scripts/result.ts";
import type { MemberChanges } from "./protocol.ts";

export interface CheckedOutput {
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
  playerChanges?: ScriptPlayerChanges;
  otherPlayers?: Record<string, ScriptPlayerChanges>;
  playerUsed: boolean;
  /** `file` as in `failure`. */
  log: ScriptLogLine[];
  logDropped: number;
  exited: boolean;
  /** `file` is a name from a stack trace, which the sandbox may have forged. */
  failure?: ScriptFailure;
}

/** Nesting limit of a run's data: that of a stored document plus the levels around it. */
const MAX_DEPTH = 100 + 4;

/** Whether JSON text is nested so deep that recursion over it could overflow the stack. Linear in the text. */
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

/** Parses and checks a run's output, of which nothing is trusted. Undefined if a sandbox cannot have written it. */
export function readOutput(text: string): CheckedOutput | undefined {
  let value: unknown;
  try {
    value = text.includes('"__proto__"') ? JSON.parse(text, dropProto) : JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value["scriptData"]) || !isObject(value["scriptErrors"])) return undefined;
  const { scriptData, scriptErrors, player, players, playerUsed, log, logDropped, exited, failure } = value;
  if (!Array.isArray(log) || !log.every(isLogLine)) return undefined;
  if (!isCount(logDropped)) return undefined;
  const output: CheckedOutput = {
    ...{ scriptData, scriptErrors, log, logDropped },
    playerUsed: playerUsed === true,
    exited: exited === true,
  };
  if (player !== null) {
    const changes = readPlayerChanges(player);
    if (changes === "unreadable") return undefined;
    if (changes) output.playerChanges = changes;
  }
  if (!isObject(players)) return undefined;
  for (const [id, other] of Object.entries(players)) {
    const changes = readPlayerChanges(other);
    if (changes === "unreadable") return undefined;
    if (changes) output.otherPlayers = { ...output.otherPlayers, [id]: changes };
  }
  if (failure !== null) {
    if (!isObject(failure) || typeof failure["message"] !== "string") return undefined;
    const kind = LIMIT_KINDS.includes(failure["kind"] as LimitKind) ? (failure["kind"] as LimitKind) : "error";
    output.failure = { kind, message: failure["message"] };
    if (typeof failure["file"] === "string") output.failure.file = failure["file"];
    if (isPlace(failure["line"])) output.failure.line = failure["line"];
    if (isPlace(failure["column"])) output.failure.column = failure["column"];
  }
  return output;
}

/** Reads a run's changes of a player from a `PlayerOutput`; undefined if there are none. */
export function readPlayerChanges(value: unknown): ScriptPlayerChanges | "unreadable" | undefined {
  if (!isObject(value)) return "unreadable";
  const { seen, scriptData, privateData, balances, goods, achievements, segments } = value;
  if (!isChanges(scriptData) || !isChanges(privateData)) return "unreadable";
  if (!isRecordOf(balances, isAmount) || !isRecordOf(goods, isAmount)) return "unreadable";
  if (!isRecordOf(achievements, isBoolean) || !isRecordOf(segments, isTextOrNull)) return "unreadable";
  const changes: ScriptPlayerChanges = {
    ...named("scriptData", scriptData),
    ...named("privateData", privateData),
    ...(Object.keys(balances).length > 0 && { balances }),
    ...(Object.keys(goods).length > 0 && { goods }),
    ...(Object.keys(achievements).length > 0 && { achievements }),
    ...(Object.keys(segments).length > 0 && { segments }),
  };
  if (Object.keys(changes).length === 0) return undefined;
  if (Number.isSafeInteger(seen)) changes.seen = seen as number;
  return changes;
}

const isAmount = (value: unknown): value is number => Number.isSafeInteger(value);
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === "string";

function isRecordOf<T>(value: unknown, isKind: (member: unknown) => member is T): value is Record<string, T> {
  if (!isObject(value)) return false;
  return Object.entries(value).every(([name, member]) => isMemberName(name) && isKind(member));
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
  if (!Object.keys(value["set"]).every(isMemberName)) return false;
  return value["removed"].every((name) => typeof name === "string" && isMemberName(name));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
