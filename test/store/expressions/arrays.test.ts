import { describe, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import { REFUSED, resultOf, tables } from "./support.ts";

const ID = ObjectId.createFromHexString("0123456789abcdef01234567");
const at = new Date(1);
const D = {
  l: [3, 1, 2],
  d: [{ n: 2, k: "b" }, { n: 1, k: "a" }, 5, [{ n: 9 }]],
  o: { a: 1, b: null },
  nothing: null,
  "": 0,
};

describe("paths and variables", () => {
  tables({
    "$map, $filter, $reduce": [
      [{ $map: { input: "$l", in: { $multiply: ["$$this", 2] } } }, [6, 2, 4], D],
      [
        { $map: { input: "$l", as: "x", in: ["$$x", "$o.a"] } },
        [
          [3, 1],
          [1, 1],
          [2, 1],
        ],
        D,
      ],
      [{ $map: { input: "$nothing", in: 1 } }, null, D],
      [{ $map: { input: "$o", in: 1 } }, REFUSED, D],
      [{ $map: { input: "$d", in: "$$this.n" } }, [2, 1, null, [9]], D],
      [{ $filter: { input: "$l", cond: { $gt: ["$$this", 1] } } }, [3, 2], D],
      [{ $filter: { input: "$l", cond: true, limit: 2 } }, [3, 1], D],
      [{ $filter: { input: "$l", cond: true, limit: 0 } }, REFUSED, D],
      [{ $reduce: { input: "$l", initialValue: 0, in: { $add: ["$$value", "$$this"] } } }, 6, D],
      [{ $reduce: { input: [], initialValue: 5, in: 1 } }, 5],
      [
        {
          $map: {
            input: [[1, 2], [3]],
            in: { $reduce: { input: "$$this", initialValue: 0, in: { $add: ["$$value", "$$this"] } } },
          },
        },
        [3, 3],
      ],
    ],
  });
});

describe("arrays", () => {
  tables({
    $in: [
      [{ $in: [2, "$l"] }, true, D],
      [{ $in: [{ $literal: { n: 9 } }, [{ n: 9 }]] }, true],
      [{ $in: [2, "$nothing"] }, REFUSED, D],
    ],
    $indexOfArray: [
      [{ $indexOfArray: ["$l", 2] }, 2, D],
      [{ $indexOfArray: ["$l", 3, 1] }, -1, D],
      [{ $indexOfArray: [["a", "b", "a"], "a", 1] }, 2],
      [{ $indexOfArray: [["a", "b"], "b", 0, 1] }, -1],
      [{ $indexOfArray: [null, 1] }, null],
      [{ $indexOfArray: ["x", 1] }, REFUSED],
      [{ $indexOfArray: [[1], 1, -1] }, REFUSED],
    ],
    sets: [
      [
        {
          $setUnion: [
            ["red", "blue"],
            ["green", "red"],
          ],
        },
        ["red", "blue", "green"],
      ],
      [{ $setUnion: [[[1]], [[1], 1]] }, [[1], 1]],
      [
        {
          $setUnion: [
            [ID, at],
            [ID, new Date(1)],
          ],
        },
        [ID, at],
      ],
      [
        {
          $setIntersection: [
            [ID, at],
            [new Date(1), new ObjectId()],
          ],
        },
        [at],
      ],
      [{ $setEquals: [[ID], [ID]] }, true],
      [{ $setEquals: [[at], [new Date(2)]] }, false],
      [
        {
          $setIntersection: [
            [1, 2, 2],
            [2, 3],
          ],
        },
        [2],
      ],
      [{ $setIntersection: [[1], "x"] }, REFUSED],
      [{ $setDifference: [[1, 2, 2, 3], [1]] }, [2, 3]],
      [
        {
          $setEquals: [
            ["a", "b", "a"],
            ["b", "a"],
          ],
        },
        true,
      ],
      [{ $setEquals: [["a"], ["a", "b"]] }, false],
      [{ $setEquals: [["a"], null] }, REFUSED],
      [
        {
          $setIsSubset: [
            [1, 1],
            [1, 2],
          ],
        },
        true,
      ],
      [{ $setIsSubset: [[[1]], [1]] }, false],
      [{ $anyElementTrue: [[0, ""]] }, true],
      [{ $allElementsTrue: [[1, null]] }, false],
      [{ $allElementsTrue: [[]] }, true],
    ],
    $mergeObjects: [
      [{ $mergeObjects: ["$o", { a: 2, c: 3 }] }, { a: 2, b: null, c: 3 }, D],
      [{ $mergeObjects: "$o" }, { a: 1, b: null }, D],
      [{ $mergeObjects: [{ $literal: [{ a: 1 }, null, { b: 2 }] }] }, { a: 1, b: 2 }],
      [{ $mergeObjects: [1] }, REFUSED],
    ],
    "accumulators over one document": [
      [{ $sum: "$l" }, 6, D],
      [{ $sum: ["$l", 1] }, 1, D],
      [{ $sum: ["x", 1, null] }, 1],
      [{ $avg: [] }, null],
      [{ $avg: [1, 2] }, 1.5],
      [{ $max: "$l" }, 3, D],
      [{ $min: [null, "$missing", "a", 5] }, 5],
      [{ $max: [null] }, null],
      [{ $stdDevPop: [1, 3] }, 1],
      [{ $sum: "$missing" }, 0],
      [{ $sum: "$o.a" }, 1, D],
      [{ $map: { input: [[1, 2], [3]], in: { $sum: "$$this" } } }, [3, 3]],
    ],
  });

  it("refuse what mingo gets wrong, and unknown operators", () => {
    const median = { $median: { input: [1, 2], method: "approximate" } };
    const percentile = { $percentile: { input: [1, 2], p: [0.5], method: "approximate" } };
    for (const expression of [
      median,
      percentile,
      { $zip: { inputs: [[], [1]] } },
      { $nonsense: 1 },
      { $toUUID: "x" },
    ]) {
      expect(resultOf(expression)).toBe(REFUSED);
    }
  });

  it("do not treat a member named __proto__ as a prototype", () => {
    resultOf({ $mergeObjects: [{ $arrayToObject: { $literal: [["__proto__", { polluted: 1 }]] } }, { a: 1 }] });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
