/**
 * What the server and a script host say to each other, over the IPC channel that `fork` gives. Whatever a script made
 * travels as JSON text inside these messages and is parsed and checked by the server alone (`result.ts`).
 *
 * The order of one run: `script` (once per host and script), `run`, `done`. In between, each call that the script makes to
 * the server is a `call` and its `answer`, which carry the same `run` number.
 */
export type ToHost = StartHost | AddScript | AddModule | RunScript | CallAnswer;
export type FromHost = HostReady | HostBeat | HostFatal | FetchModule | HostCall | RunDone;

/** The first message. */
export interface StartHost {
  type: "start";
  limits: HostLimits;
}

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
  type: "script";
  /** Of the game's scripts. The first script of a newer version takes what older ones brought away from a host. */
  version: number;
  /** Never given twice. */
  script: number;
  /** Names the frames of stack traces: the path inside the game folder, of characters that V8 takes in such a name. */
  file: string;
  code: string;
}

/** The answer to `FetchModule`. */
export interface AddModule {
  type: "module";
  version: number;
  name: string;
  /** JSON of `ModuleAnswer`. */
  answer: string;
}

export interface RunScript {
  type: "run";
  run: number;
  script: number;
  /** JSON of `RunInput`. */
  input: string;
  timeoutMs: number;
}

export interface HostReady {
  type: "ready";
  rssMb: number;
}

/** Sent while scripts run, and once after the last. */
export interface HostBeat {
  type: "beat";
  rssMb: number;
}

/** The last words of a host that is about to end itself. */
export interface HostFatal {
  type: "fatal";
  kind: "memory" | "crash";
  reason: string;
}

/** A script waits for the server. One at a time for each run. */
export interface HostCall {
  type: "call";
  run: number;
  call: number;
  /** JSON: [name of the call, …arguments]. */
  text: string;
}

export interface CallAnswer {
  type: "answer";
  run: number;
  call: number;
  /** One of `ANSWER`, and behind it: JSON of the result, or a sentence. */
  text: string;
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

/** What ends a script that goes beyond it, by the kind of its failure. `limit` is for those without a kind of their own. */
export const LIMIT_KINDS = ["limit", "timeout", "cpu", "calls", "http-calls", "result"] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** A script asks for a module that the host has not had. The server answers at once. */
export interface FetchModule {
  type: "fetch-module";
  version: number;
  name: string;
}

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
