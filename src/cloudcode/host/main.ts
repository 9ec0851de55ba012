import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { FromHost, HostFatal, StartHost, ToHost } from "../protocol.ts";
import type { LaneData } from "./thread.ts";

/**
 * A script host: the child process that runs Cloud Code, each lane on its own thread. It has no secrets and no store.
 * It ends itself when the server has gone, memory is short or V8 fails. The main thread runs no scripts, so it can
 * react.
 */
const BEAT_MS = 250;
const RSS_CHECK_MS = 25;
/** Part of the memory cap above which idle lanes are closed: each keeps garbage that V8 has not collected. */
const LOW_MEMORY_AT = 0.5;
/** Heap of a lane's thread; its sandbox has its own. */
const THREAD_MB = 128;

let started: StartHost | undefined;
let realm = "";
/** Index 0: number of running scripts. A lane's descriptor: number of runs that it has begun, or CLOSED. */
const shared = new Int32Array(new SharedArrayBuffer(4 * 512));
const CLOSED = -1;
/** V8's compiled realm code, from the first lane. */
let compiled: ArrayBuffer | undefined;

const end = (): never => {
  // process.exit would wait for threads that cannot be interrupted.
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
const isRunning = (): boolean => Atomics.load(shared, 0) > 0;

function open(message: StartHost): void {
  started = message;
  realm = readFileSync(message.realm, "utf8");
  const cap = message.limits.rssMb;
  send({ type: "beat", rssMb: Math.round(rssMb()) });
  let isReported = false;
  setInterval(() => {
    if (isReported || !isRunning()) return;
    if (rssMb() < cap) return;
    isReported = true;
    fatal("memory", `The script host used more than ${cap} MB.`);
  }, RSS_CHECK_MS);
  let isIdle = false;
  setInterval(() => {
    const running = isRunning();
    if (!running && isIdle) return;
    isIdle = !running;
    const now = rssMb();
    send({ type: "beat", rssMb: Math.round(now) });
    if (now > cap * LOW_MEMORY_AT) send({ type: "low-memory" });
  }, BEAT_MS);
}

function openLane(descriptor: number): void {
  if (started === undefined) return;
  const { limits } = started;
  shared[descriptor] = 0;
  const workerData: LaneData = { descriptor, limits, shared, gate: descriptor, realm, compiled };
  const resourceLimits = { maxOldGenerationSizeMb: THREAD_MB };
  const thread = new Worker(started.thread, { workerData, resourceLimits });
  // Sent before the lane's first script.
  thread.once("message", (made: ArrayBuffer | undefined) => {
    compiled ??= made;
  });
  thread.on("error", (error) => fatal("crash", String(error)));
  thread.on("exit", () => send({ type: "closed", descriptor }));
}

process.on("message", (message: ToHost) => {
  if (message.type === "start" && started === undefined) open(message);
  else if (message.type === "lane") openLane(message.descriptor);
  else if (message.type === "withdraw") {
    const { descriptor } = message;
    send({ type: "withdrawn", descriptor, begun: Atomics.exchange(shared, descriptor, CLOSED) });
  }
});
process.on("disconnect", end);
process.on("uncaughtException", (error) => fatal("crash", String(error)));
