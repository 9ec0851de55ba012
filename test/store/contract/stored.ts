import { describe, expect, it } from "vitest";
import { Long, ObjectId } from "../../../src/bson.ts";
import type { Collection, Document } from "../../../src/store/store.ts";
import type { Subject } from "../contract.ts";
import { fresh, refusal } from "./collections.ts";

class Money {
  readonly amount = 5;
}

/** Values that no document holds, on either engine. */
const REFUSED: [name: string, value: unknown][] = [
  ["an invalid Date", new Date(Number.NaN)],
  ["a function", () => 1],
  ["a symbol", Symbol("x")],
  ["a bigint", 1n],
  ["a RegExp", /x/],
  ["a Buffer", Buffer.from("x")],
  ["a Uint8Array", new Uint8Array(1)],
  ["an ArrayBuffer", new ArrayBuffer(1)],
  ["a Map", new Map()],
  ["a Set", new Set()],
  ["an Error", new Error("x")],
  ["a Promise", Promise.resolve(1)],
  ["a boxed string", new String("x")],
  ["a Long beyond 2^53", Long.fromString("9007199254740993")],
  ["a value that claims to be one of BSON's", { _bsontype: "ObjectId", id: "x" }],
  ["a name with a NUL character", { "a\0b": 1 }],
];

const WAYS: [name: string, write: (things: Collection, value: unknown) => Promise<unknown>][] = [
  ["insertOne", (things, v) => things.insertOne({ v })],
  ["insertMany, deep inside", (things, v) => things.insertMany([{}, { a: [{ v: [v] }] }])],
  ["$set", (things, v) => things.updateOne({}, { $set: { v } })],
  ["$push", (things, v) => things.updateMany({}, { $push: { l: { $each: [v] } } })],
  ["replaceOne", (things, v) => things.replaceOne({}, { v })],
  ["findOneAndUpdate", (things, v) => things.findOneAndUpdate({}, { $set: { v } })],
  ["findOneAndReplace", (things, v) => things.findOneAndReplace({}, { v })],
  ["bulkWrite", (things, v) => things.bulkWrite([{ insertOne: { document: { v } } }])],
];

/** Values that no filter holds. */
const UNFINDABLE = REFUSED.filter(([, value]) => !(value instanceof RegExp));

export function stored(store: Subject): void {
  describe("storable values", () => {
    it.each(REFUSED)("BAD_OPERATION: %s, in every kind of write", async (_name, value) => {
      const things = fresh(store());
      await things.insertOne({ _id: 0, n: 1 });
      for (const [, write] of WAYS) await refusal(write(things, value), "BAD_OPERATION");
      expect(await things.find({}).toArray()).toEqual([{ _id: 0, n: 1 }]);
    });

    it.each(UNFINDABLE)("BAD_OPERATION: %s in a filter", async (_name, value) => {
      const things = fresh(store());
      await things.insertOne({ _id: 0, n: 1 });
      for (const filter of [{ v: value }, { v: { $in: [value] } }, { $or: [{ v: { $ne: value } }] }] as Document[]) {
        await refusal(things.find(filter).toArray(), "BAD_OPERATION");
        await refusal(things.deleteMany(filter), "BAD_OPERATION");
      }
      expect(await things.countDocuments({})).toBe(1);
    });

    it("BSON's number classes as numbers, class instances by their members", async () => {
      const things = fresh(store());
      await things.insertOne({ _id: 0, long: Long.fromNumber(5), money: new Money() });
      expect(await things.findOne({})).toStrictEqual({ _id: 0, long: 5, money: { amount: 5 } });
    });

    it("numbers unchanged: NaN, infinite, -0, beyond 2^53", async () => {
      const things = fresh(store());
      const v = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 2 ** 53 + 2, -(2 ** 63), 2 ** 64];
      await things.insertOne({ _id: 0, v });
      expect((await things.findOne({ v: 2 ** 64 }))!["v"]).toStrictEqual(v);
    });

    it("a lone surrogate as U+FFFD, in names too", async () => {
      const things = fresh(store());
      await things.insertOne({ _id: 0, v: "a\ud800b", "k\udc00": ["😀\ud83d"] });
      expect(await things.findOne({ v: "a\ufffdb" })).toStrictEqual({ _id: 0, v: "a\ufffdb", "k\ufffd": ["😀\ufffd"] });
      expect(await things.countDocuments({ v: "a\ud800b" })).toBe(1);
    });

    it("a null or undefined _id as a new ObjectId", async () => {
      const things = fresh(store());
      for (const document of [{ _id: null, n: 1 }, { _id: undefined, n: 2 }, { n: 3 }] as Document[]) {
        const { insertedId } = await things.insertOne(document);
        expect(insertedId).toBeInstanceOf(ObjectId);
        expect(document["_id"]).toEqual(insertedId);
      }
      const found = await things.find({}, { sort: { n: 1 } }).toArray();
      expect(found.map((document) => Object.keys(document))).toEqual([
        ["_id", "n"],
        ["_id", "n"],
        ["_id", "n"],
      ]);
    });

    it.each<[string, Document]>([
      ["a negative limit", { limit: -1 }],
      ["a negative skip", { skip: -1 }],
      ["a limit of 1.5", { limit: 1.5 }],
      ["a limit of NaN", { limit: Number.NaN }],
      ["an infinite skip", { skip: Number.POSITIVE_INFINITY }],
      ["a limit as text", { limit: "1" }],
    ])("BAD_OPERATION: %s", async (_name, options) => {
      const things = fresh(store());
      await things.insertOne({ n: 1 });
      await refusal(things.find({}, options).toArray(), "BAD_OPERATION");
      await refusal(things.countDocuments({}, options), "BAD_OPERATION");
    });
  });
}
