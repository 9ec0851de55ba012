/**
 * The protocol between the server and a script host: `ToHost` and `FromHost` over Node's IPC channel with its main
 * thread, and frames (`frames.ts`) of kinds `SERVER` and `LANE` over a socket with each lane. The server may queue runs
 * in a busy lane and withdraw those that have not started. Only the server parses and checks what scripts produced
 * (`result.ts`).
 */
export type ToHost = StartHost | OpenLane | WithdrawRuns;
export type FromHost = HostBeat | HostFatal | HostLowMemory | LaneClosed | RunsWithdrawn;

export interface StartHost {
  type: "start";
  thread: string;
  realm: string;
  limits: HostLimits;
}

/** Starts a lane's thread. The lane itself reports when it is free. */
export interface OpenLane {
  type: "lane";
  descriptor: number;
}

/** Withdraws all runs that the lane has not started. Answered with `RunsWithdrawn`. */
export interface WithdrawRuns {
  type: "withdraw";
  descriptor: number;
}

/** The lane skips all further runs until it receives `resume`. */
export interface RunsWithdrawn {
  type: "withdrawn";
  descriptor: number;
  /** How many runs the lane has begun since its thread was started. */
  begun: number;
}

/** A lane's thread has ended as requested; its socket can serve another. */
export interface LaneClosed {
  type: "closed";
  descriptor: number;
}

/** First character of the server's frames to a lane. */
export const SERVER = {
  /** JSON of `AddScript`. */
  script: "S",
  /** Written by `runFrame`. */
  run: "R",
  /** Answer to a call (`ANSWER`), or to a module request (JSON of `ModuleReply`). */
  answer: "A",
  /** Runs after this frame are not withdrawn. */
  resume: "W",
  close: "X",
} as const;

/** First character of a lane's frames. */
export const LANE = {
  /** The lane accepts runs. Sent at its start and after a run that was not `clean`. */
  free: "F",
  /** The lane has received `resume` and skipped the withdrawn runs. */
  resumed: "W",
  /** JSON of `RunDone` without its output, a line feed, and the output. */
  done: "D",
  /** A script's call to the server. JSON: [name of the call, …arguments]. */
  call: "C",
  /** Request for a module that the lane does not have. JSON: [version, name]. */
  module: "M",
} as const;

export interface HostLimits {
  /** Heap of one isolate. */
  memoryMb: number;
  /** Computing time of one run; waits for the server do not count. */
  cpuMs: number;
  /** Resident memory at which the host ends itself. */
  rssMb: number;
  logLines: number;
  /** Log characters per run. The line that reaches the limit is the last. */
  logChars: number;
  /** Separate limits for script data, errors and player changes of one run, in characters. */
  resultChars: number;
}

export interface AddScript {
  /** Version of the game's scripts. The first script of a newer version removes older ones from a host. */
  version: number;
  script: number;
  /** File name in stack traces: the path in the game folder, with only the characters that V8 allows. */
  file: string;
  code: string;
}

export interface RunScript {
  run: number;
  script: number;
  /** JSON of `RunInput`. */
  input: string;
  timeoutMs: number;
}

/** The input may be large and is JSON already, so it is not encoded again. */
export function runFrame({ run, script, timeoutMs, input }: RunScript): string {
  return `${SERVER.run}${run} ${script} ${timeoutMs} ${input}`;
}

export function readRun(frame: string): RunScript {
  const first = frame.indexOf(" ");
  const second = frame.indexOf(" ", first + 1);
  const third = frame.indexOf(" ", second + 1);
  return {
    run: Number(frame.slice(1, first)),
    script: Number(frame.slice(first + 1, second)),
    timeoutMs: Number(frame.slice(second + 1, third)),
    input: frame.slice(third + 1),
  };
}

/** Sent while scripts run, and once after the last. */
export interface HostBeat {
  type: "beat";
  rssMb: number;
}

/** Memory is getting short: idle lanes should be closed. */
export interface HostLowMemory {
  type: "low-memory";
}

/** The host is about to end itself. */
export interface HostFatal {
  type: "fatal";
  kind: "memory" | "crash";
  reason: string;
}

/** First character of an answer to a call. */
export const ANSWER = {
  result: "=",
  /** The script gets an Error with this message. */
  error: "!",
  /** The script is ended: one of `LIMIT_KINDS`, a colon and a message. */
  limit: "#",
  /** The script is ended by its deadline. */
  timeout: "~",
} as const;

export const RAN_TOO_LONG = "The script ran longer than a script may.";
/** The answer to a call after the run's deadline. */
export const TOO_LATE = `${ANSWER.timeout}${RAN_TOO_LONG}`;

export interface RunDone {
  type: "done";
  run: number;
  /** `ok` even if the output contains an error; `rejected`: the script left a rejected promise, with `reason`. */
  end: "ok" | "rejected" | "timeout" | "cpu" | "memory" | "crash";
  /** JSON of `RunOutput`; empty if the sandbox was lost. */
  output: string;
  reason: string;
  durationMs: number;
  /** Processor time of the sandbox's thread. */
  cpuMs: number;
  /** The lane is ready for the next run. Otherwise it sends `free` when it is. */
  clean: boolean;
}

/** The result of a module look-up for `require`. `file` as in `AddScript`. */
export type ModuleReply =
  | { type: "module"; file: string; code: string; declares: readonly string[] }
  /** It has a syntax error. Line and column are 0 if unknown. */
  | { type: "broken"; file: string; line: number; column: number; message: string }
  /** `hint` is empty or a sentence with a leading space. */
  | { type: "missing"; hint: string };

export interface RunInput {
  data: unknown;
  /** Only the id if the script probably needs no more; the rest is read by the call `player.own`. */
  player: PlayerInput | Pick<PlayerInput, "playerId"> | null;
  stage: string;
  apiKey: string;
  timeoutMs: number;
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
}

export interface PlayerInput {
  playerId: string;
  userName: string;
  displayName: string | null;
  /** JSON text, as are the next two; parsed on first use. */
  scriptData: string;
  privateData: string;
  /** JSON of `ScriptPlayerDetails`. */
  details: string;
  /** Counts scripts' writes of the player. */
  version: number;
}

/** The output of a run. It is written inside the sandbox, so nothing about it is trusted, not even its shape. */
export interface RunOutput {
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
  player: PlayerOutput | null;
  players: Record<string, PlayerOutput>;
  /** The script used more of its own player than the id. */
  playerUsed: boolean;
  log: { level: string; message: unknown }[];
  /** Number of log lines over the limit. */
  logDropped: number;
  /** It ended early, by `Spark.exit` or a failure. */
  exited: boolean;
  failure: { kind: string; message: string; file?: string; line?: number; column?: number } | null;
}

export interface PlayerOutput {
  /** The version that the changes are based on; null if the run read nothing that scripts can change. */
  seen: number | null;
  scriptData: MemberChanges;
  privateData: MemberChanges;
  /** Amounts added, by currency; negative if taken away. */
  balances: Record<string, number>;
  goods: Record<string, number>;
  /** True: earned; false: removed. */
  achievements: Record<string, boolean>;
  /** Null: removed from the segment. */
  segments: Record<string, string | null>;
}

export interface MemberChanges {
  set: Record<string, unknown>;
  removed: string[];
}
