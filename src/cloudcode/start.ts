import type { CloudCode, ScriptFailure, ScriptResult, ScriptRun } from "./cloudcode.ts";
import { type HostEvent, HostPool, type PoolResult } from "./host-pool.ts";
import { isBroken, type LoadedScript, type LoadedScripts, scriptKey } from "./load.ts";
import { columnInFile, type PreparedScript } from "./prepare.ts";
import type { AddScript, RunInput } from "./protocol.ts";
import { isTooDeep, readOutput } from "./result.ts";

export type { HostEvent };

export interface CloudCodeOptions {
  /** From `loadScripts`. */
  scripts: LoadedScripts;
  /** Processes that run scripts; one more is kept ready. */
  hosts: number;
  /** Wall clock of one script. */
  timeoutMs: number;
  /** Heap of one sandbox. A host has `lanes` of them. */
  memoryMb: number;
  /** Runs that may wait for a host; a further one fails as unavailable. */
  queued: number;
  /** Log lines kept of one run. */
  logLines: number;
  onHostEvent?: (event: HostEvent) => void;
  /** Scripts that one host runs at the same time, each in a sandbox and thread of its own. */
  lanes?: number;
  /** Characters of data that a run may leave, and as many of log. */
  resultChars?: number;
  /** How long a script that cannot be interrupted goes on beyond its deadline until its host is ended. */
  graceMs?: number;
  /** When hosts are started although no script was asked for yet. */
  warmAfterMs?: number;
}

/**
 * Cloud Code of one game. Hosts are started with the first run or a second after this call, and never where the game
 * has no scripts. Costs of a run: two messages between processes and one change of threads.
 */
export async function startCloudCode(options: CloudCodeOptions): Promise<CloudCode> {
  const { scripts, hosts, timeoutMs, memoryMb, queued, logLines } = options;
  const { lanes = 4, resultChars = 1_048_576, graceMs = 1_000, warmAfterMs = 1_000 } = options;
  const pool = new HostPool({
    hosts,
    // A sandbox may take some 60 MB more for a moment than its heap is allowed, until V8 stops it.
    limits: { lanes, memoryMb, rssMb: 160 + lanes * (memoryMb + 64), logLines, resultChars },
    timeoutMs,
    graceMs,
    queued,
    queueTimeoutMs: timeoutMs + 5_000,
    silenceMs: 10_000,
    onHostEvent: options.onHostEvent ?? (() => {}),
  });
  const sent = new Map<string, AddScript>();
  for (const [key, { file, prepared }] of scripts.byName) {
    if (isBroken(prepared)) continue;
    sent.set(key, { type: "script", script: sent.size, file: file.replace(/[^\w./~-]/g, "_"), code: prepared.code });
  }
  const warming = sent.size > 0 ? setTimeout(() => pool.warm(), warmAfterMs).unref() : undefined;

  return {
    has: (kind, name) => scripts.byName.has(scriptKey(kind, name)),
    problems: () => [...scripts.problems],
    async run(run) {
      const began = performance.now();
      const nothing = (failure: ScriptFailure): ScriptResult => ({
        scriptData: run.scriptData,
        scriptErrors: run.scriptErrors,
        log: [],
        failure,
        durationMs: performance.now() - began,
      });
      const key = scriptKey(run.kind, run.name);
      const script = scripts.byName.get(key);
      if (script === undefined) {
        return nothing({ kind: "unavailable", message: `The game has no script ${key}.` });
      }
      const { prepared } = script;
      if (isBroken(prepared)) return nothing(prepared);
      const result = await pool.run(sent.get(key) as AddScript, inputOf(run));
      if (result.type === "failed") return nothing({ kind: result.kind, message: result.reason, file: script.file });
      return resultOf(run, script, prepared, result);
    },
    async close() {
      clearTimeout(warming);
      await pool.close();
    },
  };
}

function inputOf({ data, player, scriptData, scriptErrors }: ScriptRun): string {
  const input: RunInput = {
    data,
    player: player && {
      playerId: player.playerId,
      userName: player.userName,
      displayName: player.displayName,
      scriptData: JSON.stringify(player.scriptData),
      privateData: JSON.stringify(player.privateData),
    },
    scriptData,
    scriptErrors,
  };
  return JSON.stringify(input);
}

function resultOf(
  run: ScriptRun,
  script: LoadedScript,
  prepared: PreparedScript,
  done: Extract<PoolResult, { type: "done" }>,
): ScriptResult {
  const { file } = script;
  const { durationMs } = done;
  const before = { scriptData: run.scriptData, scriptErrors: run.scriptErrors, durationMs };
  if (isTooDeep(done.output)) {
    const message = "The script leaves data that is nested more than 100 levels deep.";
    return { ...before, log: [], failure: { kind: "limit", message, file } };
  }
  const output = readOutput(done.output);
  if (done.end !== "ok" || output === undefined) {
    const log = output?.log ?? [];
    const failure = { kind: done.end === "ok" ? "crash" : done.end, message: why(done), file } as const;
    return { ...before, log, failure };
  }
  const { scriptData, scriptErrors, playerChanges, log, failure } = output;
  const result: ScriptResult = { scriptData, scriptErrors, log, durationMs };
  if (failure) {
    result.failure = { ...failure, file };
    const { line, column } = failure;
    if (line !== undefined && column !== undefined) result.failure.column = columnInFile(prepared, line, column);
  } else if (playerChanges) result.playerChanges = playerChanges;
  return result;
}

function why({ end, reason }: { end: string; reason: string }): string {
  if (end === "timeout") return "The script ran longer than a script may.";
  if (end === "memory") return "The script took more memory than a script may.";
  return reason || "The sandbox gave no readable result.";
}
