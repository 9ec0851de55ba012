import { expect, it } from "vitest";
import { InOrder } from "../../src/server/in-order.ts";

/** Work that ends when it is told to. */
function held(into: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = async () => {
    into.push(name);
    await promise;
  };
  return { work, end: resolve };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("work of one key is done in order, and so much of all keys at once", async () => {
  const began: string[] = [];
  const order = new InOrder(2, 100);
  const [a1, a2, b, c] = ["a1", "a2", "b", "c"].map((name) => held(began, name));
  const done = [order.add("a", a1!.work), order.add("a", a2!.work), order.add("b", b!.work), order.add("c", c!.work)];
  await settled();
  expect(began).toEqual(["a1", "b"]);
  b!.end();
  await settled();
  expect(began).toEqual(["a1", "b", "c"]);
  a1!.end();
  await settled();
  expect(began).toEqual(["a1", "b", "c", "a2"]);
  a2!.end();
  c!.end();
  await Promise.all(done);
});

it("work that fails rejects, and holds nothing up", async () => {
  const order = new InOrder(1, 100);
  const failed = order.add("a", () => Promise.reject(new Error("no")));
  const next = order.add("a", async () => {});
  await expect(failed).rejects.toThrow("no");
  await next;
});

it("more than may wait is not taken; what waits is given up by a stop", async () => {
  const began: string[] = [];
  const order = new InOrder(1, 2);
  const one = held(began, "one");
  const first = order.add("a", one.work);
  await settled();
  const others = [order.add("a", held(began, "two").work), order.add("b", held(began, "three").work)];
  expect(order.add("c", held(began, "four").work)).toBeUndefined();
  expect(order.stop()).toBe(2);
  one.end();
  await Promise.all([first, ...others]);
  expect(began).toEqual(["one"]);
});
