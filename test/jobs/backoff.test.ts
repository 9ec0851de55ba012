import { expect, it } from "vitest";
import { backoffMs } from "../../src/jobs/backoff.ts";

it.each([
  [0, 250],
  [1, 250],
  [2, 500],
  [3, 1_000],
  [6, 8_000],
  [7, 10_000],
  [5_000, 10_000],
])("after %d consecutive failures the delay is %d ms", (failures, ms) => {
  expect(backoffMs(failures, { firstMs: 250, mostMs: 10_000 })).toBe(ms);
});
