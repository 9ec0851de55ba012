import type { Socket } from "node:net";
import { FrameReader, frameOf } from "./frames.ts";
import { type AddScript, LANE, type RunDone, type RunScript, runFrame, SERVER } from "./protocol.ts";

export interface LaneEvents {
  free(lane: LaneSocket): void;
  done(lane: LaneSocket, result: RunDone): void;
  /** A call, as JSON. Answered with `answer`, once. */
  call(lane: LaneSocket, text: string): void;
  /** Looks up a module; returns JSON of `ModuleReply`. */
  module(version: number, name: string): string;
  broken(reason: string): void;
}

/** Maximum number of runs queued in a lane behind the current one. */
const MOST_AHEAD = 16;

/** The server's side of one lane of a script host. */
export class LaneSocket {
  /** The socket's descriptor in the host. */
  readonly descriptor: number;
  /** In state `open` the lane's thread has a realm and accepts runs. */
  state: "closed" | "opening" | "open" | "closing" = "closed";
  /** Runs sent to the lane, in order. The first is running. */
  readonly runs: number[] = [];
  usedAt = performance.now();
  /** Runs are being withdrawn. New ones are not sent until the lane has skipped those, as it would skip them too. */
  isWithdrawing = false;
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  readonly #events: LaneEvents;
  /** Scripts of the newest version that the lane has. */
  readonly #known = new Set<number>();
  #newest = 0;
  /** Number of runs sent since the lane's thread was started, without withdrawn ones. */
  #sent = 0;
  #unsent: Buffer[] = [];
  readonly #flush = () => this.#writeUnsent();

  constructor(descriptor: number, socket: Socket, events: LaneEvents) {
    this.descriptor = descriptor;
    this.#socket = socket;
    this.#events = events;
    socket.on("data", (piece: Buffer) => this.#read(piece));
    // The host has died; its `exit` event is handled elsewhere.
    socket.on("error", () => {});
  }

  opening(): void {
    this.state = "opening";
    this.#sent = 0;
    this.#newest = 0;
    this.#known.clear();
  }

  get isFree(): boolean {
    return this.state === "open" && this.runs.length === 0 && !this.isWithdrawing;
  }

  get takesAhead(): boolean {
    return this.state === "open" && this.runs.length <= MOST_AHEAD && !this.isWithdrawing;
  }

  run(script: AddScript, run: RunScript): void {
    const isBusy = this.runs.push(run.run) > 1;
    this.#sent++;
    if (script.version > this.#newest) {
      this.#newest = script.version;
      this.#known.clear();
    }
    if (!this.#known.has(script.script)) {
      this.#known.add(script.script);
      this.#send(SERVER.script + JSON.stringify(script));
    }
    if (isBusy) this.#sendLater(runFrame(run));
    else this.#send(runFrame(run));
  }

  answer(text: string): void {
    this.#send(SERVER.answer + text);
  }

  /** Takes back all runs after the `begun` that the lane has begun since its thread was started. */
  withdrawn(begun: number): number[] {
    const over = this.#sent - this.runs.length;
    const back = this.runs.splice(begun - over);
    this.#sent -= back.length;
    this.#send(SERVER.resume);
    return back;
  }

  /** Ends the lane's thread. The lane must be free. */
  close(): void {
    this.state = "closing";
    this.#send(SERVER.close);
  }

  #read(piece: Buffer): void {
    this.#frames.add(piece);
    try {
      for (let frame = this.#frames.take(); frame !== undefined; frame = this.#frames.take()) this.#take(frame);
    } catch (error) {
      this.#events.broken(`A lane of the script host sent an invalid frame: ${String(error)}`);
    }
  }

  #take(frame: string): void {
    const kind = frame[0];
    if (kind === LANE.call) this.#events.call(this, frame.slice(1));
    else if (kind === LANE.done) {
      const end = frame.indexOf("\n");
      const result = { ...(JSON.parse(frame.slice(1, end)) as RunDone), output: frame.slice(end + 1) };
      this.usedAt = performance.now();
      this.runs.shift();
      if (!result.clean) this.state = "opening";
      this.#events.done(this, result);
    } else if (kind === LANE.module) {
      const [version, name] = JSON.parse(frame.slice(1)) as [number, string];
      this.answer(this.#events.module(version, name));
    } else if (kind === LANE.free || kind === LANE.resumed) {
      if (kind === LANE.free) this.state = "open";
      else this.isWithdrawing = false;
      this.#events.free(this);
    }
  }

  #send(text: string): void {
    if (this.#unsent.length > 0) this.#writeUnsent();
    this.#write(frameOf(text));
  }

  /** The lane is busy, so its frames are batched until the end of this turn of the event loop. */
  #sendLater(text: string): void {
    if (this.#unsent.push(frameOf(text)) === 1) setImmediate(this.#flush);
  }

  #writeUnsent(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    if (unsent.length > 0) this.#write(unsent.length === 1 ? unsent[0]! : Buffer.concat(unsent));
  }

  #write(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }
}
