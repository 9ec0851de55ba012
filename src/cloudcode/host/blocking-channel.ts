import { readSync, writeSync } from "node:fs";
import { FRAME_HEADER, lengthOfFrame, writeFrame } from "../frames.ts";

const BUFFER_BYTES = 65_536;

/** A lane's end of its socket, with blocking reads and writes: neither an event loop nor a thread switch is needed. */
export class BlockingChannel {
  readonly #descriptor: number;
  readonly #outgoing = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #incoming = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #start = 0;
  #end = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Waits for the next frame. Returns undefined if the server has closed the socket. */
  read(): string | undefined {
    while (this.#end - this.#start < FRAME_HEADER) if (!this.#fill(FRAME_HEADER)) return undefined;
    const length = FRAME_HEADER + lengthOfFrame(this.#incoming, this.#start);
    while (this.#end - this.#start < length) if (!this.#fill(length)) return undefined;
    const text = this.#incoming.toString("utf8", this.#start + FRAME_HEADER, this.#start + length);
    this.#start += length;
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
      if (this.#incoming.length > BUFFER_BYTES) this.#incoming = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    }
    return text;
  }

  write(text: string): void {
    const frame = writeFrame(text, this.#outgoing);
    for (let sent = 0; sent < frame.length; ) sent += writeSync(this.#descriptor, frame, sent);
  }

  /** Reads what is available, after making space for `needed` bytes. Returns false at the end of the stream. */
  #fill(needed: number): boolean {
    if (this.#incoming.length - this.#start < needed) {
      const room = this.#incoming.length < needed ? Buffer.allocUnsafeSlow(needed) : this.#incoming;
      this.#incoming.copy(room, 0, this.#start, this.#end);
      this.#incoming = room;
      this.#end -= this.#start;
      this.#start = 0;
    }
    const length = readSync(this.#descriptor, this.#incoming, this.#end, this.#incoming.length - this.#end, null);
    this.#end += length;
    return length > 0;
  }
}
