import { expect, test } from "vitest";
import { link } from "../../src/publishers/links.ts";

test.each([
  { url: "https://a.example/b?c#d", isUsable: true },
  { url: "http://a.example/", isUsable: false },
  { url: "javascript:alert(1)//https://", isUsable: false },
  { url: "https://", isUsable: false },
  { url: `https://a.example/${"x".repeat(2048)}`, isUsable: false },
  { url: "", isUsable: false },
  { url: undefined, isUsable: false },
])("$url: $isUsable", ({ url, isUsable }) => {
  expect(link("avatarUrl", url)).toEqual(isUsable ? { avatarUrl: url } : {});
});
