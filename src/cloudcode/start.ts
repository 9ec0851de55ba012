import type { RunContext } from "../kernel/scripts/call.ts";
import type { ScriptFailure, ScriptKind, ScriptLogLine, ScriptResult } from "../kernel/scripts/result.ts";
import { builtSandbox } from "./built-sandbox.ts";
import { loadCalls, RunCalls } from "./calls/run-calls.ts";
import type { CloudCode, ScriptHostFigures, ScriptRun } from "./cloudcode.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { type HostEvent, MAX_DEPTH, type PoolResult } from "./host-pool.ts";
import { HostPools } from "./host-pools.ts";
import { isBroken, type LoadedScript, type LoadedScripts, scriptKey } from "./load.ts";
import { runPlayerInput } from "./player-input.ts";
import { PlayerReaders } from "./player-readers.ts";
import { columnInFile } from "./prepare.ts";
import { RAN_TOO_LONG, type RunDone, type RunInput } from "./protocol.ts";
import { type CheckedOutput, isTooDeep, readOutput } from "./result.ts";
import { type ScriptVersion, ScriptVersions } from "./versions.ts";

export type { HostEvent };

export interface CloudCodeOptions {
  scripts: LoadedScripts;
  /** Number of serving script hosts; there is one spare in addition. */
  hosts: number;
  timeoutMs: number;
  /** Heap of one sandbox. A host has `lanes` of them. */
  memoryMb: number;
  /** Resident memory at which a host ends itself; raised if one full sandbox needs more. */
  hostMemoryMb?: number;
  /** Maximum number of runs that wait for a host; a further one fails as unavailable. */
  queued: number;
  /** Computing time of one run, without waits for the server; default: `timeoutMs`. */
  cpuMs?: number;
  /** Concurrent runs of one player, at most half of all lanes; further ones wait. */
  perPlayer?: number;
  /** Percent of one core that one player's scripts may take before they run in the background; 0: unlimited. */
  cpuShare?: number;
  backgroundMs?: number;
  logLines: number;
  logChars?: number;
  hostCalls?: number;
  apiKey?: string;
  onHostEvent?: (event: HostEvent) => void;
  /** Concurrent runs per host, each in its own sandbox and thread; plus up to four for each depth of nested scripts. */
  lanes?: number;
  resultChars?: number;
  /** How long a script that cannot be interrupted may exceed its deadline before its host is killed. */
  graceMs?: number;
  /** When to start the hosts even if no script was run yet. */
  warmAfterMs?: number;
}

/** Memory of a host without sandboxes, and how far a sandbox may exceed its heap before V8 stops it. */
const HOST_MB = 160;
const BURST_MB = 64;
/** Kinds whose runs without a player belong to clients that are not logged in. */
const OF_CLIENTS: ReadonlySet<ScriptKind> = new Set(["request", "response", "event", "event-challenge"]);

export interface RunningCloudCode extends CloudCode {
  /** Runs that start from now on use these scripts; active ones keep theirs. Returns the new version. */
  replace(scripts: LoadedScripts): number;
}

/**
 * Starts the Cloud Code of one game. Hosts start with the first run or after a second. A run costs two messages.
 * @throws SandboxError if the sandbox is not built
 */
export async function startCloudCode(options: CloudCodeOptions): Promise<RunningCloudCode> {
  builtSandbox();
  const { scripts, hosts, timeoutMs, memoryMb, queued, logLines } = options;
  const { logChars = 65_536 } = options;
  const { lanes = 16, cpuMs = timeoutMs, resultChars = 1_048_576, graceMs = 1_000, warmAfterMs = 1_000 } = options;
  const { hostCalls = 10_000, perPlayer = 4, hostMemoryMb = 1_024, apiKey = "" } = options;
  const { cpuShare = 10, backgroundMs = 60_000 } = options;
  const versions = new ScriptVersions(scripts);
  const pool = new HostPools({
    ...{ hosts, lanes, perPlayer, cpuShare, backgroundMs },
    limits: {
      ...{ memoryMb, cpuMs, logLines, logChars, resultChars },
      rssMb: Math.max(hostMemoryMb, HOST_MB + memoryMb + BURST_MB),
    },
    timeoutMs,
    graceMs,
    queued,
    queueTimeoutMs: timeoutMs + 5_000,
    silenceMs: 10_000,
    onHostEvent: options.onHostEvent ?? (() => {}),
    module: (version, name) => JSON.stringify(versions.module(version, name)),
  });
  let logLinesDropped = 0;
  const readers = new PlayerReaders();
  const runScript = async (run: ScriptRun, version: ScriptVersion, context?: RunContext): Promise<ScriptResult> => {
    const began = performance.now();
    const key = scriptKey(run.kind, run.name);
    const ofRun = context && withPlaces(context, key, version);
    const newCalls = () => new RunCalls(ofRun, { calls: hostCalls, chars: resultChars }, run.playerIds);
    let calls = newCalls();
    const nothing = (failure: ScriptFailure): ScriptResult => ({
      version: version.version,
      scriptData: run.scriptData,
      scriptErrors: run.scriptErrors,
      log: [],
      failure,
      wrote: calls.wrote,
      durationMs: performance.now() - began,
    });
    const script = version.scripts.byName.get(key);
    if (script === undefined) return nothing({ kind: "unavailable", message: `The game has no script ${key}.` });
    if (isBroken(script.prepared)) return nothing(script.prepared);
    const { depth = 0 } = run;
    if (depth > MAX_DEPTH) {
      const message = `${depth} scripts wait for this one; the limit is ${MAX_DEPTH}.`;
      return nothing({ kind: "limit", message, file: script.file });
    }
    const runFor = { player: run.player?.playerId ?? (OF_CLIENTS.has(run.kind) ? "" : key), depth };
    const runAs = (player: ScriptRun["player"]) =>
      pool.run(versions.messageFor(version, key), inputOf({ ...run, player }, { apiKey, timeoutMs }), calls, runFor);
    let result = await runAs(run.player);
    if (calls.isPlayerGone) {
      calls = newCalls();
      result = await runAs(null);
    }
    if (result.type === "failed") return nothing({ kind: result.kind, message: result.reason, file: script.file });
    const { logDropped, playerUsed, ...left } = resultOf(run, version, script, result);
    logLinesDropped += logDropped;
    if (run.player && playerUsed !== undefined) readers.record(script, playerUsed);
    return { ...left, wrote: calls.wrote };
  };
  const warm = (): void => {
    pool.warm();
    // A failure here is reported by the first call that a script makes.
    loadCalls().catch(() => {});
  };
  const warming = scripts.byName.size > 0 ? setTimeout(warm, warmAfterMs).unref() : undefined;

  return {
    has: (kind, name) => versions.newest.scripts.byName.has(scriptKey(kind, name)),
    readsPlayer(kind, name) {
      const script = versions.newest.scripts.byName.get(scriptKey(kind, name));
      return script !== undefined && readers.has(script);
    },
    problems: () => [...versions.newest.scripts.problems],
    fingerprint: () => fingerprintOf(versions.newest.scripts),
    replace: (newer) => versions.replace(newer),
    figures: (): ScriptHostFigures => ({ ...pool.figures(), logLinesDropped }),
    run: (run, context) => versions.during((version) => runScript(run, version, context)),
    async close() {
      clearTimeout(warming);
      await pool.close();
    },
  };
}

