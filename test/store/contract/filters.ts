import { describe, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import type { Document } from "../../../src/store/store.ts";
import type { Subject } from "../contract.ts";
import { filled, idsOf } from "./collections.ts";

const owner = new ObjectId();

const DOCUMENTS: Document[] = [
  /* 0 */ { n: 1, s: "apple", tags: ["red", "sweet"], o: { x: 1, y: 2 }, owner },
  /* 1 */ { n: 2, s: "Banana", tags: ["yellow"], o: { x: 1 }, nil: null },
  /* 2 */ { n: 2.5, s: "cherry", tags: [], o: { y: 2, x: 1 } },
  /* 3 */ { n: "2", tags: "red", o: [{ x: 1 }, { x: 5 }] },
  /* 4 */ {
    n: [1, 5, 9],
    items: [
      { k: "a", q: 1 },
      { k: "b", q: 9 },
    ],
  },
  /* 5 */ { n: new Date(1000), items: [{ k: "a", q: 9 }], nested: [[1, 2], [3]] },
  /* 6 */ { n: null, items: [], flag: true },
  /* 7 */ { flag: false, items: [{ k: "c" }, { q: null }], o: 7 },
  /* 8 */ { n: -3, s: "a\nb", nested: [7, [7]], flag: 1 },
];

const CASES: [string, Document, number[]][] = [
  ["no condition", {}, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ["equal to a number, in arrays too", { n: 1 }, [0, 4]],
  ["equal to a string", { n: "2" }, [3]],
  ["equal to null means missing too", { n: null }, [6, 7]],
  ["equal to a whole array", { n: [1, 5, 9] }, [4]],
  ["equal to an array in the array", { nested: [3] }, [5]],
  ["equal to an object, members in order", { o: { x: 1, y: 2 } }, [0]],
  ["equal to an object that is an element", { o: { x: 5 } }, [3]],
  ["equal to an ObjectId", { owner: new ObjectId(owner.toHexString()) }, [0]],
  ["$eq", { n: { $eq: 2 } }, [1]],
  ["$ne leaves out arrays that hold it", { n: { $ne: 1 } }, [1, 2, 3, 5, 6, 7, 8]],
  ["$ne null", { n: { $ne: null } }, [0, 1, 2, 3, 4, 5, 8]],
  ["$gt compares within one type", { n: { $gt: 2 } }, [2, 4]],
  ["$gte", { n: { $gte: 2 } }, [1, 2, 4]],
  ["$lt", { n: { $lt: 2 } }, [0, 4, 8]],
  ["$lte", { n: { $lte: 1 } }, [0, 4, 8]],
  ["$gt and $lt, met by different elements", { n: { $gt: 5, $lt: 2 } }, [4]],
  ["$gt of a string", { s: { $gt: "apple" } }, [2]],
  ["$lt of a Date", { n: { $lt: new Date(2000) } }, [5]],
  ["$gte null", { n: { $gte: null } }, [6, 7]],
  ["$gt null matches nothing", { n: { $gt: null } }, []],
  ["$gt false", { flag: { $gt: false } }, [6]],
  ["$gt of an object", { o: { $gt: { x: 1 } } }, [0, 2, 3]],
  ["$in", { n: { $in: [2, "2", null] } }, [1, 3, 6, 7]],
  ["$in without values", { n: { $in: [] } }, []],
  ["$in with an ObjectId", { owner: { $in: [new ObjectId(), new ObjectId(owner.toHexString())] } }, [0]],
  ["$in with a regular expression", { s: { $in: [/^b/i, "cherry"] } }, [1, 2]],
  ["$nin", { n: { $nin: [1, null] } }, [1, 2, 3, 5, 8]],
  ["$exists", { nil: { $exists: true } }, [1]],
  ["$exists: false", { items: { $exists: false } }, [0, 1, 2, 3, 8]],
  ["$type by name", { n: { $type: "string" } }, [3]],
  ["$type number, in arrays too", { n: { $type: "number" } }, [0, 1, 2, 4, 8]],
  ["$type array", { tags: { $type: "array" } }, [0, 1, 2]],
  ["$type bool and int", { flag: { $type: ["bool", "int"] } }, [6, 7, 8]],
  ["$type null", { n: { $type: 10 } }, [6]],
  ["$size", { tags: { $size: 1 } }, [1]],
  ["$size 0", { items: { $size: 0 } }, [6]],
  ["$mod", { n: { $mod: [2, 1] } }, [0, 4]],
  ["$all", { n: { $all: [1, 9] } }, [4]],
  ["$all of one value, no array needed", { tags: { $all: ["red"] } }, [0, 3]],
  ["$all without values", { tags: { $all: [] } }, []],
  ["$all with $elemMatch", { items: { $all: [{ $elemMatch: { k: "a" } }, { $elemMatch: { q: 9 } }] } }, [4, 5]],
  ["$elemMatch of objects", { items: { $elemMatch: { k: "a", q: 9 } } }, [5]],
  ["$elemMatch of values", { n: { $elemMatch: { $gt: 5, $lt: 10 } } }, [4]],
  ["$elemMatch finds no element in a value that is not an array", { tags: { $elemMatch: { $eq: "red" } } }, [0]],
  ["$elemMatch with $or", { items: { $elemMatch: { $or: [{ k: "c" }, { q: 1 }] } } }, [4, 7]],
  ["$regex", { s: { $regex: "^[ab]" } }, [0, 8]],
  ["$regex with options", { s: { $regex: "^B", $options: "im" } }, [1, 8]],
  ["a regular expression itself", { s: /AN/i }, [1]],
  ["$not", { n: { $not: { $gt: 1 } } }, [0, 3, 5, 6, 7, 8]],
  ["$not of a regular expression", { s: { $not: /a/ } }, [2, 3, 4, 5, 6, 7]],
  ["$and", { $and: [{ n: { $gt: 1 } }, { n: { $lt: 2.5 } }] }, [1, 4]],
  ["$or", { $or: [{ n: 2 }, { s: "apple" }] }, [0, 1]],
  ["$nor", { $nor: [{ n: { $exists: true } }, { flag: true }] }, [7]],
  ["$and and fields at once", { tags: "red", $or: [{ n: 1 }, { n: 3 }] }, [0]],
  ["$expr", { $expr: { $eq: ["$o.y", 2] } }, [0, 2]],
  ["a dotted path", { "o.x": 1 }, [0, 1, 2, 3]],
  ["a dotted path into an array", { "items.k": "b" }, [4]],
  ["two conditions on a path, met by different elements", { "items.k": "b", "items.q": 1 }, [4]],
  ["a position in an array", { "items.0.q": 9 }, [5]],
  ["a position of values", { "n.1": 5 }, [4]],
  ["a position in a nested array", { "nested.0.1": 2 }, [5]],
  ["a path through a scalar is missing", { "n.x": null, n: { $gt: 1.5 } }, [1, 2]],
  ["a path that some elements do not have", { "items.q": null }, [0, 1, 2, 3, 7, 8]],
  ["$exists on a path into an array", { "items.q": { $exists: true } }, [4, 5, 7]],
  ["$exists: false on a path into an empty array", { "items.k": { $exists: false }, flag: { $exists: true } }, [6, 8]],
  ["$ne on a path into an array", { "items.k": { $ne: "a" }, items: { $exists: true } }, [6, 7]],
  ["boolean is not a number", { flag: 1 }, [8]],
  ["names that objects inherit are missing", { constructor: { $exists: true } }, []],
];

export function filters(store: Subject): void {
  describe("filters", () => {
    it("match as MongoDB documents", async () => {
      const things = await filled(store(), DOCUMENTS);
      for (const [name, filter, expected] of CASES) {
        expect({ name, ids: await idsOf(things, filter) }).toEqual({ name, ids: expected });
      }
    });

    it("match the same with indexes on every field", async () => {
      const things = await filled(store(), DOCUMENTS);
      for (const path of ["n", "s", "tags", "o", "o.x", "items.k", "items.q", "flag", "nil", "owner", "nested"]) {
        await things.createIndex({ [path]: 1 });
      }
      await things.createIndex({ n: -1, flag: 1 }, { sparse: true });
      await things.createIndex({ flag: -1, s: 1 });
      for (const [name, filter, expected] of CASES) {
        expect({ name, ids: await idsOf(things, filter) }).toEqual({ name, ids: expected });
      }
    });

    it("test bits of whole numbers only", async () => {
      const values = [6, 6.5, -1, 2 ** 40 + 2, 2 ** 64, "6", [1, 6]];
      const things = await filled(
        store(),
        values.map((n) => ({ n })),
      );
      expect(await idsOf(things, { n: { $bitsAllSet: 6 } })).toEqual([0, 2, 6]);
      expect(await idsOf(things, { n: { $bitsAllSet: [1, 40] } })).toEqual([2, 3]);
      expect(await idsOf(things, { n: { $bitsAnySet: 1 } })).toEqual([2, 6]);
      expect(await idsOf(things, { n: { $bitsAllClear: 1 } })).toEqual([0, 3, 6]);
      expect(await idsOf(things, { n: { $bitsAnyClear: [0, 1] } })).toEqual([0, 3, 6]);
    });
  });
}
