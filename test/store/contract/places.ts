import { beforeAll, describe, expect, it } from "vitest";
import type { Collection, Document, IndexOrder } from "../../../src/store/store.ts";
import type { Subject } from "../contract.ts";
import { filled, fresh, idsOf, refusal } from "./collections.ts";

const point = (longitude: number, latitude: number) => ({ type: "Point", coordinates: [longitude, latitude] });
const box = (west: number, south: number, east: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];
const polygon = (...rings: number[][][]) => ({ $geometry: { type: "Polygon", coordinates: rings } });

const BERLIN = [13.405, 52.52];
const CITIES: Document[] = [
  { _id: "Berlin", loc: point(13.405, 52.52), size: 3 },
  { _id: "Potsdam", loc: point(13.06, 52.4), size: 1 },
  { _id: "Paris", loc: [2.3522, 48.8566], size: 2 },
  { _id: "London", loc: { lng: -0.1276, lat: 51.5072 }, size: 9 },
  { _id: "New York", loc: point(-74.006, 40.7128), size: 8 },
  { _id: "Suva", loc: point(178.44, -18.14), size: 1 },
  { _id: "Apia", loc: point(-171.76, -13.83), size: 1 },
  { _id: "Alert", loc: point(-62.35, 82.5), size: 0 },
  { _id: "nowhere", size: 5 },
  { _id: "null", loc: null },
];

const near = (more: Document = {}) => ({ loc: { $nearSphere: { $geometry: point(13.405, 52.52), ...more } } });

/** What is found, in the order of the distance. */
const NEAR: [string, Document, unknown[]][] = [
  ["to $maxDistance metres", near({ $maxDistance: 30_000 }), ["Berlin", "Potsdam"]],
  ["as $near", { loc: { $near: { $geometry: point(13.405, 52.52), $maxDistance: 30_000 } } }, ["Berlin", "Potsdam"]],
  ["from $minDistance metres", near({ $minDistance: 1_000, $maxDistance: 900_000 }), ["Potsdam", "Paris"]],
  ["with another clause", { ...near({ $maxDistance: 1_000_000 }), size: { $gt: 2 } }, ["Berlin", "London"]],
  ["in an $and", { $and: [{ size: { $gt: 2 } }, near({ $maxDistance: 1_000_000 })] }, ["Berlin", "London"]],
  ["of a legacy pair, in radians", { loc: { $nearSphere: [2.35, 48.86], $maxDistance: 0.01 } }, ["Paris"]],
  [
    "across the date line",
    { loc: { $nearSphere: { $geometry: point(180, -16), $maxDistance: 1_200_000 } } },
    ["Suva", "Apia"],
  ],
  ["around a pole", { loc: { $nearSphere: { $geometry: point(120, 89), $maxDistance: 1_000_000 } } }, ["Alert"]],
  ["to nothing", { loc: { $nearSphere: { $geometry: point(0, -60), $maxDistance: 1_000 } } }, []],
];

const WITHIN: [string, Document, unknown[]][] = [
  ["a polygon", { $geoWithin: polygon(box(11, 51, 15, 54)) }, ["Berlin", "Potsdam"]],
  ["the same the other way round", { $geoWithin: polygon(box(11, 51, 15, 54).toReversed()) }, ["Berlin", "Potsdam"]],
  ["a polygon with a hole", { $geoWithin: polygon(box(11, 51, 15, 54), box(13.3, 52.45, 13.5, 52.6)) }, ["Potsdam"]],
  ["a polygon across the date line", { $geoWithin: polygon(box(170, -25, -170, -10)) }, ["Apia", "Suva"]],
  [
    "a polygon whose edges are great arcs",
    { $geoWithin: polygon(box(-60, 49, 60, 80)) },
    // They lie north of the parallel, and of Berlin.
    [],
  ],
  ["$centerSphere", { $geoWithin: { $centerSphere: [BERLIN, 30 / 6378.1] } }, ["Berlin", "Potsdam"]],
  [
    "$box of coordinates",
    {
      $geoWithin: {
        $box: [
          [0, 45],
          [15, 53],
        ],
      },
    },
    ["Berlin", "Paris", "Potsdam"],
  ],
  ["$center of coordinates", { $geoWithin: { $center: [BERLIN, 0.5] } }, ["Berlin", "Potsdam"]],
  [
    "$polygon of coordinates",
    {
      $geoWithin: {
        $polygon: [
          [0, 45],
          [15, 45],
          [15, 56],
        ],
      },
    },
    ["Berlin", "Potsdam"],
  ],
  [
    "$within, its old name",
    {
      $within: {
        $box: [
          [13, 52],
          [14, 53],
        ],
      },
    },
    ["Berlin", "Potsdam"],
  ],
  [
    "not within",
    { $not: { $geoWithin: { $centerSphere: [[-30, 50], 0.9] } }, $exists: true },
    ["Apia", "Suva", "null"],
  ],
];

