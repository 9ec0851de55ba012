import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Ticker } from "../../src/server/ticker.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("polls every second without overlap until it is stopped", async () => {
  let looks = 0;
  let end: () => void = () => {};
  const ticker = new Ticker(
    () => {
      looks += 1;
      return new Promise((resolve) => {
        end = resolve;
      });
    },
    () => {},
  );
  await vi.advanceTimersByTimeAsync(3_000);
  expect(looks).toBe(1);
  end();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(looks).toBe(2);
  end();
  await ticker.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(looks).toBe(2);
});

it("reports consecutive failures once, and again after a success", async () => {
  const outcomes = ["no", "no", undefined, "again"];
  const reported: unknown[] = [];
  const ticker = new Ticker(
    async () => {
      const why = outcomes.shift();
      if (why) throw new Error(why);
    },
    (error) => reported.push((error as Error).message),
  );
  await vi.advanceTimersByTimeAsync(4_000);
  expect(reported).toEqual(["no", "again"]);
  await ticker.stop();
});
