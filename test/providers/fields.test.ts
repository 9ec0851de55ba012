import { describe, expect, it } from "vitest";
import { clipName, idText, isCredential, pictureUrl } from "../../src/providers/fields.ts";

const https = (length: number) => `https://x.example/${"p".repeat(length - 18)}`;

describe("limits on values from clients and providers", () => {
  it.each<[unknown, boolean]>([
    ["a", true],
    ["!~", true],
    ["x".repeat(4_096), true],
    ["x".repeat(4_097), false],
    ["", false],
    ["a b", false],
    ["a\n", false],
    ["\u007f", false],
    ["ä", false],
    [["a"], false],
    [undefined, false],
  ])("%.20s can be a credential: %s", (text, can) => {
    expect(isCredential(text)).toBe(can);
  });

  it.each([
    ["1", "1"],
    [1, "1"],
    [2 ** 53 - 1, "9007199254740991"],
    [2 ** 53, undefined],
    [1.5, undefined],
    [Number.NaN, undefined],
    [undefined, undefined],
  ])("the id %s is %s", (id, text) => {
    expect(idText(id)).toBe(text);
  });

  it("names are cut at 256 characters", () => {
    expect(clipName("n".repeat(256))).toHaveLength(256);
    expect(clipName("n".repeat(257))).toHaveLength(256);
  });

  it.each([
    [https(2_048), true],
    [https(2_049), false],
    ["http://x.example/p", true],
    ["javascript:alert(1)", false],
    ["//x.example/p", false],
    [" https://x.example/p", false],
    ["data:text/html,x", false],
    [undefined, false],
  ])("%.40s can be a picture: %s", (url, can) => {
    expect(pictureUrl(url)).toBe(can ? url : undefined);
  });
});
