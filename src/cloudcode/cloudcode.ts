import type { PlayerId } from "../ids.ts";
import type { RunContext } from "../kernel/scripts/call.ts";
import type { PlayerOnDemand, ScriptPlayer } from "../kernel/scripts/player.ts";
import type { ScriptFailure, ScriptKind, ScriptResult } from "../kernel/scripts/result.ts";

export interface ScriptRun {
  kind: ScriptKind;
  /** The script's short code: the request class without its dot, the event's short code, and so on. */
  name: string;
  /** The request, response or message as the client sees it. */
  data: Record<string, unknown>;
  /** Null if the script has no player. */
  player: ScriptPlayer | PlayerOnDemand | null;
  /** Set by earlier scripts of the same request. */
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
  stage: "preview" | "live";
  /** Part of every log line of the run. */
  runId: string;
  /** The recipients, for scripts of messages. */
  playerIds?: readonly PlayerId[];
  /** How many scripts wait for this one; default: 0. */
  depth?: number;
}

/** Cloud Code as the rest of the server sees it. State is sent with a run, and its changes are returned at its end. */
export interface CloudCode {
  has(kind: ScriptKind, name: string): boolean;
  /** Whether the script probably needs its player's state, which is then sent along. */
  readsPlayer?(kind: ScriptKind, name: string): boolean;
  /** Never rejects because of a script; see `failure`. Without a context, every call to the server is refused. */
  run(run: ScriptRun, context?: RunContext): Promise<ScriptResult>;
  /** Scripts that failed to load, with file, line and column. */
  problems(): ScriptFailure[];
  /** Hash of the current scripts, the same on every server that has the same scripts. */
  fingerprint?(): string;
  figures?(): ScriptHostFigures | undefined;
  close(): Promise<void>;
}

/** Current state of the script hosts, and counters since the server's start. */
export interface ScriptHostFigures {
  /** Ready processes, the spare included. */
  hosts: number;
  /** Resident memory of all hosts, as last reported. */
  memoryMb: number;
  runsUnderWay: number;
  runsWaiting: number;
  /** Runs that waited for a host; `waitSeconds` is their total wait. */
  waits: number;
  waitSeconds: number;
  /** Processor time of scripts, except in hosts that crashed. */
  cpuSeconds: number;
  hostsStarted: number;
  /** Number of ended hosts by reason. */
  hostsEnded: ReadonlyMap<string, number>;
  /** Runs of players over their share of the processor. */
  runsInBackground: number;
  logLinesDropped: number;
}
