import { afterAll, beforeAll, expect, test } from "vitest";
import { calls } from "../../src/cloudcode/calls/table.ts";
import type { CallScope } from "../../src/kernel/scripts/call.ts";
import { openWorld, type World } from "./world.ts";

/** What would get past the sandbox's own checks, which the server makes again. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.discard());

test.each([
  ["cache.put", ["k", "{"], /object is not valid JSON/],
  ["cache.put", ["k", { a: 1 }], /object must be a string/],
  ["cache.put", ["k", '"'.padEnd(1_048_577, "x")], /object is longer than/],
  ["cache.get", [{ $ne: 1 }], /key must be a string/],
  ["cache.remove", [null], /key must be a string/],
  ["cache.removeAll", [{ $ne: 1 }], /\$regex takes text/],
  ["config.items", ["constructor"], /Unknown kind of configuration/],
  ["config.items", [["virtualGoods"]], /Unknown kind of configuration/],
  ["log.setLevel", [{}], /level must be a string/],
  ["redis.get", ["k"], /needs a Redis server/],
] as const)("the server refuses %s of %j", async (name, args, message) => {
  const scope = { ...world.context, wroteBefore: false } as CallScope;
  await expect(calls.get(name)!.answer(scope, args)).rejects.toThrow(message);
});
