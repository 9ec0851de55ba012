import { describe, expect, it } from "vitest";
import { announced, readBounded, streamOf } from "../../src/outgoing/body.ts";

const PARTS = Array.from({ length: 50 }, (_, i) => Buffer.alloc(1_000, i));
const WHOLE = Buffer.concat(PARTS);

describe("a body", () => {
  it.each([undefined, 0, 1, 49_999, 50_000, 50_001, 10 ** 11])(
    "is read whole if %s bytes were announced",
    async (n) => {
      expect(WHOLE.equals((await readBounded(PARTS, 60_000, n))!)).toBe(true);
    },
  );

  it("takes the memory that was announced, and no more than the limit", async () => {
    expect((await readBounded(PARTS, 60_000, 50_000))!.buffer.byteLength).toBe(50_000);
    expect((await readBounded([], 60_000, 10 ** 11))!.buffer.byteLength).toBe(60_000);
  });

  it.each([undefined, 10, 50_000, 10 ** 11])("that is too long is not read to its end; %s announced", async (n) => {
    let read = 0;
    async function* parts() {
      for (const part of PARTS) {
        read++;
        yield part;
      }
    }
    expect(await readBounded(parts(), 9_999, n)).toBeUndefined();
    expect(read).toBe(10);
  });

  it("may be empty", async () => {
    expect(await readBounded([], 10)).toHaveLength(0);
    expect(await readBounded([], 0)).toHaveLength(0);
    expect(await readBounded([Buffer.from("a")], 0)).toBeUndefined();
  });

  it.each([0, 1, 65_536, 65_537, 200_000])("of %i bytes is sent as it is", async (length) => {
    const body = Buffer.alloc(length, "ab");
    expect(body.equals((await readBounded(streamOf(body), length))!)).toBe(true);
  });
});

it.each([
  ["0", 0],
  ["123", 123],
  ["-1", undefined],
  ["1e3", undefined],
  ["12, 12", undefined],
  ["9".repeat(13), undefined],
  [null, undefined],
])("the length %s is announced as %s", (header, bytes) => {
  expect(announced(header)).toBe(bytes);
});
