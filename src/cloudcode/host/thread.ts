import { workerData } from "node:worker_threads";
import { type AddScript, type HostLimits, LANE, readRun, SERVER } from "../protocol.ts";
import { BlockingChannel } from "./blocking-channel.ts";
import { Lane } from "./lane.ts";

/** What the host's main thread gives a lane's thread. */
export interface LaneData {
  /** Of its socket to the server. */
  descriptor: number;
  limits: HostLimits;
  /** Of the host: in its first number, how many scripts run. */
  shared: Int32Array;
}

/** The thread of one lane: takes runs from its socket, one after the other, and answers each, until it is told to stop. */
const { descriptor, limits, shared } = workerData as LaneData;
const channel = new BlockingChannel(descriptor);

/** Only this ends a process in which other threads run scripts: process.exit waits for them. */
function end(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
}

/** Asks the server, which sends nothing else meanwhile. */
function ask(question: string): string {
  channel.write(question);
  const answer = channel.read();
  if (answer === undefined) end();
  return answer.slice(1);
}

const lane = new Lane(limits, ask);
await lane.renew();
channel.write(LANE.free);

for (;;) {
  const frame = channel.read();
  if (frame === undefined) end();
  const kind = frame[0];
  if (kind === SERVER.close) break;
  if (kind === SERVER.script) lane.add(JSON.parse(frame.slice(1)) as AddScript);
  else if (kind === SERVER.run) {
    Atomics.add(shared, 0, 1);
    const { output, ...done } = lane.run(readRun(frame));
    Atomics.sub(shared, 0, 1);
    channel.write(`${LANE.done}${JSON.stringify(done)}\n${output}`);
    if (!done.clean) {
      await lane.renew();
      channel.write(LANE.free);
    }
  }
}
lane.close();
