import { describe, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import type { Document, UpdateOptions } from "../../../src/store/store.ts";
import type { Subject } from "../contract.ts";
import { filled, fresh, idsOf } from "./collections.ts";

const id = new ObjectId();
const later = new Date(2000);

type Case = [
  name: string,
  before: Document,
  update: Document,
  after: Document,
  more?: { filter?: Document } & UpdateOptions,
];

/** A document, an update and its result; the same document again means "matched, not modified". */
const CASES: Case[] = [
  ["$set", { a: 1 }, { $set: { a: 2, b: { c: 3 } } }, { a: 2, b: { c: 3 } }],
  ["$set of a path", { o: { x: 1 } }, { $set: { "o.y.z": 2 } }, { o: { x: 1, y: { z: 2 } } }],
  ["$set of a position", { l: [1, 2] }, { $set: { "l.1": 9 } }, { l: [1, 9] }],
  ["$set of a position behind the end", { l: [1] }, { $set: { "l.3": 9 } }, { l: [1, null, null, 9] }],
  ["$set of a path into an element", { l: [{ x: 1 }] }, { $set: { "l.0.y": 2 } }, { l: [{ x: 1, y: 2 }] }],
  ["$set of a number as a key where nothing is", {}, { $set: { "o.0": 1 } }, { o: { "0": 1 } }],
  ["$set to the same value", { a: { x: [1] } }, { $set: { a: { x: [1] } } }, { a: { x: [1] } }],
  [
    "$set to the same ObjectId and Date",
    { i: id, d: later },
    { $set: { i: new ObjectId(id.toHexString()), d: new Date(2000) } },
    { i: id, d: later },
  ],
  ["$set to null", { a: 1 }, { $set: { a: null } }, { a: null }],
  ["$set of nothing", { a: 1 }, { $set: {} }, { a: 1 }],
  ["$set of _id to what it is", { a: 1 }, { $set: { _id: 1, a: 2 } }, { a: 2 }],
  ["$unset", { a: 1, b: 2 }, { $unset: { a: "" } }, { b: 2 }],
  ["$unset of a path", { o: { x: 1, y: 2 } }, { $unset: { "o.x": 1 } }, { o: { y: 2 } }],
  ["$unset of an element leaves null", { l: [1, 2, 3] }, { $unset: { "l.1": 1 } }, { l: [1, null, 3] }],
  ["$unset of what is missing", { a: 1 }, { $unset: { b: 1, "a.b": 1, "c.d": 1 } }, { a: 1 }],
  ["$inc", { n: 1 }, { $inc: { n: 2 } }, { n: 3 }],
  ["$inc of what is missing", {}, { $inc: { n: -2, "o.n": 1.5 } }, { n: -2, o: { n: 1.5 } }],
  ["$inc by 0", { n: 1 }, { $inc: { n: 0 } }, { n: 1 }],
  ["$mul", { n: 3 }, { $mul: { n: 1.5 } }, { n: 4.5 }],
  ["$mul of what is missing", {}, { $mul: { n: 5 } }, { n: 0 }],
  ["$min", { n: 5, m: 5 }, { $min: { n: 3, m: 7 } }, { n: 3, m: 5 }],
  ["$min of what is missing", {}, { $min: { n: 3 } }, { n: 3 }],
  ["$max", { n: 5, m: 5 }, { $max: { n: 3, m: 7 } }, { n: 5, m: 7 }],
  ["$max of Dates", { d: new Date(1000) }, { $max: { d: later } }, { d: later }],
  ["$max goes by type first", { n: 5 }, { $max: { n: "1" } }, { n: "1" }],
  ["$rename", { a: 1, b: 2 }, { $rename: { a: "c" } }, { b: 2, c: 1 }],
  ["$rename into an object", { a: 1 }, { $rename: { a: "o.x" } }, { o: { x: 1 } }],
  ["$rename over an existing field", { a: 1, b: 2 }, { $rename: { a: "b" } }, { b: 1 }],
  ["$rename of what is missing", { b: 2 }, { $rename: { a: "b" } }, { b: 2 }],
  ["$push", { l: [1] }, { $push: { l: 2 } }, { l: [1, 2] }],
  ["$push to what is missing", {}, { $push: { l: { x: 1 } } }, { l: [{ x: 1 }] }],
  ["$push of an array as one element", { l: [1] }, { $push: { l: [2, 3] } }, { l: [1, [2, 3]] }],
  ["$push $each", { l: [1] }, { $push: { l: { $each: [2, 3] } } }, { l: [1, 2, 3] }],
  ["$push $each of nothing", { l: [1] }, { $push: { l: { $each: [] } } }, { l: [1] }],
  ["$push $position", { l: [1, 2] }, { $push: { l: { $each: [9, 8], $position: 1 } } }, { l: [1, 9, 8, 2] }],
  ["$push $position from the end", { l: [1, 2] }, { $push: { l: { $each: [9], $position: -1 } } }, { l: [1, 9, 2] }],
  [
    "$push $slice keeps the first",
    { l: [1, 2] },
    { $push: { l: { $each: [3], $position: 0, $slice: 2 } } },
    { l: [3, 1] },
  ],
  ["$push $slice keeps the last", { l: [1, 2] }, { $push: { l: { $each: [3, 4], $slice: -3 } } }, { l: [2, 3, 4] }],
  ["$push $slice 0", { l: [1, 2] }, { $push: { l: { $each: [3], $slice: 0 } } }, { l: [] }],
  ["$push $sort of values", { l: [3, 1] }, { $push: { l: { $each: [2], $sort: -1 } } }, { l: [3, 2, 1] }],
  [
    "$push $sort by a field, then $slice",
    {
      l: [
        { s: 5, n: 1 },
        { s: 9, n: 2 },
      ],
    },
    { $push: { l: { $each: [{ s: 7, n: 3 }], $sort: { s: -1 }, $slice: 2 } } },
    {
      l: [
        { s: 9, n: 2 },
        { s: 7, n: 3 },
      ],
    },
  ],
  ["$addToSet", { l: [1] }, { $addToSet: { l: 2 } }, { l: [1, 2] }],
  ["$addToSet of an existing value", { l: [{ a: 1 }] }, { $addToSet: { l: { a: 1 } } }, { l: [{ a: 1 }] }],
  ["$addToSet of an existing ObjectId", { l: [id] }, { $addToSet: { l: new ObjectId(id.toHexString()) } }, { l: [id] }],
  ["$addToSet to what is missing", {}, { $addToSet: { l: 1 } }, { l: [1] }],
  ["$addToSet $each", { l: [1] }, { $addToSet: { l: { $each: [1, 2, 2, 3] } } }, { l: [1, 2, 3] }],
  ["$pull of a value", { l: [1, 2, 1, 3] }, { $pull: { l: 1 } }, { l: [2, 3] }],
  ["$pull by a condition", { l: [1, 5, 9] }, { $pull: { l: { $gte: 5 } } }, { l: [1] }],
  ["$pull of objects by fields", { l: [{ x: 1, y: 1 }, { x: 2 }] }, { $pull: { l: { x: 1 } } }, { l: [{ x: 2 }] }],
  [
    "$pull of objects by a condition",
    { l: [{ x: 1 }, { x: 5 }, 7] },
    { $pull: { l: { x: { $gt: 1 } } } },
    { l: [{ x: 1 }, 7] },
  ],
  ["$pull of an ObjectId", { l: [id, 1] }, { $pull: { l: new ObjectId(id.toHexString()) } }, { l: [1] }],
  ["$pull with $in", { l: ["a", "b", "c"] }, { $pull: { l: { $in: ["a", "c"] } } }, { l: ["b"] }],
  ["$pull from what is missing", { a: 1 }, { $pull: { l: 1 } }, { a: 1 }],
  ["$pull of what is not there", { l: [1] }, { $pull: { l: 2 } }, { l: [1] }],
  ["$pullAll", { l: [1, 2, 3, 1] }, { $pullAll: { l: [1, 3] } }, { l: [2] }],
  ["$pop of the last", { l: [1, 2] }, { $pop: { l: 1 } }, { l: [1] }],
  ["$pop of the first", { l: [1, 2] }, { $pop: { l: -1 } }, { l: [2] }],
  ["$pop of nothing", { l: [] }, { $pop: { l: 1, none: 1 } }, { l: [] }],
  ["$bit", { n: 13 }, { $bit: { n: { and: 10 } } }, { n: 8 }],
  ["$setOnInsert where there was one", { a: 1 }, { $set: { a: 2 }, $setOnInsert: { b: 1 } }, { a: 2 }],
  [
    "several operators",
    { n: 1, l: [], x: 1 },
    { $inc: { n: 1 }, $push: { l: 1 }, $unset: { x: "" }, $set: { y: 1 } },
    { n: 2, l: [1], y: 1 },
  ],
  ["new fields in the order of their names", {}, { $set: { b: 1, a: 2 }, $inc: { aa: 1 } }, { a: 2, aa: 1, b: 1 }],
  [
    "$ the element that the filter matched",
    { l: [5, 8, 8] },
    { $set: { "l.$": 0 } },
    { l: [5, 0, 8] },
    { filter: { l: 8 } },
  ],
  [
    "$ by a field of the element",
    {
      l: [
        { k: "a", n: 1 },
        { k: "b", n: 1 },
      ],
    },
    { $inc: { "l.$.n": 5 } },
    {
      l: [
        { k: "a", n: 1 },
        { k: "b", n: 6 },
      ],
    },
    { filter: { "l.k": "b" } },
  ],
  [
    "$ by $elemMatch",
    {
      l: [
        { k: "a", n: 1 },
        { k: "a", n: 2 },
      ],
    },
    { $set: { "l.$.x": true } },
    {
      l: [
        { k: "a", n: 1 },
        { k: "a", n: 2, x: true },
      ],
    },
    { filter: { l: { $elemMatch: { k: "a", n: 2 } } } },
  ],
  ["$[] all elements", { l: [1, 2] }, { $inc: { "l.$[]": 10 } }, { l: [11, 12] }],
  ["$[] fields of all elements", { l: [{ n: 1 }, {}] }, { $set: { "l.$[].n": 0 } }, { l: [{ n: 0 }, { n: 0 }] }],
  [
    "$[name]",
    { l: [1, 5, 9] },
    { $set: { "l.$[big]": 0 } },
    { l: [1, 0, 0] },
    { arrayFilters: [{ big: { $gte: 5 } }] },
  ],
  [
    "$[name] by a field",
    {
      l: [
        { k: "a", n: 1 },
        { k: "b", n: 2 },
      ],
    },
    { $set: { "l.$[e].n": 0 } },
    {
      l: [
        { k: "a", n: 1 },
        { k: "b", n: 0 },
      ],
    },
    { arrayFilters: [{ "e.k": "b" }] },
  ],
  [
    "$[] and $[name] one in the other",
    { l: [{ m: [1, 2] }, { m: [2, 3] }] },
    { $mul: { "l.$[].m.$[two]": 10 } },
    { l: [{ m: [1, 20] }, { m: [20, 3] }] },
    { arrayFilters: [{ two: 2 }] },
  ],
  ["$[name] that no element fits", { l: [1] }, { $set: { "l.$[x]": 0 } }, { l: [1] }, { arrayFilters: [{ x: 7 }] }],
];

const UPSERTS: [name: string, filter: Document, update: Document, inserted: Document][] = [
  ["what the filter says is equal", { _id: 1, a: 2 }, { $set: { b: 3 } }, { _id: 1, a: 2, b: 3 }],
  ["$setOnInsert", { _id: 1 }, { $set: { a: 1 }, $setOnInsert: { b: 2 } }, { _id: 1, a: 1, b: 2 }],
  ["paths of the filter", { _id: 1, "o.x": 1 }, { $set: { "o.y": 2 } }, { _id: 1, o: { x: 1, y: 2 } }],
  ["$eq and $and", { $and: [{ _id: { $eq: 1 } }, { a: 2 }] }, { $inc: { n: 1 } }, { _id: 1, a: 2, n: 1 }],
  ["nothing of other conditions", { _id: 1, a: { $gt: 5 }, b: { $in: [1, 2] } }, { $set: { c: 1 } }, { _id: 1, c: 1 }],
  ["the update over the filter", { _id: 1, n: 5 }, { $inc: { n: 2 } }, { _id: 1, n: 7 }],
  ["an _id from the update", { a: 1 }, { $set: { b: 1 }, $setOnInsert: { _id: 9 } }, { _id: 9, a: 1, b: 1 }],
  ["a push to what is missing", { _id: 1 }, { $push: { l: { $each: [1, 2] } } }, { _id: 1, l: [1, 2] }],
];

export function updates(store: Subject): void {
  describe("updates", () => {
    it.each(CASES)("%s", async (_name, before, update, after, { filter = {}, ...options } = {}) => {
      const things = fresh(store());
      await things.insertOne({ _id: 1, ...before });
      const same = JSON.stringify(before) === JSON.stringify(after);
      const result = await things.updateOne({ _id: 1, ...filter }, update, options);
      expect(result).toEqual({ matchedCount: 1, modifiedCount: same ? 0 : 1, upsertedCount: 0, upsertedId: null });
      const found = await things.findOne({ _id: 1 });
      expect(found).toStrictEqual({ _id: 1, ...after });
      expect(Object.keys(found!)).toEqual(["_id", ...Object.keys(after)]);
    });

    it.each(UPSERTS)("upsert inserts %s", async (_name, filter, update, inserted) => {
      const things = fresh(store());
      const none = { matchedCount: 0, modifiedCount: 0, upsertedCount: 0, upsertedId: null };
      expect(await things.updateOne(filter, update)).toEqual(none);
      expect(await things.updateOne(filter, update, { upsert: true })).toEqual({
        ...none,
        upsertedCount: 1,
        upsertedId: inserted._id,
      });
      expect(await things.find({}).toArray()).toStrictEqual([inserted]);
    });

    it("upsert generates an ObjectId for a new document, and changes a matching one", async () => {
      const things = fresh(store());
      const { upsertedId } = await things.updateOne({ a: 1 }, { $inc: { n: 1 } }, { upsert: true });
      expect(upsertedId).toBeInstanceOf(ObjectId);
      const again = await things.updateOne({ a: 1 }, { $inc: { n: 1 } }, { upsert: true });
      expect(again).toEqual({ matchedCount: 1, modifiedCount: 1, upsertedCount: 0, upsertedId: null });
      expect(await things.find({}).toArray()).toEqual([{ _id: upsertedId, a: 1, n: 2 }]);
    });

    it("updateOne changes one document, updateMany all that match", async () => {
      const things = await filled(store(), [{ g: 1 }, { g: 1 }, { g: 2 }]);
      expect(await things.updateOne({ g: 1 }, { $set: { x: 1 } })).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
      expect(await things.countDocuments({ x: 1 })).toBe(1);
      expect(await things.updateMany({ g: 1 }, { $set: { x: 1 } })).toMatchObject({
        matchedCount: 2,
        modifiedCount: 1,
      });
      expect(await things.updateMany({ g: 9 }, { $set: { x: 1 } }, { upsert: true })).toMatchObject({
        matchedCount: 0,
        upsertedCount: 1,
      });
      expect(await things.countDocuments({ x: 1 })).toBe(3);
    });

    it("updateMany changes each document once, even if it changes the index it uses", async () => {
      const things = await filled(
        store(),
        Array.from({ length: 300 }, (_, i) => ({ n: i })),
      );
      await things.createIndex({ n: 1 });
      const result = await things.updateMany({ n: { $gte: 100 } }, { $inc: { n: 50 } });
      expect(result).toMatchObject({ matchedCount: 200, modifiedCount: 200 });
      expect(await things.countDocuments({ n: { $gte: 150, $lt: 350 } })).toBe(200);
      expect(await things.countDocuments({ n: { $gte: 100, $lt: 150 } })).toBe(0);
    });

    it("$currentDate sets the time", async () => {
      const things = await filled(store(), [{}]);
      await things.updateOne({}, { $currentDate: { a: true, b: { $type: "date" } } });
      const { a, b } = (await things.findOne({}))!;
      for (const date of [a, b]) expect(Math.abs((date as Date).getTime() - Date.now())).toBeLessThan(60_000);
    });

    it("concurrent upserts create one document if there is a unique index", async () => {
      const things = fresh(store());
      await things.createIndex({ name: 1 }, { unique: true });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, () => things.updateOne({ name: "x" }, { $inc: { n: 1 } }, { upsert: true })),
      );
      const done = outcomes.filter(({ status }) => status === "fulfilled").length;
      expect(await things.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ name: "x", n: done }]);
    });

    it("finds documents by their new values and no longer by the old ones", async () => {
      const things = await filled(store(), [
        { a: 1, l: [1, 2] },
        { a: 2, l: [2, 3] },
      ]);
      await things.createIndex({ a: 1 });
      await things.createIndex({ l: 1 });
      await things.updateOne({ a: 1 }, { $set: { a: 5 }, $push: { l: 9 } });
      await things.updateMany({ l: 2 }, { $pull: { l: 2 } });
      expect(await idsOf(things, { a: 1 })).toEqual([]);
      expect(await idsOf(things, { a: 5 })).toEqual([0]);
      expect(await idsOf(things, { l: 2 })).toEqual([]);
      expect(await idsOf(things, { l: 9 })).toEqual([0]);
      expect(await idsOf(things, { l: 3 })).toEqual([1]);
    });
  });
}
