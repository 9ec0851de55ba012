/**
 * Text between the server and a lane of a script host, over a pair of connected sockets: four bytes of length (little
 * endian, of what follows in bytes), then UTF-8. Length in front, since neither end then looks at each character.
 */
export const FRAME_HEADER = 4;
/** Of one frame, in bytes: beyond whatever scripts, modules and results may be. A longer one is no frame. */
const MAX_FRAME = 256 * 1_048_576;
/** UTF-8 never takes more bytes for one unit of a JavaScript string. */
const MOST_BYTES = 3;

/** The frame of `text`: written into `room` where it fits there, else into memory of its own. */
export function writeFrame(text: string, room: Buffer): Buffer {
  if (FRAME_HEADER + text.length * MOST_BYTES > room.length) return frameOf(text);
  const length = room.write(text, FRAME_HEADER);
  room.writeUInt32LE(length);
  return room.subarray(0, FRAME_HEADER + length);
}

export function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(FRAME_HEADER + length);
  frame.writeUInt32LE(length);
  frame.write(text, FRAME_HEADER);
  return frame;
}

/** The length of what follows the header at `start`. Throws a RangeError where it is longer than a frame can be. */
export function lengthOfFrame(bytes: Buffer, start = 0): number {
  const length = bytes.readUInt32LE(start);
  if (length > MAX_FRAME) throw new RangeError(`A frame of ${length} bytes is too long.`);
  return length;
}

/** Puts frames together from the pieces that a socket brings. */
export class FrameReader {
  /** What was read of frames that were not taken yet. */
  #bytes: Buffer = Buffer.alloc(0);
  /** Pieces that came since `#bytes` was put together; they are joined once the frame is whole, not with each piece. */
  #pieces: Buffer[] = [];
  #length = 0;

  add(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#bytes.length === 0 && this.#pieces.length === 0) this.#bytes = piece;
    else this.#pieces.push(piece);
  }

  /** The next whole frame; undefined where more is to come. Throws a RangeError where it is longer than a frame can be. */
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
