import { describe, expect, it } from "vitest";
import type { Subject } from "../contract.ts";
import { filled } from "./collections.ts";

export function cursors(store: Subject): void {
  describe("find", () => {
    const COUNT = 250;
    const make = () =>
      filled(
        store(),
        Array.from({ length: COUNT }, (_, i) => ({ n: (i * 7) % COUNT, g: i % 3 })),
      );

    it("returns documents one by one, then null", async () => {
      const things = await make();
      const cursor = things.find({ g: 0 }, { sort: { _id: 1 } });
      const seen: unknown[] = [];
      for (let next = await cursor.next(); next !== null; next = await cursor.next()) seen.push(next._id);
      expect(seen).toEqual(Array.from({ length: 84 }, (_, i) => i * 3));
      expect(await cursor.next()).toBeNull();
    });

    it("can be iterated and left early", async () => {
      const things = await make();
      const seen: unknown[] = [];
      for await (const { _id } of things.find({}, { sort: { _id: -1 } })) {
        seen.push(_id);
        if (seen.length === 120) break;
      }
      expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => COUNT - 1 - i));
    });

    it("returns the rest as an array after some were read", async () => {
      const things = await make();
      const cursor = things.find({}, { sort: { _id: 1 } });
      expect((await cursor.next())!._id).toBe(0);
      expect(await cursor.toArray()).toHaveLength(COUNT - 1);
    });

    it("ends when it is closed", async () => {
      const things = await make();
      const cursor = things.find({});
      await cursor.next();
      await cursor.close();
      expect(await things.countDocuments({})).toBe(COUNT);
    });

    it.each([
      ["ascending", { n: 1 }, {}],
      ["descending", { n: -1 }, {}],
      ["by two keys", { g: -1, n: 1 }, {}],
      ["with skip", { n: 1 }, { skip: 5 }],
      ["with limit", { n: -1 }, { limit: 3 }],
      ["with both", { g: 1, n: -1 }, { skip: 200, limit: 100 }],
    ] as const)("sorts %s, with and without an index", async (_name, sort, options) => {
      const things = await make();
      const read = () => things.find({}, { sort, ...options }).toArray();
      const { skip = 0, limit = COUNT } = options as { skip?: number; limit?: number };
      const expected = (await things.find({}).toArray())
        .sort((a, b) => {
          const [first] = Object.entries(sort).flatMap(([key, order]) => {
            const difference = ((a[key] as number) - (b[key] as number)) * order;
            return difference === 0 ? [] : [difference];
          });
          return first ?? 0;
        })
        .slice(skip, skip + limit);
      expect(await read()).toEqual(expected);
      await things.createIndex(sort);
      expect(await read()).toEqual(expected);
    });

    it("sorts an array by its least element, or by its greatest in descending order", async () => {
      const things = await filled(store(), [{ v: [5, 1] }, { v: 3 }, { v: [2, 9] }, { v: [] }, {}]);
      const read = async (order: 1 | -1) =>
        (await things.find({}, { sort: { v: order, _id: 1 } }).toArray()).map(({ _id }) => _id);
      expect(await read(1)).toEqual([3, 4, 0, 2, 1]);
      expect(await read(-1)).toEqual([2, 0, 1, 4, 3]);
      await things.createIndex({ v: 1, _id: 1 });
      expect(await read(1)).toEqual([3, 4, 0, 2, 1]);
      expect(await read(-1)).toEqual([2, 0, 1, 4, 3]);
    });

    it("uses one index for a filter and a sort", async () => {
      const things = await make();
      const read = () => things.find({ g: 1, n: { $gte: 100, $lt: 110 } }, { sort: { n: -1 } }).toArray();
      const before = await read();
      expect(before.map(({ n }) => n)).toEqual([...before.map(({ n }) => n as number)].sort((a, b) => b - a));
      expect(before.length).toBeGreaterThan(1);
      await things.createIndex({ g: 1, n: 1 });
      expect(await read()).toEqual(before);
      await things.createIndex({ g: -1, n: -1 });
      expect(await read()).toEqual(before);
    });

    it.each([
      ["named fields and _id", { a: 1 }, { _id: 0, a: 1 }],
      ["named fields without _id", { a: 1, _id: 0 }, { a: 1 }],
      ["all but the named", { a: 0, o: false }, { _id: 0, list: [{ x: 1, y: 2 }, { y: 3 }, 4] }],
      ["all but _id", { _id: 0, list: 0 }, { a: 1, o: { x: 1, y: { z: 2 } } }],
      ["_id alone", { _id: 1 }, { _id: 0 }],
      ["paths", { "o.y.z": 1 }, { _id: 0, o: { y: { z: 2 } } }],
      ["all but paths", { "o.y": 0, list: 0, a: 0 }, { _id: 0, o: { x: 1 } }],
      ["paths into arrays", { "list.x": 1 }, { _id: 0, list: [{ x: 1 }, {}] }],
      ["all but paths into arrays", { "list.y": 0, o: 0, a: 0 }, { _id: 0, list: [{ x: 1 }, {}, 4] }],
      ["a path through a scalar", { "a.b": 1 }, { _id: 0 }],
      ["what is missing", { none: 1 }, { _id: 0 }],
    ] as const)("projects %s", async (_name, projection, expected) => {
      const things = await filled(store(), [{ a: 1, o: { x: 1, y: { z: 2 } }, list: [{ x: 1, y: 2 }, { y: 3 }, 4] }]);
      expect(await things.find({}, { projection }).toArray()).toEqual([expected]);
      expect(await things.findOne({}, { projection })).toEqual(expected);
    });

    it("finds the first document in an order, after a skip", async () => {
      const things = await make();
      expect((await things.findOne({}, { sort: { n: -1 } }))!.n).toBe(249);
      expect((await things.findOne({}, { sort: { n: 1 }, skip: 2 }))!.n).toBe(2);
      expect(await things.findOne({}, { skip: COUNT })).toBeNull();
    });
  });
}
