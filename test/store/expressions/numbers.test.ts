import { describe } from "vitest";
import { REFUSED, tables } from "./support.ts";

/** Values by MongoDB's documentation of each operator. */
describe("arithmetic", () => {
  tables({
    "$multiply and $divide": [
      [{ $multiply: [2, 3, 0.5] }, 3],
      [{ $multiply: [2, null] }, null],
      [{ $multiply: [2, "x"] }, REFUSED],
      [{ $multiply: [2, Number.NaN] }, Number.NaN],
      [{ $divide: [7, 2] }, 3.5],
      [{ $divide: [7, 0] }, REFUSED],
      [{ $divide: ["$missing", 2] }, null],
    ],
    $mod: [
      [{ $mod: [7, 3] }, 1],
      [{ $mod: [-7, 3] }, -1],
      [{ $mod: [7.5, 2] }, 1.5],
      [{ $mod: [7, 0] }, REFUSED],
      [{ $mod: [null, 2] }, null],
      [{ $mod: [7, "$missing"] }, null],
    ],
    "$round: half to even, on the exact value": [
      [{ $round: 10.5 }, 10],
      [{ $round: [11.5, 0] }, 12],
      [{ $round: -2.5 }, -2],
      [{ $round: 12.51 }, 13],
      [{ $round: [19.25, 1] }, 19.2],
      [{ $round: [28.73, 1] }, 28.7],
      [{ $round: [-45.39, 1] }, -45.4],
      [{ $round: [2.675, 2] }, 2.67],
      [{ $round: [2.345, 2] }, 2.35],
      [{ $round: [1.005, 2] }, 1],
      [{ $round: [0.35, 1] }, 0.3],
      [{ $round: [1250, -2] }, 1200],
      [{ $round: [1350, -2] }, 1400],
      [{ $round: [-1250, -2] }, -1200],
      [{ $round: [1e25, -24] }, REFUSED],
      [{ $round: [1.5e22, 5] }, 1.5e22],
      [{ $round: [1, 1.5] }, REFUSED],
      [{ $round: [1, 100] }, REFUSED],
      [{ $round: Number.POSITIVE_INFINITY }, Number.POSITIVE_INFINITY],
      [{ $round: [null, 1] }, null],
      [{ $round: [1.55, null] }, null],
    ],
    $trunc: [
      [{ $trunc: [-5.9] }, -5],
      [{ $trunc: [1.789, 2] }, 1.78],
      [{ $trunc: [1299, -2] }, 1200],
      [{ $trunc: [-1.29, 1] }, -1.2],
    ],
  });
});

describe("comparisons and conditions", () => {
  tables({
    "comparisons go over all types, and a missing value is below null": [
      [{ $gt: ["a", 5] }, true],
      [{ $gt: [[1], 5] }, true],
      [{ $lt: [{ a: 1 }, [1]] }, true],
      [{ $eq: ["$missing", null] }, false],
      [{ $lt: ["$missing", null] }, true],
      [{ $eq: ["$missing", "$none"] }, true],
      [{ $eq: [[1, 2], 1] }, false],
      [{ $eq: [{ $literal: { a: 1, b: 2 } }, { $literal: { b: 2, a: 1 } }] }, false],
      [{ $gte: [new Date(5), new Date(5)] }, true],
      [{ $cmp: [1, 2] }, -1],
      [{ $cmp: ["b", "a"] }, 1],
      [{ $ne: [0, false] }, true],
      [{ $eq: [1] }, REFUSED],
    ],
    "$and, $or, $not": [
      [{ $and: [] }, true],
      [{ $or: [] }, false],
      [{ $and: [1, "", [], { $literal: {} }] }, true],
      [{ $and: [1, 0] }, false],
      [{ $or: [null, "$missing", false, 0] }, false],
      [{ $or: [true, { $divide: [1, 0] }] }, true],
      [{ $not: [""] }, false],
      [{ $not: Number.NaN }, false],
      [{ $not: "$missing" }, true],
      [{ $not: [1, 2] }, REFUSED],
    ],
  });
});
