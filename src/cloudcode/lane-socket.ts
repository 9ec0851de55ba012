import type { Socket } from "node:net";
import { FrameReader, frameOf } from "./frames.ts";
import { type AddScript, LANE, type RunDone, type RunScript, runFrame, SERVER } from "./protocol.ts";

/** What a lane asks and tells. */
export interface LaneEvents {
  free(lane: LaneSocket): void;
  done(lane: LaneSocket, result: RunDone): void;
  /** JSON of a call. The answer goes to `answer`, once. */
  call(lane: LaneSocket, text: string): void;
  /** JSON of `ModuleAnswer`. */
  module(version: number, name: string): string;
  /** It sent what no lane sends. */
  broken(reason: string): void;
}

/** Runs that a lane may be sent beside the one under way. */
const MOST_AHEAD = 16;

/** The server's end of one lane of a script host. */
export class LaneSocket {
  /** In the host. */
  readonly descriptor: number;
  /** Open: its thread has a realm and takes runs. */
  state: "closed" | "opening" | "open" | "closing" = "closed";
  /** The runs that it was sent, in their order: the first is under way, the others are not begun. */
  readonly runs: number[] = [];
  /** When its last run ended, by `performance.now`. */
  usedAt = performance.now();
  /** From when runs are taken back until it has skipped these, it is sent none: it would skip them too. */
  isWithdrawing = false;
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  readonly #events: LaneEvents;
  /** Scripts that it was sent since the first of the newest version. */
  readonly #known = new Set<number>();
  #newest = 0;
  /** How many runs it was sent, but for those taken back, since its thread was started. */
  #sent = 0;
  /** Frames for the end of the event loop's turn. */
  #unsent: Buffer[] = [];
  readonly #flush = () => this.#writeUnsent();

  constructor(descriptor: number, socket: Socket, events: LaneEvents) {
    this.descriptor = descriptor;
    this.#socket = socket;
    this.#events = events;
    socket.on("data", (piece: Buffer) => this.#read(piece));
    // The process that had the other end is gone, which it tells by itself.
    socket.on("error", () => {});
  }

  /** Its thread was started. */
  opening(): void {
    this.state = "opening";
    this.#sent = 0;
    this.#newest = 0;
    this.#known.clear();
  }

  /** It would begin a run at once. */
  get isFree(): boolean {
    return this.state === "open" && this.runs.length === 0 && !this.isWithdrawing;
  }

  /** It may be sent a run beside those that it has. */
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

  /**
   * The host's word on how many runs the lane has begun since its thread was started. Answers those that it was sent
   * beyond, which are no longer its own.
   */
  withdrawn(begun: number): number[] {
    const over = this.#sent - this.runs.length;
    const back = this.runs.splice(begun - over);
    this.#sent -= back.length;
    this.#send(SERVER.resume);
    return back;
  }

  /** Ends its thread; for a lane that is free. */
  close(): void {
    this.state = "closing";
    this.#send(SERVER.close);
  }

  #read(piece: Buffer): void {
    this.#frames.add(piece);
    try {
      for (let frame = this.#frames.take(); frame !== undefined; frame = this.#frames.take()) this.#take(frame);
    } catch (error) {
      this.#events.broken(`A lane of the script host sent what cannot be read: ${String(error)}`);
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

  /** With what else there is for it in this turn of the event loop, since it has something to do meanwhile. */
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
