import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { StoreError } from "../../src/store/errors.ts";
import type { Collection } from "../../src/store/store.ts";
import { damageCollection, overwrite } from "../support/damage.ts";
import { refusal } from "./contract/collections.ts";

/** What the embedded store makes of a file whose pages are not what was written. */
let folder: string;
let path: string;
let store: EmbeddedStore | undefined;
let reports: StoreError[];

const open = async () => {
  store = await openEmbeddedStore({ path, onDamage: (error) => reports.push(error) });
  return store;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-damage-"));
  path = join(folder, "test.db");
  reports = [];
  const made = await open();
  await made.collection("whole").insertMany([{ _id: 1 }, { _id: 2 }]);
  await made.collection("broken").insertMany([
    { _id: 1, n: 1 },
    { _id: 2, n: 2 },
  ]);
  await made.collection("broken").createIndex({ n: 1 });
  await made.close();
});
afterEach(async () => {
  await store?.close();
  await rm(folder, { recursive: true });
});

const MEETINGS: [string, (broken: Collection, store: EmbeddedStore) => Promise<unknown>][] = [
  ["findOne", (broken) => broken.findOne({ _id: 1 })],
  ["find", (broken) => broken.find({}).toArray()],
  ["find by an index", (broken) => broken.find({ n: 1 }).toArray()],
  ["aggregate", (broken) => broken.aggregate([{ $group: { _id: "$n" } }]).toArray()],
  ["insertOne", (broken) => broken.insertOne({ _id: 3 })],
  ["updateMany", (broken) => broken.updateMany({}, { $inc: { n: 1 } })],
  ["createIndex", (broken) => broken.createIndex({ m: 1 })],
  ["a transaction", (_broken, store) => store.transaction((tx) => tx.collection("broken").findOne({ _id: 1 }))],
];

describe("a damaged file", () => {
  it.each(MEETINGS)("is reported by operations that find the damage: %s", async (_name, meet) => {
    await damageCollection(path, "broken");
    const opened = await open();
    const error = await refusal(meet(opened.collection("broken"), opened), "DAMAGED");
    expect(error.retryable).toBe(false);
    expect(error.message).toContain(`The database file ${path} is damaged`);
    expect(error.message).toContain(".recover");
    expect(reports).toEqual([error]);
  });

  it("refuses writes, and intact data can be read", async () => {
    await damageCollection(path, "broken");
    const opened = await open();
    const whole = opened.collection("whole");
    await whole.insertOne({ _id: 3 });
    await opened.ping();
    await refusal(opened.collection("broken").findOne({ _id: 1 }), "DAMAGED");

    const writes: (() => Promise<unknown>)[] = [
      () => whole.insertOne({ _id: 4 }),
      () => whole.updateOne({ _id: 1 }, { $set: { a: 1 } }),
      () => whole.createIndex({ a: 1 }),
      () => opened.transaction((tx) => tx.collection("whole").deleteMany({})),
      () => opened.ping(),
    ];
    for (const write of writes) await refusal(write(), "DAMAGED");
    await refusal(opened.collection("broken").find({}).toArray(), "DAMAGED");
    expect(await whole.find({}, { sort: { _id: 1 } }).toArray()).toEqual([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    expect(reports).toHaveLength(1);
  });

  it("rolls back what was not on disk when the damage was found", async () => {
    await damageCollection(path, "broken");
    const opened = await open();
    const together = [
      opened.collection("whole").insertOne({ _id: 3 }),
      opened.collection("broken").insertOne({ _id: 3 }),
      opened.collection("whole").insertOne({ _id: 4 }),
    ];
    for (const write of together) await refusal(write, "DAMAGED");
    expect(await opened.collection("whole").countDocuments({})).toBe(2);
  });

  it("is reported if a stored document cannot be parsed", async () => {
    const database = new DatabaseSync(path);
    database.exec("UPDATE c2 SET d = substr(d, 2) WHERE r = 1");
    database.close();
    const opened = await open();
    expect(await opened.collection("broken").findOne({ _id: 2 })).toEqual({ _id: 2, n: 2 });
    await refusal(opened.collection("broken").findOne({ _id: 1 }), "DAMAGED");
    await refusal(opened.collection("broken").insertOne({}), "DAMAGED");
  });

  it("is not reported for an invalid query", async () => {
    const opened = await open();
    await refusal(
      opened
        .collection("broken")
        .find({ n: { $regex: "(" } })
        .toArray(),
      "BAD_OPERATION",
    );
    await opened.collection("broken").insertOne({});
    expect(reports).toEqual([]);
  });

  it.each([
    ["its first page is overwritten", () => overwrite(path, 0, 4096)],
    ["it is cut short", () => truncate(path, 4096)],
    ["it is something else", () => writeFile(path, "no database ".repeat(1000))],
  ])("is refused when opened if %s", async (_name, damage) => {
    await damage();
    const error = await refusal(openEmbeddedStore({ path }), "DAMAGED");
    expect(error.message).toContain(".recover");
  });
});
