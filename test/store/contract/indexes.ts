import { describe, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import type { Subject } from "../contract.ts";
import { filled, fresh, idsOf, refusal } from "./collections.ts";

export function indexes(store: Subject): void {
  it("the names of all collections are listed, without those that were dropped", async () => {
    const [kept, dropped] = [fresh(store()), fresh(store())];
    await kept.insertOne({ a: 1 });
    await dropped.create();
    expect(await store().collectionNames!()).toEqual(expect.arrayContaining([kept.name, dropped.name]));
    await dropped.drop();
    const names = await store().collectionNames!();
    expect(names).toContain(kept.name);
    expect(names).not.toContain(dropped.name);
  });

  describe("indexes", () => {
    it("are named after their key and listed with their options", async () => {
      const things = fresh(store());
      expect(await things.createIndex({ a: 1, "b.c": -1 })).toBe("a_1_b.c_-1");
      expect(await things.createIndex({ d: 1 }, { name: "own", unique: true, sparse: true })).toBe("own");
      expect(await things.createIndex({ at: 1 }, { expireAfterSeconds: 60 })).toBe("at_1");
      expect(await things.indexes()).toEqual([
        { name: "_id_", key: { _id: 1 } },
        { name: "a_1_b.c_-1", key: { a: 1, "b.c": -1 } },
        { name: "own", key: { d: 1 }, unique: true, sparse: true },
        { name: "at_1", key: { at: 1 }, expireAfterSeconds: 60 },
      ]);
    });

    it("are created once: creating the same again changes nothing", async () => {
      const things = fresh(store());
      await things.createIndex({ a: 1 }, { unique: true });
      expect(await things.createIndex({ a: 1 }, { unique: true })).toBe("a_1");
      expect(await things.indexes()).toHaveLength(2);
      const names = await Promise.all(Array.from({ length: 5 }, () => things.createIndex({ b: 1 })));
      expect(new Set(names)).toEqual(new Set(["b_1"]));
    });

    it("with the same name or key but other options are refused", async () => {
      const things = fresh(store());
      await things.createIndex({ a: 1 });
      await refusal(things.createIndex({ a: 1 }, { unique: true }), "INDEX_CONFLICT");
      await refusal(things.createIndex({ b: 1 }, { name: "a_1" }), "INDEX_CONFLICT");
      await refusal(things.createIndex({ a: 1 }, { name: "other" }), "INDEX_CONFLICT");
    });

    it("can be dropped, which also drops their constraint", async () => {
      const things = await filled(store(), [{ a: 1 }]);
      await things.createIndex({ a: 1 }, { unique: true });
      await refusal(things.insertOne({ a: 1 }), "DUPLICATE_KEY");
      await things.dropIndex("a_1");
      await things.insertOne({ a: 1 });
      expect(await things.countDocuments({ a: 1 })).toBe(2);
      await refusal(things.dropIndex("a_1"), "BAD_OPERATION");
      await refusal(things.createIndex({ a: 1 }, { unique: true }), "DUPLICATE_KEY");
      expect(await things.indexes()).toHaveLength(1);
    });

    it("include documents that already exist", async () => {
      const things = await filled(
        store(),
        Array.from({ length: 400 }, (_, i) => ({ n: i % 4, t: [i, -i] })),
      );
      await things.createIndex({ n: 1 });
      await things.createIndex({ t: 1 });
      expect(await things.countDocuments({ n: 3 })).toBe(100);
      expect(await idsOf(things, { t: -7 })).toEqual([7]);
    });

    describe("unique", () => {
      it("refuse an equal key, report it, and change nothing", async () => {
        const things = fresh(store());
        await things.createIndex({ name: 1 }, { unique: true });
        await things.createIndex({ n: 1 });
        await things.insertOne({ _id: 1, name: "Ann", n: 1 });
        const error = await refusal(things.insertOne({ _id: 2, name: "Ann", n: 2 }), "DUPLICATE_KEY");
        expect(error.details).toEqual({ index: "name_1", key: { name: "Ann" } });
        expect(error.retryable).toBe(false);
        await things.insertOne({ _id: 2, name: "Ben", n: 2 });
        await refusal(things.updateOne({ _id: 2 }, { $set: { name: "Ann", n: 5 } }), "DUPLICATE_KEY");
        await refusal(things.replaceOne({ _id: 2 }, { name: "Ann" }), "DUPLICATE_KEY");
        await refusal(things.findOneAndUpdate({ _id: 2 }, { $set: { name: "Ann" } }), "DUPLICATE_KEY");
        await refusal(things.updateOne({ _id: 3 }, { $set: { name: "Ann" } }, { upsert: true }), "DUPLICATE_KEY");
        expect(await things.find({}, { sort: { _id: 1 } }).toArray()).toEqual([
          { _id: 1, name: "Ann", n: 1 },
          { _id: 2, name: "Ben", n: 2 },
        ]);
        expect(await idsOf(things, { n: 5 })).toEqual([]);
        expect(await idsOf(things, { n: 2 })).toEqual([2]);
      });

      it("exist on _id", async () => {
        const things = fresh(store());
        const id = new ObjectId();
        await things.insertOne({ _id: id });
        const error = await refusal(things.insertOne({ _id: new ObjectId(id.toHexString()) }), "DUPLICATE_KEY");
        expect(error.details).toEqual({ index: "_id_", key: { _id: id } });
        await things.insertOne({ _id: id.toHexString() });
        expect(await things.countDocuments({})).toBe(2);
      });

      it("compare values as filters do", async () => {
        const things = fresh(store());
        await things.createIndex({ v: 1 }, { unique: true });
        const date = new Date(5);
        for (const v of [1, "1", true, null, [2], { a: 1, b: 2 }, { b: 2, a: 1 }, date, 5])
          await things.insertOne({ v });
        for (const v of [1, "1", true, null, 2, [7, 2], { a: 1, b: 2 }, new Date(5), undefined]) {
          await refusal(things.insertOne({ v }), "DUPLICATE_KEY");
        }
      });

      it("accept one missing key, or many if sparse", async () => {
        const things = fresh(store());
        await things.createIndex({ a: 1 }, { unique: true });
        await things.createIndex({ b: 1 }, { unique: true, sparse: true });
        await things.insertOne({ _id: 1, a: 1 });
        await things.insertOne({ _id: 2, a: 2 });
        await things.insertOne({ _id: 3, b: null });
        await refusal(things.insertOne({ _id: 4, b: 4 }), "DUPLICATE_KEY");
        await refusal(things.insertOne({ _id: 4, a: 4, b: null }), "DUPLICATE_KEY");
        expect(await idsOf(things, { b: null })).toEqual([1, 2, 3]);
        expect(await idsOf(things, { b: { $exists: false } })).toEqual([1, 2]);
        const sorted = await things.find({}, { sort: { b: 1, _id: 1 } }).toArray();
        expect(sorted.map(({ _id }) => _id)).toEqual([1, 2, 3]);
      });

      it("of several fields compare them together", async () => {
        const things = fresh(store());
        await things.createIndex({ a: 1, b: -1 }, { unique: true });
        await things.insertMany([{ a: 1, b: 1 }, { a: 1, b: 2 }, { a: 2, b: 1 }, { a: 1 }, { b: 1 }, {}]);
        const error = await refusal(things.insertOne({ a: 1, b: 2 }), "DUPLICATE_KEY");
        expect(error.details).toEqual({ index: "a_1_b_-1", key: { a: 1, b: 2 } });
        await refusal(things.insertOne({ a: 1, b: null }), "DUPLICATE_KEY");
        await refusal(things.insertOne({}), "DUPLICATE_KEY");
      });

      it("of arrays compare elements between documents, not within one", async () => {
        const things = fresh(store());
        await things.createIndex({ tags: 1 }, { unique: true });
        await things.insertOne({ _id: 1, tags: ["a", "b", "a"] });
        await refusal(things.insertOne({ _id: 2, tags: ["c", "b"] }), "DUPLICATE_KEY");
        await things.insertOne({ _id: 2, tags: ["c"] });
        await refusal(things.updateOne({ _id: 2 }, { $push: { tags: "a" } }), "DUPLICATE_KEY");
        await things.updateOne({ _id: 1 }, { $pull: { tags: "a" } });
        await things.updateOne({ _id: 2 }, { $push: { tags: "a" } });
        expect(await idsOf(things, { tags: "a" })).toEqual([2]);
        expect(await idsOf(things, { tags: { $in: ["a", "b", "c"] } })).toEqual([1, 2]);
      });

      it("of arrays of objects pair the fields of one element", async () => {
        const things = fresh(store());
        await things.createIndex({ "l.k": 1, "l.v": 1 }, { unique: true });
        await things.insertOne({
          _id: 1,
          l: [
            { k: "a", v: 1 },
            { k: "b", v: 2 },
          ],
        });
        await things.insertOne({ _id: 2, l: [{ k: "a", v: 2 }] });
        await refusal(things.insertOne({ _id: 3, l: [{ k: "b", v: 2 }] }), "DUPLICATE_KEY");
        expect(await idsOf(things, { "l.k": "a", "l.v": 2 })).toEqual([1, 2]);
        expect(await idsOf(things, { l: { $elemMatch: { k: "a", v: 2 } } })).toEqual([2]);
      });

      it("free the key when a document is deleted or changed", async () => {
        const things = await filled(store(), [{ a: 1 }, { a: 2 }]);
        await things.createIndex({ a: 1 }, { unique: true });
        await things.updateOne({ a: 1 }, { $set: { a: 3 } });
        await things.deleteOne({ a: 2 });
        await things.insertMany([{ a: 1 }, { a: 2 }]);
        expect(await things.countDocuments({})).toBe(3);
      });
    });

    it("refuse two parallel arrays in one document", async () => {
      const things = fresh(store());
      await things.createIndex({ a: 1, b: 1 });
      await refusal(things.insertOne({ a: [1], b: [2] }), "BAD_OPERATION");
      await things.insertMany([
        { _id: 1, a: [1, 2], b: 3 },
        { _id: 2, a: 1, b: [3, 4] },
      ]);
      expect(await idsOf(things, { a: 1, b: 3 })).toEqual([1, 2]);
      expect(await idsOf(things, { a: { $gte: 2 }, b: 3 })).toEqual([1]);
    });

    it("serve ranges, $in and $or, returning each document once", async () => {
      const things = await filled(
        store(),
        Array.from({ length: 100 }, (_, i) => ({ n: i, t: [i % 5, (i + 1) % 5], s: `s${i % 10}` })),
      );
      await things.createIndex({ n: 1 });
      await things.createIndex({ t: 1, n: -1 });
      await things.createIndex({ s: 1, n: 1 });
      expect(await idsOf(things, { n: { $gt: 10, $lte: 13 } })).toEqual([11, 12, 13]);
      expect(await idsOf(things, { n: { $in: [5, 7, 500, 7] } })).toEqual([5, 7]);
      expect(await things.countDocuments({ t: { $in: [1, 2] } })).toBe(60);
      expect(await things.countDocuments({ t: { $gte: 3 } })).toBe(60);
      expect(await idsOf(things, { $or: [{ n: 3 }, { n: { $lt: 2 } }, { s: "s1", n: { $gt: 80 } }] })).toEqual([
        0, 1, 3, 81, 91,
      ]);
      expect(await idsOf(things, { t: 4, n: { $gte: 90, $lt: 95 } })).toEqual([93, 94]);
      expect(await idsOf(things, { s: { $in: ["s3", "s4"] }, n: { $lt: 20 } })).toEqual([3, 4, 13, 14]);
      const sorted = await things.find({ s: "s3", n: { $gt: 50 } }, { sort: { n: -1 }, limit: 2 }).toArray();
      expect(sorted.map(({ n }) => n)).toEqual([93, 83]);
    });
  });
}
