/** Frames between the server and a lane: four bytes with the payload's length (little endian), then UTF-8. */
export const FRAME_HEADER = 4;
/** Larger than any script, module or result can be. */
const MAX_FRAME = 256 * 1_048_576;
/** Maximum UTF-8 bytes per UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;

/** Returns the frame of `text`. It is written into `buffer` if it fits, else into newly allocated memory. */
export function writeFrame(text: string, buffer: Buffer): Buffer {
  if (FRAME_HEADER + text.length * MAX_BYTES_PER_UNIT > buffer.length) return frameOf(text);
  const length = buffer.write(text, FRAME_HEADER);
  buffer.writeUInt32LE(length);
  return buffer.subarray(0, FRAME_HEADER + length);
}

export function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(FRAME_HEADER + length);
  frame.writeUInt32LE(length);
  frame.write(text, FRAME_HEADER);
  return frame;
}

/** Returns the payload length from the header at `start`. Throws a RangeError if it exceeds the maximum. */
export function lengthOfFrame(bytes: Buffer, start = 0): number {
  const length = bytes.readUInt32LE(start);
  if (length > MAX_FRAME) throw new RangeError(`A frame of ${length} bytes is too long.`);
  return length;
}

/** Reassembles frames from the chunks of a socket. */
export class FrameReader {
  #bytes: Buffer = Buffer.alloc(0);
  /** Chunks after `#bytes`. They are joined when a frame is complete, so that a large frame is copied once. */
  #pieces: Buffer[] = [];
  #length = 0;

  add(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#bytes.length === 0 && this.#pieces.length === 0) this.#bytes = piece;
    else this.#pieces.push(piece);
  }

  /** Returns the next complete frame, or undefined. Throws a RangeError if it exceeds the maximum length. */
  take(): string | undefined {
    if (this.#length < FRAME_HEADER) return undefined;
    if (this.#bytes.length < FRAME_HEADER) this.#join();
    const end = FRAME_HEADER + lengthOfFrame(this.#bytes);
    if (this.#length < end) return undefined;
    if (this.#bytes.length < end) this.#join();
    const text = this.#bytes.toString("utf8", FRAME_HEADER, end);
    this.#bytes = this.#bytes.subarray(end);
    this.#length -= end;
    return text;
  }

  #join(): void {
    this.#bytes = Buffer.concat([this.#bytes, ...this.#pieces]);
    this.#pieces = [];
  }
}