/** What is refused as BAD_OPERATION; there is a 2dsphere index on `loc`. */
const BAD: [string, (things: Collection) => Promise<unknown>][] = [
  ["a latitude of 91", (things) => things.insertOne({ loc: point(0, 91) })],
  ["a pair out of bounds", (things) => things.insertOne({ loc: [200, 10] })],
  ["text for a coordinate", (things) => things.insertOne({ loc: { type: "Point", coordinates: ["1", 2] } })],
  ["a lone number", (things) => things.insertOne({ loc: 5 })],
  ["an unknown type", (things) => things.insertOne({ loc: { type: "Circle", coordinates: [1, 2] } })],
  [
    "a ring that is not closed",
    (things) => things.insertOne({ loc: { type: "Polygon", coordinates: [box(0, 0, 1, 1).slice(1)] } }),
  ],
  [
    "an update to what is no place",
    (things) => things.updateOne({ _id: "here" }, { $set: { loc: { type: "Point" } } }),
  ],
  ["an index on an invalid place", (things) => things.createIndex({ name: "2dsphere" })],
  ["an unknown kind of index", (things) => things.createIndex({ a: "3dsphere" as IndexOrder })],
  ["$near without an index", (things) => things.find({ other: { $nearSphere: { $geometry: point(0, 0) } } }).toArray()],
  ["$near of a plane by an index of the sphere", (things) => things.find({ loc: { $near: [0, 0] } }).toArray()],
  [
    "$near of a polygon",
    (things) => things.find({ loc: { $near: { $geometry: polygon(box(0, 0, 1, 1)).$geometry } } }).toArray(),
  ],
  [
    "a $maxDistance below 0",
    (things) => things.find({ loc: { $near: { $geometry: point(0, 0), $maxDistance: -1 } } }).toArray(),
  ],
  ["$near in an $or", (things) => things.find({ $or: [near(), { a: 1 }] }).toArray()],
  ["$near twice", (things) => things.find({ $and: [near(), near()] }).toArray()],
  ["$near in a count", (things) => things.countDocuments(near())],
  ["$near in a $match", (things) => things.aggregate([{ $match: near() }]).toArray()],
  [
    "$geoNear behind another stage",
    (things) => things.aggregate([{ $match: {} }, { $geoNear: { near: point(0, 0), distanceField: "d" } }]).toArray(),
  ],
  [
    "$geoNear of what is no place",
    (things) => things.aggregate([{ $geoNear: { near: "x", distanceField: "d" } }]).toArray(),
  ],
  [
    "$geoNear without an index",
    (things) => things.aggregate([{ $geoNear: { near: point(0, 0), distanceField: "d", key: "other" } }]).toArray(),
  ],
  ["$maxDistance alone", (things) => things.find({ loc: { $maxDistance: 5 } }).toArray()],
  ["$geoWithin of a point", (things) => things.find({ loc: { $geoWithin: { $geometry: point(0, 0) } } }).toArray()],
  ["$geoWithin of nothing", (things) => things.find({ loc: { $geoWithin: {} } }).toArray()],
  ["$geoWithin of an unknown shape", (things) => things.find({ loc: { $geoWithin: { $star: [] } } }).toArray()],
  ["a radius below 0", (things) => things.find({ loc: { $geoWithin: { $centerSphere: [[0, 0], -1] } } }).toArray()],
  ["$geoIntersects of a pair", (things) => things.find({ loc: { $geoIntersects: [1, 2] } }).toArray()],
];

