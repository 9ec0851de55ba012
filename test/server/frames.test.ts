import { describe, expect, it } from "vitest";
import { RequestError } from "../../src/errors.ts";
import { classOf, parseFrame, parseFrames } from "../../src/server/frames.ts";

const refusalOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof RequestError) return Object.entries(error.pairs)[0];
    throw error;
  }
  return undefined;
};

describe("frames", () => {
  it.each([
    ["{", "MALFORMED_JSON"],
    ["undefined", "MALFORMED_JSON"],
    ["\u0000", "MALFORMED_JSON"],
    ["null", "NOT_AN_OBJECT"],
    ['"text"', "NOT_AN_OBJECT"],
    ["12", "NOT_AN_OBJECT"],
    ["[]", "NOT_AN_OBJECT"],
    ["[{}, 1]", "NOT_AN_OBJECT"],
    ["[[{}]]", "NOT_AN_OBJECT"],
    [`{"a":${"[".repeat(64)}${"]".repeat(64)}}`, "TOO_DEEP"],
    [`${"[".repeat(100_000)}${"]".repeat(100_000)}`, "TOO_DEEP"],
    [`${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}`, "TOO_DEEP"],
  ])("%.40s is refused", (text, value) => {
    expect(refusalOf(() => parseFrames(text, 64))).toEqual(["request", value]);
  });

  it("may be nested as deep as the limit", () => {
    const text = `{"a":${"[".repeat(63)}${"]".repeat(63)}}`;
    expect(parseFrames(text, 64)).toEqual(JSON.parse(text));
  });

  it("may be an array of objects unless a single one is required", () => {
    expect(parseFrames('[{"a":1},{"b":2}]', 64)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(refusalOf(() => parseFrame('[{"a":1}]', 64))).toEqual(["request", "NOT_AN_OBJECT"]);
  });

  it("lose their __proto__ members at any depth, however they are spelled", () => {
    const text = '{"__proto__":{"x":1},"a":[{"\\u005f_proto__":{"x":1},"b":1}],"constructor":{"prototype":1}}';
    const frame = parseFrame(text, 64);
    expect(Object.keys(frame)).toEqual(["a", "constructor"]);
    expect(frame.a).toEqual([{ b: 1 }]);
    expect(({ ...frame } as { x?: unknown }).x).toBeUndefined();
  });
});

describe("the class of a frame", () => {
  it.each([
    [{ "@class": ".ARequest" }, "ARequest"],
    [{ "@class": "ARequest" }, "ARequest"],
  ])("of %j is %s", (frame, name) => expect(classOf(frame)).toBe(name));

  it.each([{}, { "@class": "" }, { "@class": 1 }, { "@class": null }, { "@class": [".ARequest"] }])(
    "is missing in %j",
    (frame) => expect(refusalOf(() => classOf(frame))).toEqual(["@class", "REQUIRED"]),
  );
});
