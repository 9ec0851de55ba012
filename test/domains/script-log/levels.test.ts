import { afterEach, beforeEach, expect, it } from "vitest";
import { LogLevels } from "../../../src/domains/script-log/levels.ts";
import { FakeClock } from "../../support/app.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

let opened: OpenStore;
let clock: FakeClock;
const failures: unknown[] = [];
const node = () => new LogLevels(clock, (error) => failures.push(error));

beforeEach(async () => {
  opened = await engines[0]!.open();
  clock = new FakeClock();
  failures.length = 0;
});
afterEach(() => opened.discard());

it("writes lines of every level by default", async () => {
  const levels = node();
  await levels.opened("live", opened.store);
  expect(levels.of("live", opened.store)).toBe("debug");
  expect(levels.has("live", opened.store, "debug")).toBe(true);
});

it("omits lines below the level, immediately and after a restart", async () => {
  const levels = node();
  await levels.set("live", opened.store, "warn");
  const has = (which: LogLevels) =>
    (["debug", "info", "warn", "error"] as const).filter((level) => which.has("live", opened.store, level));
  expect(has(levels)).toEqual(["warn", "error"]);
  const restarted = node();
  await restarted.opened("live", opened.store);
  expect(has(restarted)).toEqual(["warn", "error"]);
});

it("applies a level set by another process within seconds", async () => {
  const [here, there] = [node(), node()];
  await here.opened("live", opened.store);
  await there.set("live", opened.store, "error");
  expect(here.of("live", opened.store)).toBe("debug");
  clock.advance(5_000);
  // Asked now it reads the store beside it; a read that follows in the same store is later than that one.
  here.of("live", opened.store);
  await here.opened("live", opened.store);
  expect(here.of("live", opened.store)).toBe("error");
  expect(failures).toEqual([]);
});

it("keeps the last known level if the store cannot be read", async () => {
  const levels = node();
  await levels.set("live", opened.store, "info");
  clock.advance(5_000);
  const error = new Error("away");
  const broken = { collection: () => ({ findOne: () => Promise.reject(error) }) } as never;
  expect(levels.of("live", broken)).toBe("info");
  await Promise.resolve().then(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  expect(failures).toEqual([error]);
});
