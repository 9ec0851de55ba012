import { expect, test } from "vitest";
import { createLocalLocks, LocksFull } from "../../src/cluster/locks.ts";

const LONG_MS = 60_000;

test("a lock has one holder at a time", async () => {
  const locks = createLocalLocks();
  const first = await locks.acquire("a", 0);
  expect(first).toBeDefined();
  expect(await locks.acquire("a", 0)).toBeUndefined();
  expect(await locks.acquire("b", 0)).toBeDefined();
  await first!.release();
  expect(await locks.acquire("a", 0)).toBeDefined();
});

test("waiters acquire a lock in order", async () => {
  const locks = createLocalLocks();
  const order: number[] = [];
  const first = await locks.acquire("a", 0);
  const waiting = Array.from({ length: 20 }, async (_, n) => {
    const lock = await locks.acquire("a", LONG_MS);
    order.push(n);
    // Nobody overtakes those who wait, not even in the turn in which it is released.
    expect(await locks.acquire("a", 0)).toBeUndefined();
    await lock!.release();
  });
  await first!.release();
  await Promise.all(waiting);
  expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test("releasing a lock twice does not take it from the next holder", async () => {
  const locks = createLocalLocks();
  const first = await locks.acquire("a", 0);
  const second = locks.acquire("a", LONG_MS);
  await first!.release();
  await first!.release();
  expect(await second).toBeDefined();
  expect(await locks.acquire("a", 0)).toBeUndefined();
});

test("a waiter that timed out is skipped", async () => {
  const locks = createLocalLocks();
  const first = await locks.acquire("a", 0);
  const vain = locks.acquire("a", 1);
  const patient = locks.acquire("a", LONG_MS);
  expect(await vain).toBeUndefined();
  await first!.release();
  await (await patient)!.release();
  expect(await locks.acquire("a", 0)).toBeDefined();
});

test("aborting ends the wait and prevents further attempts", async () => {
  const locks = createLocalLocks();
  await locks.acquire("a", 0);
  const over = new AbortController();
  const waiting = locks.acquire("a", LONG_MS, over.signal);
  over.abort();
  expect(await waiting).toBeUndefined();
  expect(await locks.acquire("free", 0, over.signal)).toBeUndefined();
  expect(await locks.acquire("free", 0)).toBeDefined();
});

test("the number of names and of waiters is limited", async () => {
  const locks = createLocalLocks({ names: 2, waiting: 1 });
  const first = await locks.acquire("a", 0);
  await locks.acquire("b", 0);
  await expect(locks.acquire("c", 0)).rejects.toThrow(LocksFull);
  const second = locks.acquire("a", LONG_MS);
  await expect(locks.acquire("a", LONG_MS)).rejects.toThrow(LocksFull);
  await first!.release();
  await (await second)!.release();
  expect(await locks.acquire("c", 0)).toBeDefined();
});
