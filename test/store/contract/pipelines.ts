import { describe, expect, it } from "vitest";
import type { Document } from "../../../src/store/store.ts";
import type { Subject } from "../contract.ts";
import { filled, refusal } from "./collections.ts";

const day = (number: number) => new Date(Date.UTC(2026, 0, number));

const DOCUMENTS: Document[] = [
  { p: "a", n: 3, l: [1, 2], o: { x: 1, y: [{ z: 1 }, 5] }, at: day(1) },
  { p: "b", n: 1, l: [], o: { x: 2 }, at: day(2) },
  { p: "a", n: 3, l: "one", at: day(4) },
  { p: "b", n: null, at: day(5) },
  { p: "a", n: 8, l: null, o: { x: 9 }, at: day(8) },
];
const BY_ID = { $sort: { _id: 1 } } as const;
const windows = (output: Document, sortBy: Document = { n: 1 }) => [
  { $match: { n: { $ne: null } } },
  { $setWindowFields: { partitionBy: "$p", sortBy, output } },
  BY_ID,
  { $project: { v: 1 } },
];
const v = (...values: [number, unknown][]) => values.map(([_id, value]) => ({ _id, v: value }));

/** A pipeline over the documents, and what MongoDB documents that it makes. */
const CASES: [name: string, pipeline: Document[], expected: Document[]][] = [
  [
    "$set of a nested field keeps its neighbours",
    [{ $match: { _id: 1 } }, { $set: { o: { y: "$n" } } }, { $project: { o: 1 } }],
    [{ _id: 1, o: { x: 2, y: 1 } }],
  ],
  [
    "$set in each element of an array",
    [{ $match: { _id: 0 } }, { $set: { "o.y.w": 7 } }, { $project: { "o.y": 1 } }],
    [{ _id: 0, o: { y: [{ z: 1, w: 7 }, { w: 7 }] } }],
  ],
  [
    "$set through what is no object",
    [{ $match: { _id: 1 } }, { $set: { "n.m": 7 } }, { $project: { n: 1 } }],
    [{ _id: 1, n: { m: 7 } }],
  ],
  [
    "$set to $$REMOVE",
    [{ $match: { _id: 1 } }, { $set: { o: "$$REMOVE", l: "$$REMOVE", at: "$$REMOVE" } }],
    [{ _id: 1, p: "b", n: 1 }],
  ],
  [
    "$project takes and computes",
    [{ $match: { _id: 0 } }, { $project: { _id: 0, "o.x": 1, "o.s": { $add: ["$n", 1] }, q: "$p" } }],
    [{ o: { x: 1, s: 4 }, q: "a" }],
  ],
  ["$project leaves out", [{ $match: { _id: 3 } }, { $project: { at: 0, _id: 0 } }], [{ p: "b", n: null }]],
  ["$unset", [{ $match: { _id: 1 } }, { $unset: ["at", "o.x", "l"] }], [{ _id: 1, p: "b", n: 1, o: {} }]],
  [
    "$unwind keeps what is no array, and drops what is null, missing or empty",
    [{ $unwind: "$l" }, { $project: { v: "$l" } }, { $sort: { _id: 1, v: 1 } }],
    v([0, 1], [0, 2], [2, "one"]),
  ],
  [
    "$unwind with positions, and what it would drop",
    [
      { $unwind: { path: "$l", includeArrayIndex: "i", preserveNullAndEmptyArrays: true } },
      { $project: { l: 1, i: 1 } },
      { $sort: { _id: 1, i: 1 } },
    ],
    [
      { _id: 0, l: 1, i: 0 },
      { _id: 0, l: 2, i: 1 },
      { _id: 1, i: null },
      { _id: 2, l: "one", i: null },
      { _id: 3, i: null },
      { _id: 4, l: null, i: null },
    ],
  ],
  [
    "$group with each accumulator",
    [
      BY_ID,
      {
        $group: {
          _id: "$p",
          count: { $count: {} },
          sum: { $sum: "$n" },
          avg: { $avg: "$n" },
          min: { $min: "$n" },
          max: { $max: "$n" },
          first: { $first: "$n" },
          last: { $last: "$missing" },
          push: { $push: "$o.x" },
          merged: { $mergeObjects: "$o" },
          deviation: { $stdDevPop: "$o.x" },
          two: { $firstN: { input: "$n", n: 2 } },
          top: { $top: { sortBy: { n: -1 }, output: "$_id" } },
          least: { $bottomN: { sortBy: { n: -1 }, output: "$_id", n: 1 } },
        },
      },
      BY_ID,
    ],
    [
      {
        _id: "a",
        count: 3,
        sum: 14,
        avg: 14 / 3,
        min: 3,
        max: 8,
        first: 3,
        last: null,
        push: [1, 9],
        merged: { x: 9, y: [{ z: 1 }, 5] },
        deviation: 4,
        two: [3, 3],
        top: 4,
        least: [2],
      },
      {
        _id: "b",
        count: 2,
        sum: 1,
        avg: 1,
        min: 1,
        max: 1,
        first: 1,
        last: null,
        push: [2],
        merged: { x: 2 },
        deviation: 0,
        two: [1, null],
        top: 1,
        least: [3],
      },
    ],
  ],
  [
    "$group puts missing and null together",
    [{ $group: { _id: "$n", c: { $sum: 1 } } }, { $match: { _id: null } }],
    [{ _id: null, c: 1 }],
  ],
  [
    "$group by an object",
    [{ $group: { _id: { p: "$p" }, n: { $addToSet: "$n" } } }, BY_ID, { $limit: 1 }],
    [{ _id: { p: "a" }, n: [3, 8] }],
  ],
  [
    "$sortByCount",
    [{ $sortByCount: "$p" }],
    [
      { _id: "a", count: 3 },
      { _id: "b", count: 2 },
    ],
  ],
  ["$count of nothing", [{ $match: { n: 99 } }, { $count: "c" }], []],
  [
    "$bucket leaves empty ones out, and sorts",
    [{ $bucket: { groupBy: "$n", boundaries: [0, 2, 4, 6], default: "other", output: { ids: { $push: "$_id" } } } }],
    [
      { _id: 0, ids: [1] },
      { _id: 2, ids: [0, 2] },
      { _id: "other", ids: [3, 4] },
    ],
  ],
  [
    "$bucketAuto keeps equal values together",
    [{ $match: { n: { $gt: 0 } } }, { $bucketAuto: { groupBy: "$n", buckets: 2 } }],
    [
      { _id: { min: 1, max: 8 }, count: 3 },
      { _id: { min: 8, max: 8 }, count: 1 },
    ],
  ],
  [
    "$facet",
    [{ $facet: { all: [{ $count: "c" }], high: [{ $match: { n: { $gt: 4 } } }, { $project: { n: 1 } }] } }],
    [{ all: [{ c: 5 }], high: [{ _id: 4, n: 8 }] }],
  ],
  [
    "$replaceRoot",
    [{ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { $mergeObjects: ["$o", { p: "$p" }] } } }],
    [{ x: 2, p: "b" }],
  ],
  [
    "$redact",
    [
      { $match: { _id: 0 } },
      { $redact: { $cond: [{ $eq: ["$z", 1] }, "$$PRUNE", "$$DESCEND"] } },
      { $project: { o: 1 } },
    ],
    [{ _id: 0, o: { x: 1, y: [5] } }],
  ],
  [
    "$redact of whole documents",
    [{ $redact: { $cond: [{ $eq: ["$p", "a"] }, "$$PRUNE", "$$KEEP"] } }, { $project: { _id: 1 } }, BY_ID],
    [{ _id: 1 }, { _id: 3 }],
  ],
  [
    "$sum, $avg and $max of one document's fields",
    [{ $match: { _id: 0 } }, { $project: { v: [{ $sum: "$l" }, { $avg: "$n" }, { $max: "$at" }, { $sum: "$no" }] } }],
    v([0, [3, 3, day(1), 0]]),
  ],
  [
    "$multiply and $mod of what is missing",
    [{ $match: { _id: 3 } }, { $project: { v: [{ $multiply: ["$n", 2] }, { $mod: ["$no", 2] }] } }],
    v([3, [null, null]]),
  ],
  ["$rank", windows({ v: { $rank: {} } }), v([0, 1], [1, 1], [2, 1], [4, 3])],
  ["$denseRank", windows({ v: { $denseRank: {} } }), v([0, 1], [1, 1], [2, 1], [4, 2])],
  ["$documentNumber", windows({ v: { $documentNumber: {} } }, { _id: -1 }), v([0, 3], [1, 1], [2, 2], [4, 1])],
  [
    "a running sum",
    windows({ v: { $sum: "$n", window: { documents: ["unbounded", "current"] } } }, { _id: 1 }),
    v([0, 3], [1, 1], [2, 6], [4, 14]),
  ],
  [
    "a sum of neighbours",
    windows({ v: { $sum: "$n", window: { documents: [-1, 0] } } }, { _id: 1 }),
    v([0, 3], [1, 1], [2, 6], [4, 11]),
  ],
  ["an average over all", windows({ v: { $max: "$n" } }), v([0, 8], [1, 1], [2, 8], [4, 8])],
  ["$sample", [{ $sample: { size: 99 } }, { $count: "c" }], [{ c: 5 }]],
  [
    "$expr in a match",
    [{ $match: { $expr: { $gt: ["$n", { $size: { $ifNull: ["$o.y", []] } }] } } }, BY_ID, { $project: { _id: 1 } }],
    [{ _id: 0 }, { _id: 1 }, { _id: 2 }, { _id: 4 }],
  ],
];

