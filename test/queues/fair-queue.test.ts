import { expect, test } from "vitest";
import { FairQueue } from "../../src/queues/fair-queue.ts";

interface Run {
  group: string;
  name: string;
}

/** A queue that `names` wait in, such as `a1`: the first run of group `a`. */
function queueOf(perGroup: number, ...names: string[]): { queue: FairQueue<Run>; runs: Run[] } {
  const queue = new FairQueue<Run>(perGroup);
  const runs = names.map((name) => ({ group: name[0]!, name }));
  for (const run of runs) queue.add(run);
  return { queue, runs };
}

function takeAll(queue: FairQueue<Run>): string[] {
  const taken: string[] = [];
  while (queue.isReady) taken.push(queue.take()!.name);
  return taken;
}

test("groups take turns and each keeps its order", () => {
  const { queue } = queueOf(10, "a1", "a2", "a3", "a4", "b1", "b2", "c1");
  expect(takeAll(queue)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
  expect(queue.length).toBe(0);
});

test("a new group waits for one turn of each other group, not for all their runs", () => {
  const { queue } = queueOf(10, "a1", "a2", "a3", "b1", "b2");
  expect(queue.take()!.name).toBe("a1");
  queue.add({ group: "z", name: "z1" });
  expect(takeAll(queue)).toEqual(["b1", "a2", "z1", "b2", "a3"]);
});

test("no group has more active runs than allowed, and it continues when one finishes", () => {
  const { queue, runs } = queueOf(2, "a1", "a2", "a3", "a4", "b1");
  expect(takeAll(queue)).toEqual(["a1", "b1", "a2"]);
  expect(queue.length).toBe(2);
  expect(queue.take()).toBeUndefined();
  queue.done(runs[0]!);
  expect(takeAll(queue)).toEqual(["a3"]);
});

test("a removed run is not taken", () => {
  const { queue, runs } = queueOf(10, "a1", "a2", "b1");
  expect([queue.remove(runs[0]!), queue.remove(runs[2]!), queue.remove(runs[2]!)]).toEqual([true, true, false]);
  expect(takeAll(queue)).toEqual(["a2"]);
});

test("the last run of the longest group is returned if the asking group is shorter", () => {
  const { queue } = queueOf(10, "a1", "b1", "b2", "b3");
  expect(queue.lastOfLongest("a")?.name).toBe("b3");
  expect(queue.lastOfLongest("new")?.name).toBe("b3");
  expect(queue.lastOfLongest("b")).toBeUndefined();
  expect(queueOf(10, "a1").queue.lastOfLongest("a")).toBeUndefined();
  expect(queueOf(10).queue.lastOfLongest("a")).toBeUndefined();
});

test("a run that is put back is next, before all others", () => {
  const { queue, runs } = queueOf(1, "a1", "a2", "b1", "c1");
  expect(queue.take()!.name).toBe("a1");
  queue.giveBack(runs[0]!);
  expect(queue.length).toBe(4);
  expect(queue.next).toBe(runs[0]);
  expect(queue.take()).toBe(runs[0]);
  expect(takeAll(queue)).toEqual(["b1", "c1"]);
  queue.done(runs[0]!);
  expect(takeAll(queue)).toEqual(["a2"]);
});

test("next returns the run that take would, or none if every group is at its limit", () => {
  const { queue } = queueOf(1, "a1", "b1", "a2");
  for (const name of ["a1", "b1"]) {
    expect(queue.next?.name).toBe(name);
    expect(queue.take()!.name).toBe(name);
  }
  expect(queue.next).toBeUndefined();
});
