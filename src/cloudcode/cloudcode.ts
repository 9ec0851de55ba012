import type { PlayerId } from "../ids.ts";
import type { RunContext } from "../kernel/scripts/call.ts";
import type { ScriptPlayer } from "../kernel/scripts/player.ts";
import type { ScriptFailure, ScriptKind, ScriptResult } from "../kernel/scripts/result.ts";

export interface ScriptRun {
  kind: ScriptKind;
  /** The script's short code: the request class without its dot, the event's short code, … */
  name: string;
  /** The request, response or message as the client sees it. */
  data: Record<string, unknown>;
  /** Read only when a script asks for it; null where the script has no player. */
  player: ScriptPlayer | null;
  /** What an earlier script of the same request set. */
  scriptData: Record<string, unknown>;
  scriptErrors: Record<string, unknown>;
  stage: "preview" | "live";
  /** Carried by every log line of the run. */
  runId: string;
  /** Whom a message goes to; a script of a message reads it. */
  playerIds?: readonly PlayerId[];
  /** How many scripts wait for this one; 0 unless told. */
  depth?: number;
}

/**
 * What the rest of the server sees of Cloud Code: whether a script exists, and running it. Scripts run in supervised
 * child processes; state travels in with the call and changes travel out at its end.
 */
export interface CloudCode {
  has(kind: ScriptKind, name: string): boolean;
  /** Never rejects for what a script does: that is `failure`. Without a context every call to the server is refused. */
  run(run: ScriptRun, context?: RunContext): Promise<ScriptResult>;
  /** Scripts that could not be loaded, each with file, line and column. */
  problems(): ScriptFailure[];
  /** Of the scripts that runs begin with now: the same on every server that has the same ones. */
  fingerprint?(): string;
  /** Undefined or absent where there are no script hosts. */
  figures?(): ScriptHostFigures | undefined;
  close(): Promise<void>;
}

/** What the script hosts do at the moment, and did since the server's start. */
export interface ScriptHostFigures {
  /** Processes that can take scripts, the one in reserve included. */
  hosts: number;
  /** Resident, of all hosts, as they told last. */
  memoryMb: number;
  runsUnderWay: number;
  runsWaiting: number;
  /** Runs that had to wait for a host, and how long in all. */
  waits: number;
  waitSeconds: number;
  /** Processor time of scripts that were not lost with their host. */
  cpuSeconds: number;
  hostsStarted: number;
  /** Why hosts ended → how many. */
  hostsEnded: ReadonlyMap<string, number>;
  /** Runs of those who lately took more than their share of the processor. */
  runsInBackground: number;
  logLinesDropped: number;
}