const REFUSED: [name: string, stage: Document][] = [
  ["an unknown stage", { $nonsense: {} }],
  ["$search", { $search: {} }],
  ["$documents", { $documents: [] }],
  ["an unknown operator", { $set: { x: { $nonsense: 1 } } }],
  ["an unknown accumulator", { $group: { _id: null, x: { $nonsense: 1 } } }],
  ["a group without _id", { $group: { x: { $sum: 1 } } }],
  ["a dotted field of a group", { $group: { _id: null, "a.b": { $sum: 1 } } }],
  ["boundaries out of order", { $bucket: { groupBy: "$n", boundaries: [5, 1], default: 0 } }],
  ["a division by 0", { $set: { x: { $mod: [1, 0] } } }],
  ["a limit of 0", { $limit: 0 }],
  ["a skip of -1", { $skip: -1 }],
  ["a path without $", { $unwind: "l" }],
  ["a variable that nothing sets", { $set: { x: "$$nobody" } }],
  ["fields included and excluded", { $project: { n: 1, p: 0 } }],
  ["a rank without an order", { $setWindowFields: { output: { r: { $rank: {} } } } }],
  ["a rank with a window", { $setWindowFields: { sortBy: { n: 1 }, output: { r: { $rank: {}, window: {} } } } }],
  ["a sort in no direction", { $sort: { n: 2 } }],
];

