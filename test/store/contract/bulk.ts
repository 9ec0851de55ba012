import { describe, expect, it } from "vitest";
import type { Subject } from "../contract.ts";
import { filled, fresh, idsOf, refusal } from "./collections.ts";

export function bulk(store: Subject): void {
  describe("bulkWrite", () => {
    it("runs its operations in order and counts", async () => {
      const things = await filled(store(), [{ g: 1 }, { g: 1 }, { g: 2 }]);
      const result = await things.bulkWrite([
        { insertOne: { document: { _id: 10, g: 3 } } },
        { updateOne: { filter: { _id: 10 }, update: { $set: { g: 4 } } } },
        { updateMany: { filter: { g: 1 }, update: { $inc: { n: 1 } } } },
        { updateOne: { filter: { _id: 11 }, update: { $set: { g: 5 } }, upsert: true } },
        { replaceOne: { filter: { _id: 2 }, replacement: { r: 1 } } },
        { updateOne: { filter: { _id: 2 }, update: { $set: { r: 1 } } } },
        { deleteOne: { filter: { _id: 0 } } },
        { insertOne: { document: { _id: 0, back: true } } },
        { deleteMany: { filter: { g: { $gte: 4 } } } },
      ]);
      expect(result).toEqual({
        insertedCount: 2,
        matchedCount: 5,
        modifiedCount: 4,
        deletedCount: 3,
        upsertedCount: 1,
      });
      expect(await things.find({}, { sort: { _id: 1 } }).toArray()).toEqual([
        { _id: 0, back: true },
        { _id: 1, g: 1, n: 1 },
        { _id: 2, r: 1 },
      ]);
    });

    it("supports array filters", async () => {
      const things = await filled(store(), [{ l: [1, 5] }]);
      await things.bulkWrite([
        { updateOne: { filter: {}, update: { $set: { "l.$[x]": 0 } }, arrayFilters: [{ x: { $gt: 1 } }] } },
      ]);
      expect(await things.findOne({})).toEqual({ _id: 0, l: [1, 0] });
    });

    it("stops at the first refused operation and keeps the earlier ones", async () => {
      const things = fresh(store());
      await refusal(
        things.bulkWrite([
          { insertOne: { document: { _id: 1 } } },
          { insertOne: { document: { _id: 1 } } },
          { insertOne: { document: { _id: 2 } } },
        ]),
        "DUPLICATE_KEY",
      );
      expect(await idsOf(things, {})).toEqual([1]);
    });

    it("runs thousands of operations", async () => {
      const things = fresh(store());
      const operations = Array.from({ length: 5000 }, (_, i) => ({ insertOne: { document: { _id: i, n: i % 7 } } }));
      expect(await things.bulkWrite(operations)).toMatchObject({ insertedCount: 5000 });
      expect(await things.updateMany({ n: 3 }, { $set: { n: 30 } })).toMatchObject({ modifiedCount: 714 });
      expect(await things.deleteMany({ n: { $ne: 30 } })).toEqual({ deletedCount: 4286 });
    });
  });
}
