import { describe, expect, it } from "vitest";
import type { Subject } from "../contract.ts";
import { filled, fresh, idsOf } from "./collections.ts";

export function findAndModify(store: Subject): void {
  describe("find and modify", () => {
    const make = () =>
      filled(store(), [
        { n: 1, g: 1 },
        { n: 2, g: 1 },
        { n: 3, g: 2 },
      ]);

    it("returns the document before the update by default", async () => {
      const things = await make();
      expect(await things.findOneAndUpdate({ n: 1 }, { $inc: { n: 10 } })).toEqual({ _id: 0, n: 1, g: 1 });
      expect(await things.findOneAndUpdate({ n: 2 }, { $inc: { n: 10 } }, { returnDocument: "after" })).toEqual({
        _id: 1,
        n: 12,
        g: 1,
      });
      expect(await things.findOneAndUpdate({ n: 99 }, { $inc: { n: 10 } })).toBeNull();
    });

    it("changes the first document in the requested order", async () => {
      const things = await make();
      const options = { sort: { n: -1 }, projection: { _id: 1 } } as const;
      expect(await things.findOneAndUpdate({ g: 1 }, { $set: { taken: true } }, options)).toEqual({ _id: 1 });
      expect(await idsOf(things, { taken: true })).toEqual([1]);
    });

    it("projects", async () => {
      const things = await make();
      const options = { projection: { n: 1, _id: 0 }, returnDocument: "after" } as const;
      expect(await things.findOneAndUpdate({ n: 1 }, { $inc: { n: 1 } }, options)).toEqual({ n: 2 });
    });

    it("inserts with upsert and returns null before, or the document after", async () => {
      const things = fresh(store());
      expect(await things.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true })).toBeNull();
      expect(
        await things.findOneAndUpdate({ _id: 2 }, { $inc: { n: 1 } }, { upsert: true, returnDocument: "after" }),
      ).toEqual({ _id: 2, n: 1 });
      expect(await idsOf(things, { n: 1 })).toEqual([1, 2]);
    });

    it("supports array filters", async () => {
      const things = await filled(store(), [{ l: [1, 5] }]);
      const options = { arrayFilters: [{ x: { $gt: 1 } }], returnDocument: "after" as const };
      expect(await things.findOneAndUpdate({}, { $set: { "l.$[x]": 0 } }, options)).toEqual({ _id: 0, l: [1, 0] });
    });

    it("replaces", async () => {
      const things = await make();
      expect(await things.findOneAndReplace({ n: 1 }, { x: 1 })).toEqual({ _id: 0, n: 1, g: 1 });
      expect(await things.findOneAndReplace({ n: 2 }, { x: 2 }, { returnDocument: "after" })).toEqual({ _id: 1, x: 2 });
      expect(await things.findOneAndReplace({ n: 9 }, { x: 3 })).toBeNull();
      const options = { upsert: true, returnDocument: "after" } as const;
      expect(await things.findOneAndReplace({ _id: 9 }, { x: 3 }, options)).toEqual({ _id: 9, x: 3 });
      expect(await things.findOne({ _id: 0 })).toEqual({ _id: 0, x: 1 });
    });

    it("deletes", async () => {
      const things = await make();
      expect(await things.findOneAndDelete({ g: 1 }, { sort: { n: -1 } })).toEqual({ _id: 1, n: 2, g: 1 });
      expect(await things.findOneAndDelete({ g: 1 }, { projection: { n: 1, _id: 0 } })).toEqual({ n: 1 });
      expect(await things.findOneAndDelete({ g: 1 })).toBeNull();
      expect(await idsOf(things, {})).toEqual([2]);
    });

    it("gives each concurrent caller a different document", async () => {
      const things = await filled(
        store(),
        Array.from({ length: 30 }, () => ({ free: true })),
      );
      const taken = await Promise.all(
        Array.from({ length: 30 }, () => things.findOneAndUpdate({ free: true }, { $set: { free: false } })),
      );
      expect(new Set(taken.map((thing) => thing?._id)).size).toBe(30);
      expect(await things.findOneAndUpdate({ free: true }, { $set: { free: false } })).toBeNull();
    });
  });
}
