import type { LimitKind } from "../../kernel/scripts/limits.ts";
import type { RunInput } from "../protocol.ts";
import type { ChallengeState } from "./challenges.ts";
import { dictionary, hasOwn, now, OriginalError, parse, slice, stringify } from "./originals.ts";
import { locate } from "./place.ts";
import { type Members, membersJson, membersOf, type PlayerState, playerState } from "./player.ts";

/** The state of one run. The sandbox drops it as a whole when the run ends. */
export interface Run {
  version: number;
  /** File names, in stack traces, of the script and the modules that it included. */
  files: Record<string, true>;
  /** Modules included so far, and those of the current outermost call of `require`. */
  included: Record<string, true>;
  including: Record<string, true> | null;
  missing: Record<string, true>;
  missed: number;
  data: unknown;
  player: PlayerState | null;
  /** The script has used more of `player` than the id. */
  playerUsed: boolean;
  players: Record<string, PlayerState>;
  challenges: Record<string, ChallengeState>;
  stage: string;
  apiKey: string;
  /** Milliseconds since 1970. */
  endsAt: number;
  /** Dates read from collections are Date objects. */
  maintainDates: boolean;
  scriptData: Members;
  scriptErrors: Members;
  /** JSON text per line. Not an array, as a script could define a setter on `Array.prototype`. */
  log: Record<number, string>;
  logLines: number;
  /** Number of lines that are stored in the runtime collection `log` already. */
  logKept: number;
  logDropped: number;
  logChars: number;
  resultChars: number;
  failure: { kind: "error" | LimitKind; message: string; file: string; line: number; column: number } | null;
  /** The run has ended, though the script's code may still be on the stack. */
  ended: boolean;
  /** Stack trace of the last thrown value that is not an object. */
  thrownAt: string;
}

export const limits = { logLines: 1000, logChars: 65_536, resultChars: 1_048_576 };

/** Thrown through a script's frames to end it; `unwind` rethrows it in every catch and finally block. */
export const END = Object.freeze(Object.create(null)) as object;

let current: Run | null = null;

export function beginRun(version: number, file: string, text: string): Run {
  const input = parse(text) as RunInput;
  const files = dictionary<true>();
  files[file] = true;
  current = {
    version,
    files,
    included: dictionary(),
    including: null,
    missing: dictionary(),
    missed: 0,
    data: input.data,
    player: input.player && playerState(input.player),
    playerUsed: false,
    players: dictionary(),
    challenges: dictionary(),
    stage: input.stage,
    apiKey: input.apiKey,
    endsAt: now() + input.timeoutMs,
    maintainDates: false,
    scriptData: membersOf(input.scriptData),
    scriptErrors: membersOf(input.scriptErrors),
    log: dictionary(),
    logLines: 0,
    logKept: 0,
    logDropped: 0,
    logChars: 0,
    resultChars: 0,
    failure: null,
    ended: false,
    thrownAt: "",
  };
  return current;
}

export function endRun(): void {
  current = null;
}

/** The current run, for Spark calls. Throws END if it has ended. */
export function liveRun(): Run {
  if (current === null || current.ended) throw END;
  return current;
}

export function anyRun(): Run | null {
  return current;
}

export function exit(): never {
  liveRun().ended = true;
  throw END;
}

/** Ends the script with a failure that it cannot catch. */
export function breach(message: string, kind: LimitKind = "limit"): never {
  const run = liveRun();
  run.failure = { kind, message, file: "", line: 0, column: 0 };
  run.ended = true;
  throw END;
}

export function readMember(members: Members, name: string | null): unknown {
  return name !== null && hasOwn(members, name) ? parse(members[name]!) : null;
}

export function membersValue(members: Members): unknown {
  return parse(membersJson(members));
}

/** Sets a member. Ends the script if its data exceeds the limit. */
export function setMember(members: Members, name: string | null, text: string): void {
  const run = liveRun();
  if (name === null) return;
  run.resultChars += text.length + name.length - (hasOwn(members, name) ? members[name]!.length + name.length : 0);
  members[name] = text;
  if (run.resultChars > limits.resultChars) {
    breach(`The script sets more than ${limits.resultChars} characters of data.`, "result");
  }
}

/** Adds a log line with the script's current place, or counts it as dropped if the log is full. `text` is JSON. */
export function addLogLine(run: Run, level: string, text: string): void {
  if (run.logLines >= limits.logLines || run.logChars >= limits.logChars) {
    run.logDropped++;
    return;
  }
  run.logChars += text.length;
  const { file, line } = locate(new OriginalError(), run);
  const place = line === 0 ? "" : `,"file":${stringify(file)},"line":${line}`;
  run.log[run.logLines++] = `{"level":"${level}","message":${text}${place}}`;
}

/** Called at the start of every catch and finally block of a script (see `../prepare.ts`). */
export function unwind(): void {
  if (current === null || current.ended) throw END;
}

/** Called with every value that a script throws. Records the place of values without a stack, such as text. */
export function thrown(value: unknown): unknown {
  if (current !== null && !current.ended && (typeof value !== "object" || value === null)) {
    current.thrownAt = traceOf();
  }
  return value;
}

function traceOf(): string {
  const trace = new OriginalError().stack;
  return typeof trace === "string" ? slice(trace, 0, 4000) : "";
}
