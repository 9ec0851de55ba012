import { describe, expect, it } from "vitest";
import { friendOf, readFriendPages } from "../../src/providers/friend-pages.ts";
import { failureOf } from "./support.ts";

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => ({ id: String(from + n) }));

describe("pages of friends", () => {
  /** Pages of 100 of a list of `total`. */
  const pagesOf =
    (total: number) =>
    async (wanted: number, cursor = "0") => {
      const from = Number(cursor);
      const to = Math.min(from + Math.min(100, wanted), total);
      return { friends: ids(from, to), next: to < total ? String(to) : undefined };
    };

  it.each([
    [0, 10, 0],
    [100, 1_000, 100],
    [2_450, 10_000, 2_450],
    [2_450, 1_050, 1_050],
  ])("of %s friends, at most %s: %s", async (total, max, read) => {
    expect(await readFriendPages("TW", max, pagesOf(total))).toEqual(ids(0, read));
  });

  it("are not read if no friends are wanted", async () => {
    expect(await readFriendPages("TW", 0, () => expect.fail("it was called"))).toBeUndefined();
  });

  it("hold no more than is wanted, and each friend once, even if the provider repeats them", async () => {
    const friends = [...ids(0, 5), ...ids(0, 5)];
    expect(await readFriendPages("TW", 3, async () => ({ friends, next: "1" }))).toEqual(ids(0, 3));
    expect(await readFriendPages("TW", 10, async () => ({ friends }))).toEqual(ids(0, 5));
  });

  it("are unknown if the provider refuses one of them", async () => {
    const refusing = async (_: number, cursor?: string) => (cursor ? undefined : { friends: ids(0, 2), next: "1" });
    expect(await readFriendPages("TW", 10, refusing)).toBeUndefined();
  });

  it("are unavailable if they form a loop", async () => {
    const loop = readFriendPages("TW", 10, async (_, cursor) => ({ friends: [], next: cursor === "a" ? "b" : "a" }));
    expect(await failureOf(loop, [])).toBe("unavailable TW");
  });
});

it("a friend has a name and a picture within limits, or none", () => {
  expect(friendOf("1", "n".repeat(300), "javascript:x")).toEqual({ id: "1", name: "n".repeat(256) });
  expect(friendOf("1", "", undefined)).toEqual({ id: "1" });
  expect(friendOf("1", "Ann", "https://x.example/a")).toEqual({ id: "1", name: "Ann", picture: "https://x.example/a" });
});
