/**
 * What the server and a script host say to each other.
 *
 * Over the IPC channel that Node gives a child process, with the host's main thread: `ToHost` and `FromHost`. Over a socket of its own,
 * with each lane: frames of text (`frames.ts`) of the kinds `SERVER` and `LANE`. A lane does one thing at a time. The order
 * of a run is: its script (once per lane), the run, what it asks the server for, each with its answer, and how it ended.
 * A lane may be sent runs before it is through with the last one. It has not begun them yet, and they can be had back.
 *
 * Whatever a script made travels as JSON text and is parsed and checked by the server alone (`result.ts`).
 */
export type ToHost = StartHost | OpenLane | WithdrawRuns;
export type FromHost = HostBeat | HostFatal | HostCrowded | LaneClosed | RunsWithdrawn;

/** The first message. */
export interface StartHost {
  type: "start";
  /** The path of the program of a lane's thread. */
  thread: string;
  /** The path of the code of a realm. */
  realm: string;
  limits: HostLimits;
}

/** Starts the thread of a lane. It says that it is free by itself. */
export interface OpenLane {
  type: "lane";
  /** Of its socket, in the host. */
  descriptor: number;
}

/** The lane begins no run that it was sent so far. The answer is `RunsWithdrawn`. */
export interface WithdrawRuns {
  type: "withdraw";
  descriptor: number;
}

/** Runs which the lane had not begun. It skips them, until it is told to `resume`. */
export interface RunsWithdrawn {
  type: "withdrawn";
  descriptor: number;
  /** How many runs the lane has begun, since its thread was started. */
  begun: number;
}

/** A lane's thread ended as it was told to; its socket may serve another. */
export interface LaneClosed {
  type: "closed";
  descriptor: number;
}

/** How the server's frames to a lane begin. */
export const SERVER = {
  /** JSON of `AddScript` follows. */
  script: "S",
  /** As `runFrame` writes it. */
  run: "R",
  /** The answer to what the lane asked: the text of a call's answer (`ANSWER`), or JSON of `ModuleAnswer`. */
  answer: "A",
  /** The runs that follow are no longer among those that were withdrawn. */
  resume: "W",
  /** The thread ends. */
  close: "X",
} as const;

/** How a lane's frames begin. */
export const LANE = {
  /** It takes a run: after its start, and after a run that did not leave it clean. */
  free: "F",
  /** It was told to `resume`, and has skipped what was taken back. */
  resumed: "W",
  /** JSON of `RunDone` without its output, a line feed, and the output. */
  done: "D",
  /** A script waits for the server. JSON follows: [name of the call, …arguments]. */
  call: "C",
  /** A script asks for a module that the lane has not had. JSON follows: [version, name]. */
  module: "M",
} as const;

export interface HostLimits {
  /** Heap of one isolate. */
  memoryMb: number;
  /** How long one run may compute; what it waits for the server is not counted. */
  cpuMs: number;
  /** The host ends itself beyond this much resident memory. */
  rssMb: number;
  logLines: number;
  /** Characters of log of one run. The line that reaches it is the last. */
  logChars: number;
  /** Characters of script data, errors and player changes of one run; each of these may be as large. */
  resultChars: number;
}

export interface AddScript {
  /** Of the game's scripts. The first script of a newer version takes what older ones brought away from a host. */
  version: number;
  /** Never given twice. */
  script: number;
  /** Names the frames of stack traces: the path inside the game folder, of characters that V8 takes in such a name. */
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

/** The input, which may be large, is not put into JSON a second time. */
export function runFrame({ run, script, timeoutMs, input }: RunScript): string {
  return `${SERVER.run}${run} ${script} ${timeoutMs} ${input}`;
}

/** Reads what `runFrame` wrote. */
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

/** It takes much of the memory that it may: lanes without a script are to be closed. */
export interface HostCrowded {
  type: "crowded";
}

/** The last words of a host that is about to end itself. */
export interface HostFatal {
  type: "fatal";
  kind: "memory" | "crash";
  reason: string;
}

/** How an answer begins. */
export const ANSWER = {
  result: "=",
  /** The script is thrown an Error with the sentence. */
  error: "!",
  /** The script is ended: one of `LIMIT_KINDS`, a colon and a sentence follow. */
  limit: "#",
  /** The script is ended: its time is over. */
  timeout: "~",
} as const;

export const RAN_TOO_LONG = "The script ran longer than a script may.";
/** The answer to a call of a script whose time is over. */
export const TOO_LATE = `${ANSWER.timeout}${RAN_TOO_LONG}`;

export interface RunDone {
  type: "done";
  run: number;
  /**
   * How the run ended as far as the host can tell; `ok` also where the output tells of an error. `rejected`: the script
   * left a promise that was rejected, by what `reason` tells.
   */
  end: "ok" | "rejected" | "timeout" | "cpu" | "memory" | "crash";
  /** JSON of `RunOutput`; empty where the sandbox was lost. */
  output: string;
  reason: string;
  durationMs: number;
  /** Processor time of the sandbox's thread. */
  cpuMs: number;
  /** The lane takes the next run as it is; else it says when it does. */
  clean: boolean;
}

/** What `require` finds by a name. `file` as in `AddScript`. */
export type ModuleAnswer =
  | { type: "module"; file: string; code: string; declares: readonly string[] }
  /** It cannot be parsed; zeros where the place is not known. */
  | { type: "broken"; file: string; line: number; column: number; message: string }
  /** `hint` is empty, or a sentence that begins with a space. */
  | { type: "missing"; hint: string };

/** What a run starts from, read inside the sandbox. */
export interface RunInput {
  data: unknown;
  player: PlayerInput | null;
  stage: string;
  apiKey: string;
  timeoutMs: number;
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
}

/** A player, inside the sandbox. */
export interface PlayerInput {
  playerId: string;
  userName: string;
  displayName: string | null;
  /** JSON text, as the two that follow: parsed where a script reads it. */
  scriptData: string;
  privateData: string;
  /** Of `ScriptPlayerDetails`. */
  details: string;
  /** Counts what scripts wrote of the player. */
  version: number;
}

/** What a run leaves, written inside the sandbox: trusted in nothing, not even in its shape. */
export interface RunOutput {
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
  player: PlayerOutput | null;
  /** By id: other players that it changed. */
  players: Record<string, PlayerOutput>;
  log: { level: string; message: unknown }[];
  /** Further lines, of which nothing was kept. */
  logDropped: number;
  /** It was over before its end: by `Spark.exit` or a failure. */
  exited: boolean;
  failure: { kind: string; message: string; file?: string; line?: number; column?: number } | null;
}

/** What a run changed of a player. */
export interface PlayerOutput {
  /** The version that the changes follow from; null where the run read nothing of the player that scripts change. */
  seen: number | null;
  scriptData: MemberChanges;
  privateData: MemberChanges;
  /** By currency: how much more; below zero less. */
  balances: Record<string, number>;
  goods: Record<string, number>;
  /** True: reached; false: taken away. */
  achievements: Record<string, boolean>;
  /** Null: out of the segment. */
  segments: Record<string, string | null>;
}

export interface MemberChanges {
  set: Record<string, unknown>;
  removed: string[];
}
