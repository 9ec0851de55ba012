import { describe, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import type { Document } from "../../../src/store/store.ts";
import type { Subject } from "../contract.ts";
import { filled, fresh, idsOf } from "./collections.ts";

export function crud(store: Subject): void {
  describe("insert, replace, delete", () => {
    it("generates a missing _id, in the passed object too, and puts _id first", async () => {
      const players = fresh(store());
      const document: Document = { name: "Ann" };
      const { insertedId } = await players.insertOne(document);
      expect(insertedId).toBeInstanceOf(ObjectId);
      expect(document._id).toEqual(insertedId);
      const found = await players.findOne({ _id: insertedId });
      expect(found).toEqual({ _id: insertedId, name: "Ann" });
      expect(Object.keys(found!)).toEqual(["_id", "name"]);
      await players.insertOne({ name: "Ben", _id: 7 });
      expect(Object.keys((await players.findOne({ _id: 7 }))!)).toEqual(["_id", "name"]);
    });

    it.each([
      ["string", "id"],
      ["number", 5],
      ["Date", new Date(5)],
      ["object", { a: 1, b: "x" }],
      ["boolean", true],
    ])("accepts a %s as _id", async (_type, id) => {
      const players = fresh(store());
      expect(await players.insertOne({ _id: id, n: 1 })).toEqual({ insertedId: id });
      expect(await players.findOne({ _id: id })).toEqual({ _id: id, n: 1 });
      expect((await players.deleteOne({ _id: id })).deletedCount).toBe(1);
      expect(await players.findOne({ _id: id })).toBeNull();
    });

    it("stores a copy: later changes of the passed or returned object have no effect", async () => {
      const players = fresh(store());
      const document = { _id: 1, list: [1], at: new Date(5) };
      await players.insertOne(document);
      document.list.push(2);
      document.at.setTime(0);
      const found = await players.findOne({ _id: 1 });
      (found!.at as Date).setTime(99);
      expect(await players.findOne({ _id: 1 })).toEqual({ _id: 1, list: [1], at: new Date(5) });
    });

    it("inserts many in order and returns their _ids", async () => {
      const players = fresh(store());
      const result = await players.insertMany([{ _id: "a" }, { n: 2 }]);
      expect(result.insertedCount).toBe(2);
      expect(result.insertedIds[0]).toBe("a");
      expect(result.insertedIds[1]).toBeInstanceOf(ObjectId);
      expect(await players.countDocuments({})).toBe(2);
    });

    it("stops inserting many at the first refused document and keeps the earlier ones", async () => {
      const players = fresh(store());
      await expect(players.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 1 }, { _id: 3 }])).rejects.toThrow();
      expect(await idsOf(players, {})).toEqual([1, 2]);
    });

    it("replaces everything but the _id", async () => {
      const players = await filled(store(), [{ a: 1, b: 2 }]);
      const result = await players.replaceOne({ a: 1 }, { c: 3 });
      expect(result).toEqual({ matchedCount: 1, modifiedCount: 1, upsertedCount: 0, upsertedId: null });
      expect(await players.findOne({})).toEqual({ _id: 0, c: 3 });
    });

    it("counts a replacement by an equal document as matched, not modified", async () => {
      const players = await filled(store(), [{ a: 1 }]);
      expect(await players.replaceOne({ _id: 0 }, { a: 1 })).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
    });

    it.each([
      ["the filter's _id", { _id: 5 }, { n: 1 }, { _id: 5, n: 1 }],
      ["the replacement's _id", { n: 9 }, { _id: 6, n: 1 }, { _id: 6, n: 1 }],
    ])(
      "inserts the replacement if nothing matches and upsert is set, with %s",
      async (_name, filter, replacement, stored) => {
        const players = fresh(store());
        expect(await players.replaceOne(filter, replacement)).toMatchObject({ matchedCount: 0, upsertedCount: 0 });
        const result = await players.replaceOne(filter, replacement, { upsert: true });
        expect(result).toEqual({ matchedCount: 0, modifiedCount: 0, upsertedCount: 1, upsertedId: stored._id });
        expect(await players.find({}).toArray()).toEqual([stored]);
      },
    );

    it("deletes one document, or all that match", async () => {
      const players = await filled(store(), [{ g: 1 }, { g: 1 }, { g: 2 }, { g: 1 }]);
      expect(await players.deleteOne({ g: 1 })).toEqual({ deletedCount: 1 });
      expect(await players.countDocuments({ g: 1 })).toBe(2);
      expect(await players.deleteMany({ g: 1 })).toEqual({ deletedCount: 2 });
      expect(await players.deleteMany({ g: 1 })).toEqual({ deletedCount: 0 });
      expect(await idsOf(players, {})).toEqual([2]);
    });

    it("reads every acknowledged write", async () => {
      const players = fresh(store());
      for (let i = 0; i < 20; i++) {
        await players.insertOne({ _id: i });
        expect(await players.findOne({ _id: i })).not.toBeNull();
        await players.updateOne({ _id: i }, { $set: { i } });
        expect(await players.findOne({ _id: i })).toEqual({ _id: i, i });
      }
    });

    it("reads a missing collection as empty", async () => {
      const none = fresh(store());
      expect(await none.findOne({})).toBeNull();
      expect(await none.find({}).toArray()).toEqual([]);
      expect(await none.countDocuments({})).toBe(0);
      expect(await none.distinct("a", {})).toEqual([]);
      expect(await none.updateOne({}, { $set: { a: 1 } })).toMatchObject({ matchedCount: 0 });
      expect(await none.deleteMany({})).toEqual({ deletedCount: 0 });
      expect(await none.aggregate([{ $match: {} }]).toArray()).toEqual([]);
      expect(await none.indexes()).toEqual([]);
    });

    it("drop returns whether the collection existed", async () => {
      const things = fresh(store());
      expect(await things.drop()).toBe(false);
      await things.create();
      await things.create();
      expect((await things.indexes()).map(({ name }) => name)).toEqual(["_id_"]);
      expect(await things.drop()).toBe(true);
      expect(await things.drop()).toBe(false);
      expect(await things.indexes()).toEqual([]);
    });

    it("drops a collection with its documents and indexes", async () => {
      const players = await filled(store(), [{ a: 1 }]);
      await players.createIndex({ a: 1 }, { unique: true });
      expect(await players.drop()).toBe(true);
      expect(await players.countDocuments({})).toBe(0);
      await players.insertMany([{ a: 1 }, { a: 1 }]);
      expect(await players.countDocuments({ a: 1 })).toBe(2);
      expect(await players.indexes()).toEqual([{ name: "_id_", key: { _id: 1 } }]);
    });

    it("counts with skip and limit", async () => {
      const players = await filled(store(), [{ g: 1 }, { g: 1 }, { g: 1 }, { g: 2 }]);
      expect(await players.countDocuments({})).toBe(4);
      expect(await players.countDocuments({}, { skip: 1 })).toBe(3);
      expect(await players.countDocuments({ g: 1 }, { limit: 2 })).toBe(2);
      expect(await players.countDocuments({ g: 1 }, { skip: 2, limit: 2 })).toBe(1);
      expect(await players.countDocuments({}, { skip: 9 })).toBe(0);
    });

    it("lists distinct values, array elements separately, without missing ones", async () => {
      const players = await filled(store(), [
        { t: ["a", "b"] },
        { t: "a" },
        { t: null },
        {},
        { t: [] },
        { t: ["c"], x: 1 },
      ]);
      const all = await players.distinct("t", {});
      expect(all).toHaveLength(4);
      expect(all).toEqual(expect.arrayContaining(["a", "b", "c", null]));
      expect(await players.distinct("t", { x: 1 })).toEqual(["c"]);
    });

    it("applies concurrent writes atomically", async () => {
      const players = fresh(store());
      await Promise.all(Array.from({ length: 200 }, (_, i) => players.insertOne({ _id: i, n: 0 })));
      await Promise.all(Array.from({ length: 200 }, (_, i) => players.updateOne({ _id: i % 10 }, { $inc: { n: 1 } })));
      expect(await players.countDocuments({})).toBe(200);
      expect(await players.countDocuments({ _id: { $lt: 10 }, n: 20 })).toBe(10);
    });
  });
}
