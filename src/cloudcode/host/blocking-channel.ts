import { readSync, writeSync } from "node:fs";
import { FrameReader, frameOf } from "../frames.ts";

const CHUNK = 65_536;

/**
 * A lane's end of its socket. Its thread has nothing else to do, so it waits inside the system call: no event loop, no
 * change of threads. One answer costs some 10 µs, where one by way of the host's main thread took 150.
 */
export class BlockingChannel {
  readonly #descriptor: number;
  readonly #frames = new FrameReader();

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Waits for the next frame. Undefined where the server is gone. */
  read(): string | undefined {
    for (;;) {
      const frame = this.#frames.take();
      if (frame !== undefined) return frame;
      const chunk = Buffer.allocUnsafe(CHUNK);
      const length = readSync(this.#descriptor, chunk, 0, CHUNK, null);
      if (length === 0) return undefined;
      this.#frames.add(chunk.subarray(0, length));
    }
  }

  write(text: string): void {
    const frame = frameOf(text);
    for (let sent = 0; sent < frame.length; ) sent += writeSync(this.#descriptor, frame, sent);
  }
}
