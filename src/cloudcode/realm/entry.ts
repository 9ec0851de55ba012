import { sparkClasses } from "../spark/classes.ts";
import { Spark } from "../spark/spark.ts";
import { sparkRequests } from "../spark/spark-requests.ts";
import { textOf } from "./arguments.ts";
import { connectHost, type HostReference } from "./host.ts";
import { forgetModules, require, requireOnce, setModuleSource } from "./include.ts";
import { defineHelper, guards, restoreRealm, sealRealm } from "./intrinsics.ts";
import { dictionary, freeze, indirectEval, slice, stringify } from "./originals.ts";
import { locate } from "./place.ts";
import { membersJson, type PlayerState, playerOutput } from "./player.ts";
import { anyRun, beginRun, END, endRun, limits, type Run, thrown, unwind } from "./run.ts";
import { values } from "./values.ts";

/** The sandbox's interface to its lane: four functions with text in and text out. Evaluated once per realm. */
export { guards };

let scripts = dictionary<{ version: number; file: string; code: string }>();
let newest = 0;

interface Modules {
  applySync(self: undefined, args: [version: number, name: string]): string;
}

export function boot(given: typeof limits, modules: Modules, host: HostReference | null): void {
  limits.logLines = given.logLines;
  limits.logChars = given.logChars;
  limits.resultChars = given.resultChars;
  connectHost(host);
  defineHelper("$spark_unwind", unwind);
  defineHelper("$spark_thrown", thrown);
  defineHelper("$spark_values", values);
  setModuleSource((version, name) => modules.applySync(undefined, [version, name]));
  const globals = { Spark: freeze(new Spark()), SparkRequests: sparkRequests, require, requireOnce };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  }
  sealRealm(sparkClasses);
}

/** Adds a script. The first one of a newer version removes older ones. */
export function addScript(version: number, id: number, file: string, code: string): void {
  if (version > newest) {
    newest = version;
    scripts = dictionary();
    forgetModules(version);
  }
  scripts[id] = { version, file, code: `${code}\n//# sourceURL=${file}` };
}

/** Runs a script as an indirect eval: its variables become properties that can be deleted, and V8 keeps the code. */
export function start(id: number, input: string): void {
  const script = scripts[id]!;
  const run = beginRun(script.version, script.file, input);
  try {
    indirectEval(script.code);
  } catch (error) {
    if (run.ended || error === END) return;
    const message = slice(textOf(error), 0, 2_000);
    run.failure = { kind: "error", message, ...locate(error, run) };
    run.ended = true;
  }
}

/**
 * Ends the run and restores the realm. Returns "1", or "0" if the realm must not be reused, and JSON of `RunOutput`.
 * Calls nothing that a script could have replaced.
 */
export function finish(): string {
  const run = anyRun();
  const left = run === null ? "" : outputOf(run);
  endRun();
  return (restoreRealm() ? "1" : "0") + left;
}

function outputOf(run: Run): string {
  const exited = run.ended;
  run.ended = true;
  const player = run.player?.changed ? playerOutput(run.player) : "null";
  const failure = run.failure === null ? "null" : failureJson(run.failure);
  return (
    `{"scriptData":${membersJson(run.scriptData)},"scriptErrors":${membersJson(run.scriptErrors)},` +
    `"player":${player},"players":${othersJson(run.players)},"playerUsed":${run.playerUsed},` +
    `"log":${logJson(run)},"logDropped":${run.logDropped},"exited":${exited},"failure":${failure}}`
  );
}

function othersJson(players: Record<string, PlayerState>): string {
  let text = "";
  for (const id in players) {
    const player = players[id]!;
    if (player.changed) text += `${text === "" ? "" : ","}${stringify(id)}:${playerOutput(player)}`;
  }
  return `{${text}}`;
}

function logJson(run: Run): string {
  let text = "";
  for (let index = 0; index < run.logLines; index++) {
    const line = run.log[index]!;
    text += index === 0 ? "" : ",";
    text += index < run.logKept ? `${slice(line, 0, -1)},"isKept":true}` : line;
  }
  if (run.logDropped > 0) {
    text += `${text === "" ? "" : ","}{"level":"warn","message":"${run.logDropped} further log lines were dropped."}`;
  }
  return `[${text}]`;
}

function failureJson({ kind, message, file, line, column }: NonNullable<Run["failure"]>): string {
  const place = line === 0 ? "" : `,"file":${stringify(file)},"line":${line},"column":${column}`;
  return `{"kind":"${kind}","message":${stringify(message)}${place}}`;
}
