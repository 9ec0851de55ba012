import { expect, it } from "vitest";
import { InOrder, type InOrderBounds } from "../../../src/domains/system-scripts/in-order.ts";

/** Work that ends when the test releases it. */
function held(into: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = async () => {
    into.push(name);
    await promise;
  };
  return { work, end: resolve };
}
const orderOf = (bounds: Partial<InOrderBounds>) =>
  new InOrder({ atOnce: 10, atOncePerGroup: 10, waiting: 100, waitingPerGroup: 100, ...bounds });
const of = (key: string, group = "group") => ({ key, group });
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("jobs of a key run in order, and a limited number runs at once", async () => {
  const began: string[] = [];
  const order = orderOf({ atOnce: 2 });
  const [a1, a2, b, c] = ["a1", "a2", "b", "c"].map((name) => held(began, name));
  const done = [
    order.add(of("a"), a1!.work),
    order.add(of("a"), a2!.work),
    order.add(of("b"), b!.work),
    order.add(of("c"), c!.work),
  ];
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

it("a failing job rejects and does not block others", async () => {
  const order = orderOf({ atOnce: 1 });
  const failed = order.add(of("a"), () => Promise.reject(new Error("no")));
  const next = order.add(of("a"), async () => {});
  await expect(failed).rejects.toThrow("no");
  await next;
});

it("jobs beyond the limit are rejected; a stop discards waiting jobs", async () => {
  const began: string[] = [];
  const order = orderOf({ atOnce: 1, waiting: 2 });
  const one = held(began, "one");
  const first = order.add(of("a"), one.work);
  await settled();
  const others = [order.add(of("a"), held(began, "two").work), order.add(of("b"), held(began, "three").work)];
  await order.add(of("c"), held(began, "four").work);
  expect([order.takeDropped(), order.takeDropped()]).toEqual([1, 0]);
  expect(order.stop()).toBe(2);
  one.end();
  await Promise.all([first, ...others]);
  expect(began).toEqual(["one"]);
});

it("the running jobs of a group are limited, and groups take turns", async () => {
  const began: string[] = [];
  const order = orderOf({ atOnce: 3, atOncePerGroup: 2 });
  const work = ["a", "b", "c", "d"].map((name) => held(began, name));
  const done = work.map(({ work }, index) => order.add(of(`player${index}`, "flood"), work));
  const other = held(began, "other");
  done.push(order.add(of("player9", "other"), other.work));
  await settled();
  expect(began).toEqual(["a", "b", "other"]);
  for (const { end } of [...work, other]) end();
  await Promise.all(done);
  expect(began).toEqual(["a", "b", "other", "c", "d"]);
});

it("too many waiting jobs of a group evict the oldest, and jobs of a key stay in order", async () => {
  const began: string[] = [];
  const order = orderOf({ atOnce: 2, waitingPerGroup: 2 });
  const first = held(began, "came 1");
  const done = [order.add(of("ada", "socket"), first.work)];
  await settled();
  const later = ["left 1", "came 2", "left 2"].map((name) => held(began, name));
  for (const { work } of later) done.push(order.add(of("ada", "socket"), work));
  expect(order.takeDropped()).toBe(1);
  await done[1];
  await settled();
  expect(began).toEqual(["came 1"]);
  for (const { end } of [first, ...later]) end();
  await Promise.all(done);
  expect(began).toEqual(["came 1", "came 2", "left 2"]);
});
