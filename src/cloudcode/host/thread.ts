import { parentPort, workerData } from "node:worker_threads";
import { type AddScript, type HostLimits, LANE, readRun, SERVER } from "../protocol.ts";
import { BlockingChannel } from "./blocking-channel.ts";
import { Lane } from "./lane.ts";
import { RealmCode } from "./realm-code.ts";

export interface LaneData {
  descriptor: number;
  limits: HostLimits;
  /** Index 0: number of running scripts. */
  shared: Int32Array;
  /** Index in `shared` of the number of runs that this lane has begun, or CLOSED. */
  gate: number;
  realm: string;
  /** V8's compiled realm code, if a lane has sent it. */
  compiled: ArrayBuffer | undefined;
}

/** The thread of one lane: reads runs from its socket and executes them one by one, until it receives `close`. */
const { descriptor, limits, shared, gate, realm, compiled } = workerData as LaneData;
const channel = new BlockingChannel(descriptor);

/** process.exit would wait for threads that run scripts. */
function end(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
}

/** Frames received while waiting for an answer: runs that were sent ahead. */
const ahead: string[] = [];

function next(): string {
  return ahead.shift() ?? received();
}

function received(): string {
  const frame = channel.read();
  if (frame === undefined) end();
  return frame;
}

function ask(question: string): string {
  channel.write(question);
  for (;;) {
    const frame = received();
    if (frame[0] === SERVER.answer) return frame.slice(1);
    ahead.push(frame);
  }
}

const lane = new Lane(limits, new RealmCode(realm, compiled), ask);
lane.renew();
if (!compiled) parentPort?.postMessage(lane.compiled());
channel.write(LANE.free);

let begun = 0;
/** Further runs are skipped until `resume` is received. */
let isWithdrawn = false;

/** Claims the next run for this lane. Returns false if it was withdrawn. */
function begins(): boolean {
  isWithdrawn ||= Atomics.compareExchange(shared, gate, begun, begun + 1) !== begun;
  if (!isWithdrawn) begun++;
  return !isWithdrawn;
}

for (;;) {
  const frame = next();
  const kind = frame[0];
  if (kind === SERVER.close) break;
  if (kind === SERVER.script) lane.add(JSON.parse(frame.slice(1)) as AddScript);
  else if (kind === SERVER.resume) {
    isWithdrawn = false;
    Atomics.store(shared, gate, begun);
    channel.write(LANE.resumed);
  } else if (kind === SERVER.run && begins()) {
    Atomics.add(shared, 0, 1);
    const { output, ...done } = lane.run(readRun(frame));
    Atomics.sub(shared, 0, 1);
    channel.write(`${LANE.done}${JSON.stringify(done)}\n${output}`);
    if (!done.clean) {
      lane.renew();
      channel.write(LANE.free);
    }
  }
}
lane.close();
