import { expect } from "vitest";
import { StoreError } from "../../src/store/errors.ts";
import type { Store } from "../../src/store/store.ts";

/** The writes that were reported done, and those whose outcome is unknown. */
interface Tally {
  done: number;
  unknown: number;
}

/**
 * Writes from many sides while `disturb` runs, which can ask how many writes of each kind are done. Checks that writes
 * reported as done are stored, refused ones are not, and transactions are whole. A write that fails with `maybeDone`
 * may be stored or not.
 */
export async function writeWhile(store: Store, disturb: (done: () => number) => Promise<unknown>): Promise<Tally> {
  const counters = store.collection("counters");
  const moves = store.collection("moves");
  await counters.insertMany([
    { _id: "plain", n: 0 },
    { _id: "a", n: 0 },
    { _id: "b", n: 0 },
  ]);
  const plain: Tally = { done: 0, unknown: 0 };
  const moved: Tally = { done: 0, unknown: 0 };
  const markers: string[] = [];
  let stopped = false;
  const inc = async () => {
    while (!stopped) await count(plain, () => counters.updateOne({ _id: "plain" }, { $inc: { n: 1 } }));
  };
  const move = async (writer: number) => {
    for (let i = 0; !stopped; i++) {
      const _id = `${writer}:${i}`;
      const done = await count(moved, () =>
        store.transaction(async (tx) => {
          const inside = tx.collection("counters");
          const { n } = (await inside.findOne({ _id: "a" })) as { n: number };
          await inside.updateOne({ _id: "a" }, { $set: { n: n - 1 } });
          await inside.updateOne({ _id: "b" }, { $inc: { n: 1 } });
          await tx.collection("moves").insertOne({ _id });
        }),
      );
      if (done) markers.push(_id);
    }
  };
  const writers = [inc(), inc(), ...Array.from({ length: 4 }, (_, writer) => move(writer))];
  try {
    await disturb(() => Math.min(plain.done, moved.done));
  } finally {
    stopped = true;
  }
  await Promise.all(writers);
  const read = async (_id: string) => ((await counters.findOne({ _id })) as { n: number }).n;
  const [n, a, b, made] = await Promise.all([read("plain"), read("a"), read("b"), moves.countDocuments({})]);
  expect(n).toBeGreaterThanOrEqual(plain.done);
  expect(n).toBeLessThanOrEqual(plain.done + plain.unknown);
  expect(a + b).toBe(0);
  expect(b).toBe(made);
  expect(b).toBeGreaterThanOrEqual(moved.done);
  expect(b).toBeLessThanOrEqual(moved.done + moved.unknown);
  expect(await moves.countDocuments({ _id: { $in: markers } })).toBe(markers.length);
  return { done: plain.done + moved.done, unknown: plain.unknown + moved.unknown };
}

/** Whether the write was reported as done. Only errors that invite another try are allowed. */
async function count(tally: Tally, write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    tally.done++;
    return true;
  } catch (error) {
    if (!(error instanceof StoreError) || !error.retryable) throw error;
    if (error.details.maybeDone === true) tally.unknown++;
    return false;
  }
}
