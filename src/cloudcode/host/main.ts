import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { FromHost, HostFatal, StartHost, ToHost } from "../protocol.ts";
import type { LaneData } from "./thread.ts";

/**
 * A script host: the child process that runs Cloud Code, each lane on a thread of its own. It holds no secret and no
 * store, and ends itself when the server is gone, when it takes too much memory, and when V8 gives up; the server ends it
 * when a script runs past its deadline. Its main thread never runs a script, so that it can always do these things.
 */
const BEAT_MS = 250;
const RSS_CHECK_MS = 25;
/** Beyond this part of the cap lanes without a script are given up, since each keeps what V8 has not yet collected. */
const LOW_MEMORY_AT = 0.5;
/** Heap of a lane's own thread, in megabytes; its sandbox has another. */
const THREAD_MB = 128;

let started: StartHost | undefined;
/** The code of a realm. */
let realm = "";
/**
 * In its first number the lanes count the scripts that run. Each lane counts the runs that it has begun, in the number of its
 * socket's descriptor; where that is CLOSED it may begin none.
 */
const shared = new Int32Array(new SharedArrayBuffer(4 * 512));
const CLOSED = -1;
/** What V8 compiled of the realm's code in the first lane. */
let compiled: ArrayBuffer | undefined;

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
const isRunning = (): boolean => Atomics.load(shared, 0) > 0;

function open(message: StartHost): void {
  started = message;
  realm = readFileSync(message.realm, "utf8");
  const cap = message.limits.rssMb;
  send({ type: "beat", rssMb: Math.round(rssMb()) });
  let told = false;
  setInterval(() => {
    if (told || !isRunning()) return;
    if (rssMb() < cap) return;
    told = true;
    fatal("memory", `The script host took more than ${cap} MB.`);
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
  // Sent before its first script.
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
