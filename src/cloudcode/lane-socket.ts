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

/** The server's end of one lane of a script host. */
export class LaneSocket {
  /** In the host. */
  readonly descriptor: number;
  state: "closed" | "opening" | "free" | "busy" | "closing" = "closed";
  /** When its last run ended, by `performance.now`. */
  usedAt = performance.now();
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  readonly #events: LaneEvents;
  /** Scripts that it was sent since the first of the newest version. */
  readonly #known = new Set<number>();
  #newest = 0;

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
    this.#newest = 0;
    this.#known.clear();
  }

  run(script: AddScript, run: RunScript): void {
    this.state = "busy";
    if (script.version > this.#newest) {
      this.#newest = script.version;
      this.#known.clear();
    }
    if (!this.#known.has(script.script)) {
      this.#known.add(script.script);
      this.#send(SERVER.script + JSON.stringify(script));
    }
    this.#send(runFrame(run));
  }

  answer(text: string): void {
    this.#send(SERVER.answer + text);
  }

  /** Ends its thread; for a lane that is free. */
  close(): void {
    this.state = "closing";
    this.#send(SERVER.close);
  }

  unref(): void {
    this.#socket.unref();
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
      this.state = result.clean ? "free" : "opening";
      this.#events.done(this, result);
    } else if (kind === LANE.module) {
      const [version, name] = JSON.parse(frame.slice(1)) as [number, string];
      this.answer(this.#events.module(version, name));
    } else if (kind === LANE.free) {
      this.state = "free";
      this.#events.free(this);
    }
  }

  #send(text: string): void {
    if (this.#socket.writable) this.#socket.write(frameOf(text));
  }
}
