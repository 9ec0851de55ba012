import { readSync, writeSync } from "node:fs";
import { FRAME_HEADER, lengthOfFrame, writeFrame } from "../frames.ts";

const ROOM = 65_536;

/**
 * A lane's end of its socket. Its thread has nothing else to do, so it waits inside the system call: no event loop, no
 * change of threads. Room is made once: what most frames take is used again and again.
 */
export class BlockingChannel {
  readonly #descriptor: number;
  readonly #outgoing = Buffer.allocUnsafeSlow(ROOM);
  #incoming = Buffer.allocUnsafeSlow(ROOM);
  /** What was read and not taken yet. */
  #start = 0;
  #end = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Waits for the next frame. Undefined where the server is gone. */
  read(): string | undefined {
    while (this.#end - this.#start < FRAME_HEADER) if (!this.#fill(FRAME_HEADER)) return undefined;
    const length = FRAME_HEADER + lengthOfFrame(this.#incoming, this.#start);
    while (this.#end - this.#start < length) if (!this.#fill(length)) return undefined;
    const text = this.#incoming.toString("utf8", this.#start + FRAME_HEADER, this.#start + length);
    this.#start += length;
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
      if (this.#incoming.length > ROOM) this.#incoming = Buffer.allocUnsafeSlow(ROOM);
    }
    return text;
  }

  write(text: string): void {
    const frame = writeFrame(text, this.#outgoing);
    for (let sent = 0; sent < frame.length; ) sent += writeSync(this.#descriptor, frame, sent);
  }

  /** Reads what has come, where there is room for `needed` bytes from `#start` on. */
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
