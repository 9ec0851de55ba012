import { describe, expect, test } from "vitest";
import { FrameReader, frameOf, writeFrame } from "../../src/cloudcode/frames.ts";

const TEXTS = ["", "R1 2 3 {}", "ä€😀\u0000\n", "x".repeat(70_000), '{"a":"\\ud800"}'];
const ALL = Buffer.concat(TEXTS.map(frameOf));

/** All frames from chunks of `size` bytes. */
function read(bytes: Buffer, size: number): string[] {
  const frames = new FrameReader();
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    frames.add(bytes.subarray(at, at + size));
    for (let frame = frames.take(); frame !== undefined; frame = frames.take()) found.push(frame);
  }
  return found;
}

describe("frames", () => {
  test.for([1, 2, 3, 4, 5, 7, 1_000, 65_536, ALL.length])("are read from chunks of %i bytes", (size) => {
    expect(read(ALL, size)).toEqual(TEXTS);
  });

  test("are returned only when complete", () => {
    const frames = new FrameReader();
    frames.add(ALL.subarray(0, ALL.length - 1));
    for (const text of TEXTS.slice(0, -1)) expect(frames.take()).toBe(text);
    expect(frames.take()).toBeUndefined();
    frames.add(ALL.subarray(ALL.length - 1));
    expect(frames.take()).toBe(TEXTS.at(-1));
    expect(frames.take()).toBeUndefined();
  });

  test("are refused if their length exceeds the maximum", () => {
    const frames = new FrameReader();
    frames.add(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    expect(() => frames.take()).toThrow(RangeError);
  });

  test.for(TEXTS)("are the same in a given buffer and in newly allocated memory: %#", (text) => {
    for (const room of [Buffer.alloc(16), Buffer.alloc(300_000)]) {
      expect(Buffer.compare(writeFrame(text, room), frameOf(text))).toBe(0);
    }
  });
});
