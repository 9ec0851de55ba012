import { randomBytes } from "node:crypto";

/** One unfragmented text frame as a client sends it: masked. */
export function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = length < 126 ? 2 : 4;
  if (length > 0xffff) throw new Error("longer than this client's frames");
  const frame = Buffer.allocUnsafe(head + 4 + length);
  frame[0] = 0x81;
  if (head === 2) frame[1] = 0x80 | length;
  else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  }
  // A mask of zeros would spare the server its unmasking.
  const mask = randomBytes(4).map((byte) => byte | 1);
  frame.set(mask, head);
  for (let i = 0; i < length; i++) frame[head + 4 + i] = payload[i]! ^ mask[i & 3]!;
  return frame;
}

const TEXT = 0x81;
const CLOSE = 0x88;
const PING = 0x89;

/** Cuts what a server sends into the payloads of its text frames. Pings are left without an answer. */
export class FrameCutter {
  #rest: Buffer | undefined;

  cut(chunk: Buffer, take: (payload: Buffer) => void): void {
    const data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const frame = frameAt(data, at);
      if (!frame) break;
      const { start, end } = frame;
      if (data[at] === TEXT) take(data.subarray(start, end));
      else if (data[at] === CLOSE) throw new Error(`the server closed: ${data.toString("utf8", start + 2, end)}`);
      else if (data[at] !== PING) throw new Error(`the server sent a frame of kind ${data[at]}`);
      at = end;
    }
    this.#rest = at === data.length ? undefined : data.subarray(at);
  }
}

function frameAt(data: Buffer, at: number): { start: number; end: number } | undefined {
  if (data.length < at + 2) return undefined;
  const short = data[at + 1]!;
  const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
  if (data.length < start) return undefined;
  const length = short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
  return data.length < start + length ? undefined : { start, end: start + length };
}
