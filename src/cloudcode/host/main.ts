import type { AddScript, FromHost, HostFatal, HostLimits, RunScript, ToHost } from "../protocol.ts";
import { Lane } from "./lane.ts";
import { Modules } from "./modules.ts";

/**
 * A script host: the child process that runs Cloud Code. It holds no secret, no socket and no store, and ends itself
 * when the server is gone, when it takes too much memory, and when V8 gives up; the server ends it when a script runs
 * past its deadline. Its main thread never runs a script, so that it can always do these things.
 */
const BEAT_MS = 250;
const RSS_CHECK_MS = 25;
/** Beyond this part of the cap lanes without a script are given up, since each keeps what V8 has not yet collected. */
const CROWDED = 0.5;
/** So long a lane is kept that has nothing to do; one stays. */
const KEPT_MS = 30_000;

let limits: HostLimits | undefined;
const scripts = new Map<number, AddScript>();
const free: Lane[] = [];
const waiting: { script: AddScript; run: RunScript }[] = [];
const modules = new Modules((version, name) => send({ type: "fetch-module", version, name }));
let newest = 0;
/** By the number of the run. */
const busy = new Map<number, Lane>();
let running = 0;
/** Lanes that are being made or renewed, and are free soon. */
let making = 0;

const end = (): never => {
  // Only this ends a process in which a thread cannot be interrupted: process.exit waits for it.
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
};
const send = (message: FromHost): void => {
  if (process.connected) process.send?.(message);
};
const fatal = (kind: HostFatal["kind"], reason: string): void => {
  if (!process.connected) end();
  process.send?.({ type: "fatal", kind, reason }, end);
  setTimeout(end, 200);
};

const rssMb = (): number => process.memoryUsage.rss() / 1_048_576;

function open(message: HostLimits): void {
  limits = message;
  const cap = message.rssMb;
  let told = false;
  setInterval(() => {
    if (running === 0 || told) return;
    const now = rssMb();
    if (now > cap * CROWDED) for (const lane of free.splice(0)) lane.close();
    if (now < cap) return;
    told = true;
    fatal("memory", `The script host took more than ${cap} MB.`);
  }, RSS_CHECK_MS);
  let isIdle = true;
  setInterval(() => {
    // The lane that was used last is taken first, so the one that was not used for the longest time comes first here.
    if (free.length > 1 && performance.now() - free[0]!.usedAt > KEPT_MS) free.shift()!.close();
    if (running === 0 && isIdle) return;
    isIdle = running === 0;
    send({ type: "beat", rssMb: Math.round(rssMb()) });
  }, BEAT_MS);
  prepare(newLane(message), () => send({ type: "ready", rssMb: Math.round(rssMb()) }));
}

/**
 * The first lane is made at the start, the others when there are scripts for them. The server decides how many scripts it
 * hands to a host.
 */
function newLane(message: HostLimits): Lane {
  return new Lane(message, modules.fetch, (reason) => fatal("crash", reason));
}

/** The lane takes scripts once it has a realm. */
function prepare(lane: Lane, then?: () => void): void {
  making++;
  lane.renew().then(
    () => {
      making--;
      free.push(lane);
      then?.();
      next();
    },
    (error: unknown) => fatal("crash", String(error)),
  );
}

function addScript(script: AddScript): void {
  if (script.version > newest) {
    newest = script.version;
    scripts.clear();
    modules.clear();
  }
  scripts.set(script.script, script);
}

function next(): void {
  while (waiting.length > 0 && free.length > 0) begin(free.pop()!, waiting.shift()!);
  // One at a time: each takes a core for a while, in which those that are there may become free.
  if (limits !== undefined && waiting.length > 0 && making === 0) prepare(newLane(limits));
}

function begin(lane: Lane, { script, run }: { script: AddScript; run: RunScript }): void {
  running++;
  busy.set(run.run, lane);
  lane.run(script, run, send).then(
    (isClean) => {
      running--;
      busy.delete(run.run);
      if (isClean) free.push(lane);
      else prepare(lane);
      next();
    },
    (error: unknown) => fatal("crash", String(error)),
  );
}

process.on("message", (message: ToHost) => {
  if (message.type === "start" && limits === undefined) open(message.limits);
  else if (message.type === "script") addScript(message);
  else if (message.type === "module") modules.add(message);
  else if (message.type === "answer") busy.get(message.run)?.answered(message);
  else if (message.type === "run") {
    waiting.push({ script: scripts.get(message.script) as AddScript, run: message });
    next();
  }
});
process.on("disconnect", end);
process.on("uncaughtException", (error) => fatal("crash", String(error)));
