import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { GatedLog } from "../support/gated-log.ts";
import { refusal } from "./contract/collections.ts";

let folder: string;
let gate: GatedLog;
let store: EmbeddedStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-durability-"));
  store = await openEmbeddedStore(
    { path: join(folder, "test.db") },
    {
      openLog: async (path) => {
        gate = await GatedLog.open(path);
        return gate;
      },
    },
  );
});
afterEach(async () => {
  gate.open = true;
  gate.release();
  await store.close();
  await rm(folder, { recursive: true });
});

/** Whether the promise has settled by now, a few turns of the event loop later. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const note = () => {
    done = true;
  };
  promise.then(note, note);
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  return done;
}

it("acknowledges a write, and shows it to readers, only once it is on disk", async () => {
  const things = store.collection("things");
  await things.insertOne({ _id: 1, n: 1 });
  gate.open = false;
  const insert = things.insertOne({ _id: 2 });
  const update = things.updateOne({ _id: 1 }, { $set: { n: 2 } });
  await gate.arrival();
  expect(await settled(insert)).toBe(false);
  expect(await settled(update)).toBe(false);
  expect(await things.findOne({ _id: 2 })).toBeNull();
  expect(await things.findOne({ _id: 1 })).toEqual({ _id: 1, n: 1 });
  expect(await things.countDocuments({})).toBe(1);
  gate.open = true;
  gate.release();
  await Promise.all([insert, update]);
  expect(await things.findOne({ _id: 2 })).toEqual({ _id: 2 });
  expect(await things.findOne({ _id: 1 })).toEqual({ _id: 1, n: 2 });
});

it("returns even refusals and empty results only once the data they rely on is on disk", async () => {
  const things = store.collection("things");
  gate.open = false;
  const insert = things.insertOne({ _id: 1 });
  const duplicate = things.insertOne({ _id: 1 });
  const removal = things.deleteOne({ _id: 1 });
  const nothing = things.updateOne({ _id: 1 }, { $set: { a: 1 } });
  const transaction = store.transaction(async (tx) => {
    if ((await tx.collection("things").findOne({})) === null) throw new Error("gone");
  });
  await gate.arrival();
  for (const promise of [insert, duplicate, removal, nothing, transaction]) expect(await settled(promise)).toBe(false);
  gate.open = true;
  gate.release();
  await insert;
  await refusal(duplicate, "DUPLICATE_KEY");
  expect(await removal).toEqual({ deletedCount: 1 });
  expect(await nothing).toMatchObject({ matchedCount: 0 });
  await expect(transaction).rejects.toThrow("gone");
});

it("accepts writes while the disk is busy, and flushes them together", async () => {
  const things = store.collection("things");
  await things.insertOne({ _id: "first" });
  gate.open = false;
  const first = things.insertOne({ _id: "second" });
  await gate.arrival();
  const before = gate.flushes;
  const others: Promise<unknown>[] = [];
  for (let i = 0; i < 50; i++) {
    others.push(things.insertOne({ _id: i }));
    if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  gate.open = true;
  gate.release();
  await Promise.all([first, ...others]);
  expect(gate.flushes - before).toBe(1);
  expect(await things.countDocuments({})).toBe(52);
});

it("does not touch the disk if nothing changes", async () => {
  const things = store.collection("things");
  await things.insertOne({ _id: 1, n: 1 });
  const before = gate.flushes;
  await things.updateOne({ _id: 1 }, { $set: { n: 1 } });
  await things.deleteOne({ _id: 9 });
  await store.transaction((tx) => tx.collection("things").findOne({ _id: 1 }));
  await store.ping();
  expect(gate.flushes).toBe(before);
});

it("refuses all writes after a failed flush, because it is unknown what is on disk", async () => {
  const things = store.collection("things");
  await things.insertOne({ _id: 1 });
  gate.open = false;
  const lost = things.insertOne({ _id: 2 });
  await gate.arrival();
  const queued = things.insertOne({ _id: 3 });
  gate.release(new Error("EIO"));
  await refusal(lost, "UNAVAILABLE");
  gate.open = true;
  await refusal(queued, "UNAVAILABLE");
  const error = await refusal(things.insertOne({ _id: 4 }), "UNAVAILABLE");
  expect(error.message).toMatch(/Cannot flush.*EIO/);
  await refusal(
    store.transaction(async () => undefined),
    "UNAVAILABLE",
  );
  await refusal(store.ping(), "UNAVAILABLE");
  expect(await things.countDocuments({})).toBe(1);
});

describe("early", () => {
  /** What was reported to the work about its writes. */
  const reported: Promise<void>[] = [];
  const early = () => store.early((written) => reported.push(written));
  const things = () => early().collection("things");

  beforeEach(async () => {
    reported.splice(0);
    await store.collection("things").insertOne({ _id: 1, n: 1 });
    gate.open = false;
  });

  const WORK: [what: string, work: () => Promise<unknown>, result: unknown][] = [
    ["an insert", () => things().insertOne({ _id: 2 }), { insertedId: 2 }],
    ["an update", () => things().updateOne({ _id: 1 }, { $inc: { n: 1 } }), { matchedCount: 1 }],
    ["a document that is changed and answered", () => things().findOneAndDelete({ _id: 1 }), { _id: 1, n: 1 }],
    [
      "a transaction",
      () =>
        early().transaction(async (tx) => {
          await tx.collection("things").insertOne({ _id: 3 });
          return tx.collection("things").countDocuments({});
        }),
      2,
    ],
  ];

  it.each(WORK)("%s settles before it is on disk, which is reported separately", async (_what, work, result) => {
    const before = await store.collection("things").find({}).toArray();
    const done = await work();
    if (typeof result === "object") expect(done).toMatchObject(result as object);
    else expect(done).toBe(result);
    await gate.arrival();
    expect(reported).toHaveLength(1);
    expect(await settled(reported[0]!)).toBe(false);
    expect(await store.collection("things").find({}).toArray()).toEqual(before);
    gate.open = true;
    gate.release();
    await reported[0];
    expect(await store.collection("things").find({}).toArray()).not.toEqual(before);
  });

  it("a write can follow another one that is not on disk yet, and all of them share a flush", async () => {
    const { flushes } = gate;
    await things().insertOne({ _id: 2, n: 5 });
    expect(await things().findOneAndUpdate({ _id: 2 }, { $inc: { n: 1 } }, { returnDocument: "after" })).toEqual({
      _id: 2,
      n: 6,
    });
    await refusal(things().insertOne({ _id: 2 }), "DUPLICATE_KEY");
    expect(reported).toHaveLength(3);
    await gate.arrival();
    expect(gate.flushes - flushes).toBe(1);
    gate.open = true;
    gate.release();
    await Promise.all(reported);
  });

  it("a refusal based on data that is not on disk is immediate, and reported separately too", async () => {
    void store.collection("things").insertOne({ _id: 2 });
    await refusal(things().insertOne({ _id: 2 }), "DUPLICATE_KEY");
    const gone = early().transaction(async () => {
      throw new Error("gone");
    });
    await expect(gone).rejects.toThrow("gone");
    expect(await Promise.all(reported.map(settled))).toEqual([false, false]);
    gate.open = true;
    gate.release();
    await Promise.all(reported);
  });

  it("lost writes are reported", async () => {
    await things().insertOne({ _id: 2 });
    await gate.arrival();
    await things().insertOne({ _id: 3 });
    gate.release(new Error("EIO"));
    for (const lost of reported) await refusal(lost, "UNAVAILABLE");
    await refusal(things().insertOne({ _id: 4 }), "UNAVAILABLE");
  });
});
