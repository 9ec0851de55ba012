import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CpuShares } from "../../src/cloudcode/cpu-shares.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A share of a tenth of a core: a burst of one second, a debt of at most six. */
it.each([
  { what: "one who did nothing", charged: [], passed: 0, isOver: false },
  { what: "a second in advance", charged: [1_000], passed: 0, isOver: false },
  { what: "more than that", charged: [600, 401], passed: 0, isOver: true },
  { what: "what ten milliseconds drain", charged: [600, 401], passed: 10, isOver: false },
  { what: "two seconds, too early", charged: [2_000], passed: 9_990, isOver: true },
  { what: "two seconds, ten later", charged: [2_000], passed: 10_000, isOver: false },
  { what: "an hour, too early", charged: [3_600_000], passed: 49_990, isOver: true },
  { what: "an hour, of which a minute's share counts", charged: [3_600_000], passed: 50_000, isOver: false },
])("$what: $isOver", ({ charged, passed, isOver }) => {
  const shares = new CpuShares(10);
  for (const ms of charged) shares.charge("ada", ms);
  vi.advanceTimersByTime(passed);
  expect(shares.isOver("ada")).toBe(isOver);
  expect(shares.isOver("grace")).toBe(false);
});

it("a share of 0 is no limit", () => {
  const shares = new CpuShares(0);
  shares.charge("ada", 1e9);
  expect(shares.isOver("ada")).toBe(false);
});

it("a player over the share is not removed among very many", () => {
  const shares = new CpuShares(10);
  shares.charge("ada", 6_000);
  for (let n = 0; n < 25_000; n++) shares.charge(`player-${n}`, 1);
  expect(shares.isOver("ada")).toBe(true);
});