export function places(store: Subject): void {
  describe("places", () => {
    let sphere: Collection;
    let unindexed: Collection;
    beforeAll(async () => {
      sphere = await filled(store(), CITIES);
      await sphere.createIndex({ loc: "2dsphere" });
      unindexed = await filled(store(), CITIES);
    });

    it("are indexed under MongoDB's names", async () => {
      const things = fresh(store());
      expect(await things.createIndex({ "a.b": "2dsphere" })).toBe("a.b_2dsphere");
      expect(await things.createIndex({ c: "2d" })).toBe("c_2d");
      expect(await things.createIndex({ "a.b": "2dsphere" }), "again").toBe("a.b_2dsphere");
      expect((await things.indexes()).map(({ key }) => key)).toEqual([{ _id: 1 }, { "a.b": "2dsphere" }, { c: "2d" }]);
      await things.dropIndex("c_2d");
      expect(await things.indexes()).toHaveLength(2);
    });

    it.each(NEAR)("near: %s", async (_name, filter, expected) => {
      const found = await sphere.find(filter, { projection: { _id: 1 } }).toArray();
      expect(found.map(({ _id }) => _id)).toEqual(expected);
    });

    it("near: with another sort, skip and limit", async () => {
      const nearest = near({ $minDistance: 1_000 });
      const ids = async (options: Parameters<Collection["find"]>[1]) =>
        (await sphere.find(nearest, options).toArray()).map(({ _id }) => _id);
      expect(await ids({ limit: 2 })).toEqual(["Potsdam", "Paris"]);
      expect(await ids({ skip: 1, limit: 2 })).toEqual(["Paris", "London"]);
      expect(await ids({ sort: { size: -1, _id: 1 }, limit: 2 })).toEqual(["London", "New York"]);
      expect((await sphere.findOne(nearest))?._id).toBe("Potsdam");
    });

    it("near: on a plane, with its index", async () => {
      const things = await filled(store(), [
        { at: [0, 0] },
        { at: [3, 4] },
        { at: { x: 1, y: 1 } },
        { at: [100, 170] },
      ]);
      await things.createIndex({ at: "2d" });
      const ids = async (filter: Document) => (await things.find(filter).toArray()).map(({ _id }) => _id);
      expect(await ids({ at: { $near: [0, 0] } })).toEqual([0, 2, 1, 3]);
      expect(await ids({ at: { $near: [0, 0], $maxDistance: 5, $minDistance: 1 } })).toEqual([2, 1]);
      await refusal(things.insertOne({ at: [181, 0] }), "BAD_OPERATION");
    });

    it("near: nothing in a missing collection", async () => {
      expect(await fresh(store()).find(near()).toArray()).toEqual([]);
    });

    it("near: the document to change", async () => {
      const things = await filled(store(), CITIES);
      await things.createIndex({ loc: "2dsphere" });
      const [filter, update] = [near({ $minDistance: 1_000 }), { $set: { seen: true } }];
      expect(await things.findOneAndUpdate(filter, update)).toMatchObject({ _id: "Potsdam" });
      expect((await things.updateMany(near({ $maxDistance: 30_000 }), update)).matchedCount).toBe(2);
      expect((await things.deleteMany(near({ $maxDistance: 30_000 }))).deletedCount).toBe(2);
    });

    it.each(WITHIN)("within: %s, with an index and without one", async (_name, condition, expected) => {
      for (const things of [sphere, unindexed]) expect(await idsOf(things, { loc: condition })).toEqual(expected);
    });

    it("are found in arrays of objects, and after they moved", async () => {
      const things = await filled(store(), [
        { stops: [{ at: [0, 0] }, { at: [10, 10] }] },
        { stops: [{ at: [20, 20] }] },
      ]);
      await things.createIndex({ "stops.at": "2dsphere" });
      const around = (x: number) => idsOf(things, { "stops.at": { $geoWithin: { $centerSphere: [[x, x], 0.01] } } });
      expect(await Promise.all([around(0), around(10), around(20)])).toEqual([[0], [0], [1]]);
      await things.updateOne({ _id: 0 }, { $set: { "stops.1.at": [20, 20] } });
      expect(await Promise.all([around(0), around(10), around(20)])).toEqual([[0], [], [0, 1]]);
      await things.deleteOne({ _id: 1 });
      expect(await around(20)).toEqual([0]);
    });

    it("can be combined with others in a pipeline", async () => {
      const pipeline = [
        { $match: { loc: { $geoWithin: { $centerSphere: [BERLIN, 1000 / 6378.1] } }, size: { $gt: 0 } } },
        { $group: { _id: null, sum: { $sum: "$size" } } },
      ];
      expect(await sphere.aggregate(pipeline).toArray()).toEqual([{ _id: null, sum: 15 }]);
    });

    it("that are invalid are refused, as are invalid queries for them", async () => {
      const things = await filled(store(), [{ _id: "here", loc: [1, 1], name: "no place" }]);
      await things.createIndex({ loc: "2dsphere" });
      for (const [name, operation] of BAD) {
        const error = await refusal(operation(things), "BAD_OPERATION").catch((failed) => {
          throw new Error(`${name}: ${failed}`);
        });
        expect(error.message).not.toBe("");
      }
      expect(await things.find({}).toArray()).toEqual([{ _id: "here", loc: [1, 1], name: "no place" }]);
      expect(await things.indexes()).toHaveLength(2);
    });
  });
}