export function pipelines(store: Subject): void {
  describe("pipelines", () => {
    it.each(CASES)("transform documents as MongoDB documents: %s", async (_name, pipeline, expected) => {
      const things = await filled(store(), DOCUMENTS);
      expect(await things.aggregate(pipeline).toArray()).toEqual(expected);
      expect(await things.find({}, { sort: { _id: 1 } }).toArray()).toEqual(
        DOCUMENTS.map((each, i) => ({ _id: i, ...each })),
      );
    });

    it("follow references, and join by fields and a pipeline together", async () => {
      const people = await filled(store(), [{ boss: null }, { boss: 0 }, { boss: 1 }, { boss: 1 }]);
      const graph = {
        from: people.name,
        startWith: "$boss",
        connectFromField: "boss",
        connectToField: "_id",
        as: "above",
        depthField: "depth",
      };
      const above = await people
        .aggregate([
          { $match: { _id: 3 } },
          { $graphLookup: graph },
          { $unwind: "$above" },
          { $sort: { "above.depth": 1 } },
          { $project: { v: "$above._id" } },
        ])
        .toArray();
      expect(above).toEqual(v([3, 1], [3, 0]));
      const lookup = {
        from: people.name,
        localField: "_id",
        foreignField: "boss",
        let: { least: 3 },
        pipeline: [{ $match: { $expr: { $gte: ["$_id", "$$least"] } } }, { $project: { _id: 1 } }],
        as: "below",
      };
      const below = await people
        .aggregate([{ $match: { _id: 1 } }, { $lookup: lookup }, { $project: { v: "$below" } }])
        .toArray();
      expect(below).toEqual(v([1, [{ _id: 3 }]]));
      const both = [
        { $match: { _id: 0 } },
        { $unionWith: { coll: people.name, pipeline: [{ $match: { boss: 1 } }] } },
        { $count: "c" },
      ];
      expect(await people.aggregate(both).toArray()).toEqual([{ c: 3 }]);
    });

    it("return _id first", async () => {
      const things = await filled(store(), DOCUMENTS);
      const [found] = await things.aggregate([{ $project: { n: 1, x: { $add: [1, 1] } } }, { $limit: 1 }]).toArray();
      expect(Object.keys(found!)).toEqual(["_id", "n", "x"]);
    });

    it.each(REFUSED)("BAD_OPERATION: %s", async (_name, stage) => {
      const things = await filled(store(), DOCUMENTS);
      await refusal(things.aggregate([{ $match: {} }, stage]).toArray(), "BAD_OPERATION");
    });
  });
}
