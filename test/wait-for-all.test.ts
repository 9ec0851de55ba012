import { expect, it } from "vitest";
import { waitForAll } from "../src/wait-for-all.ts";

it("waits for running work after a failure, and throws the first failure", async () => {
  const slow = Promise.withResolvers<void>();
  let isOver = false;
  const all = waitForAll([slow.promise, Promise.reject(new Error("first")), Promise.reject(new Error("second"))]);
  const end = all.catch((error: Error) => {
    isOver = true;
    return error.message;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  slow.resolve();
  expect(await end).toBe("first");
});

it("resolves once all have resolved", async () => {
  await expect(waitForAll([Promise.resolve(1), Promise.resolve(2)])).resolves.toBeUndefined();
});
