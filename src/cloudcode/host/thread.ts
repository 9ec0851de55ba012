import { parentPort, workerData } from "node:worker_threads";
import { type AddScript, type HostLimits, LANE, readRun, SERVER } from "../protocol.ts";
import { BlockingChannel } from "./blocking-channel.ts";
import { Lane } from "./lane.ts";
import { RealmCode } from "./realm-code.ts";

/** What the host's main thread gives a lane's thread. */
export interface LaneData {
  /** Of its socket to the server. */
  descriptor: number;
  limits: HostLimits;
  /** Of the host: in its first number, how many scripts run. */
  shared: Int32Array;
  /** Where in `shared` it is told how many runs this lane has begun, or that it may begin none. */
  gate: number;
  /** The code of a realm, as it was built. */
  realm: string;
  /** What a lane of this host sent: what V8 compiled of that. */
  compiled: ArrayBuffer | undefined;
}

/** The thread of one lane: takes runs from its socket, one after the other, and answers each, until it is told to stop. */
const { descriptor, limits, shared, gate, realm, compiled } = workerData as LaneData;
const channel = new BlockingChannel(descriptor);

/** Only this ends a process in which other threads run scripts: process.exit waits for them. */
function end(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
}

/** What came before the answer to a script's call: runs that were sent ahead. */
const ahead: string[] = [];

function next(): string {
  return ahead.shift() ?? received();
}

function received(): string {
  const frame = channel.read();
  if (frame === undefined) end();
  return frame;
}

/** Asks the server, and waits for its answer. */
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
/** What follows was taken back, until it is told that it may go on. */
let isWithdrawn = false;

/** Whether the next run is this lane's; if so nobody takes it back any more. */
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
