import { describe, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import type { Subject } from "../contract.ts";
import { fresh, idsOf } from "./collections.ts";

const id = new ObjectId("0123456789abcdef01234567");

export function values(store: Subject): void {
  describe("values", () => {
    it.each([
      ["null", null],
      ["booleans", [true, false]],
      ["numbers", [0, -1, 1.5, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, 1e300, -1e-300]],
      ["numbers that JSON has not", [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]],
      ["strings", ["", "é", "日本", "😀", 'quo"te\\', "\n\t", "$oid", "a.b", "\u0001\u0000"]],
      ["an ObjectId", id],
      ["ObjectIds in arrays and objects", [id, { id }]],
      ["Dates", [new Date(0), new Date(-1), new Date(1e12 + 7)]],
      ["nested objects", { a: { b: { c: [{ d: [[1], []] }, {}] } } }],
      ["keys that JavaScript gives a meaning", JSON.parse('{"constructor": 1, "toString": {"prototype": 2}}')],
      ["keys with spaces and signs", { "a b": 1, "ä/€": 2 }],
    ])("keeps %s", async (_name, value) => {
      const things = fresh(store());
      await things.insertOne({ _id: 1, value });
      expect((await things.findOne({ _id: 1 }))!.value).toStrictEqual(value);
      await things.updateOne({ _id: 1 }, { $set: { other: value } });
      expect((await things.findOne({ _id: 1 }))!.other).toStrictEqual(value);
    });

    it("keeps keys that look like the store's own notation", async () => {
      const things = fresh(store());
      const value = { oid: "x", date: 5, inner: [{ $oid: "not one" }, { $date: 1 }, { $$x: 2, $number: "NaN" }] };
      await things.insertOne({ _id: 1, value, id });
      expect(await things.findOne({ _id: 1 })).toStrictEqual({ _id: 1, value, id });
    });

    it("keeps a key named __proto__ as a key", async () => {
      const things = fresh(store());
      await things.insertOne(JSON.parse('{"_id": 1, "x": {"__proto__": {"polluted": true}}}'));
      const { x } = (await things.findOne({ _id: 1 })) as { x: object };
      expect(Object.keys(x)).toEqual(["__proto__"]);
      expect(Object.getPrototypeOf(x)).toBe(Object.prototype);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    });

    it("treats __proto__ in paths like any other name", async () => {
      const things = fresh(store());
      await things.insertOne({ _id: 1 });
      const update = JSON.parse('{"$set": {"__proto__.polluted": 1, "a.__proto__": 2, "constructor.prototype": 3}}');
      expect(await things.updateOne({ _id: 1 }, update)).toMatchObject({ modifiedCount: 1 });
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
      expect(await idsOf(things, { "__proto__.polluted": 1, "a.__proto__": 2, "constructor.prototype": 3 })).toEqual([
        1,
      ]);
      const found = (await things.findOne({ _id: 1 }))!;
      expect(Object.keys(found).sort()).toEqual(["__proto__", "_id", "a", "constructor"]);
      await things.updateOne({ _id: 1 }, JSON.parse('{"$unset": {"__proto__": 1}}'));
      expect(Object.keys((await things.findOne({ _id: 1 }))!).sort()).toEqual(["_id", "a", "constructor"]);
    });

    it("keeps the order of members", async () => {
      const things = fresh(store());
      await things.insertOne({ _id: 1, z: 1, a: 2, m: { y: 1, b: 2 } });
      const found = await things.findOne({ _id: 1 });
      expect(Object.keys(found!)).toEqual(["_id", "z", "a", "m"]);
      expect(Object.keys(found!.m as object)).toEqual(["y", "b"]);
    });

    it("drops undefined members", async () => {
      const things = fresh(store());
      await things.insertOne({ _id: 1, a: undefined, b: { c: undefined, d: 1 } });
      expect(Object.keys((await things.findOne({ _id: 1 }))!)).toEqual(["_id", "b"]);
      await things.updateOne({ _id: 1 }, { $set: { x: undefined, y: { z: undefined } } });
      expect(await things.findOne({ _id: 1 })).toStrictEqual({ _id: 1, b: { d: 1 }, y: {} });
    });

    it("distinguishes ObjectId, its text, Date and its number", async () => {
      const things = fresh(store());
      await things.insertMany([
        { _id: 1, v: id },
        { _id: 2, v: id.toHexString() },
        { _id: 3, v: new Date(5) },
        { _id: 4, v: 5 },
        { _id: 5, v: { $oid: id.toHexString() } },
      ]);
      expect(await idsOf(things, { v: new ObjectId(id.toHexString()) })).toEqual([1]);
      expect(await idsOf(things, { v: id.toHexString() })).toEqual([2]);
      expect(await idsOf(things, { v: new Date(5) })).toEqual([3]);
      expect(await idsOf(things, { v: 5 })).toEqual([4]);
      expect(await idsOf(things, { v: { $type: "objectId" } })).toEqual([1]);
      expect(await idsOf(things, { v: { $type: ["date", "object"] } })).toEqual([3, 5]);
    });

    it("sorts by type first: null, numbers, strings, objects, ObjectIds, booleans, Dates", async () => {
      const things = fresh(store());
      const inOrder = [
        null,
        Number.NaN,
        -5,
        1,
        1.5,
        "",
        "a",
        "b",
        "\ue000",
        "😀",
        {},
        { a: 1 },
        { a: 2 },
        { b: 1 },
        id,
        false,
        true,
        new Date(0),
      ];
      await things.insertMany([...inOrder].reverse().map((v, i) => ({ _id: i, v })));
      await things.insertOne({ _id: -1 });
      const sorted = (await things.find({ _id: { $gte: 0 } }, { sort: { v: 1 } }).toArray()).map(({ v }) => v);
      expect(sorted).toEqual(inOrder);
      const reversed = (await things.find({ _id: { $gte: 0 } }, { sort: { v: -1 } }).toArray()).map(({ v }) => v);
      expect(reversed).toEqual([...inOrder].reverse());
      await things.createIndex({ v: 1 });
      expect((await things.find({ _id: { $gte: 0 } }, { sort: { v: 1 } }).toArray()).map(({ v }) => v)).toEqual(
        inOrder,
      );
      const [first] = await things.find({}, { sort: { v: 1, _id: 1 }, limit: 1 }).toArray();
      expect(first).toEqual({ _id: -1 });
    });

    it("accepts documents of up to 16 MB", async () => {
      const things = fresh(store());
      const text = "x".repeat(16_777_216 - 100);
      await things.insertOne({ _id: 1, text });
      expect(((await things.findOne({ _id: 1 }))!.text as string).length).toBe(text.length);
    });
  });
}