function inputOf(
  { data, player, stage, scriptData, scriptErrors }: ScriptRun,
  fixed: Pick<RunInput, "apiKey" | "timeoutMs">,
): string {
  const input: RunInput = { data, player: runPlayerInput(player), stage, scriptData, scriptErrors, ...fixed };
  return JSON.stringify(input);
}

interface LeftByRun extends ScriptResult {
  logDropped: number;
  /** Undefined if it is not known. */
  playerUsed?: boolean;
}

function resultOf(
  run: ScriptRun,
  version: ScriptVersion,
  script: LoadedScript,
  done: Extract<PoolResult, { type: "done" }>,
): LeftByRun {
  const { file } = script;
  const { durationMs } = done;
  const before = {
    version: version.version,
    scriptData: run.scriptData,
    scriptErrors: run.scriptErrors,
    durationMs,
    logDropped: 0,
  };
  if (isTooDeep(done.output)) {
    const message = "The script's data is nested more than 100 levels deep.";
    return { ...before, log: [], failure: { kind: "result", message, file } };
  }
  const output = readOutput(done.output);
  const isRejected = done.end === "rejected" && output !== undefined && !output.exited;
  if (isRejected || (done.end !== "ok" && done.end !== "rejected") || output === undefined) {
    const { log = [], logDropped = 0 } = output ?? {};
    const failure = { kind: kindOf(done.end), message: why(done), file };
    return { ...before, log: log.map((line) => inFile(line, version)), logDropped, failure };
  }
  const { scriptData, scriptErrors, playerChanges, otherPlayers, playerUsed, log, logDropped, failure } = output;
  const result: LeftByRun = {
    version: version.version,
    scriptData,
    scriptErrors,
    log: log.map((line) => inFile(line, version)),
    logDropped,
    playerUsed,
    durationMs,
  };
  if (failure) result.failure = placed(failure, version, script);
  else Object.assign(result, playerChanges && { playerChanges }, otherPlayers && { otherPlayers });
  return result;
}

function placed(
  { file: frame, ...failure }: NonNullable<CheckedOutput["failure"]>,
  { byFrame }: ScriptVersion,
  script: LoadedScript,
): ScriptFailure {
  const { file, prepared } = byFrame.get(frame ?? "") ?? script;
  const { line, column } = failure;
  if (line === undefined || column === undefined || isBroken(prepared)) return { ...failure, file };
  return { ...failure, file, column: columnInFile(prepared, line, column) };
}

/** Maps the line's frame name to a file of the game. Drops the place if there is none. */
function inFile({ file: frame, line, ...said }: ScriptLogLine, { byFrame }: ScriptVersion): ScriptLogLine {
  const file = byFrame.get(frame ?? "")?.file;
  return file === undefined || line === undefined ? said : { ...said, file, line };
}

/** Adds the script and source files to log lines that are kept before the run ends. */
function withPlaces(context: RunContext, script: string, version: ScriptVersion): RunContext {
  const { keepLog } = context;
  if (!keepLog) return context;
  const inFiles = (lines: readonly ScriptLogLine[]) => lines.map((line) => inFile(line, version));
  return { ...context, keepLog: (lines) => keepLog(inFiles(lines), script) };
}

function kindOf(end: RunDone["end"]): ScriptFailure["kind"] {
  if (end === "rejected") return "error";
  return end === "ok" ? "crash" : end;
}

function why({ end, reason }: { end: string; reason: string }): string {
  if (end === "timeout") return RAN_TOO_LONG;
  if (end === "cpu") return "The script computed longer than a script may.";
  if (end === "memory") return "The script used more memory than a script may.";
  return reason || "The sandbox returned no readable result.";
}
