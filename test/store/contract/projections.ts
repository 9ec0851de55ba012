import { describe, expect, it } from "vitest";
import type { Document, Projection } from "../../../src/store/store.ts";
import type { Subject } from "../contract.ts";
import { filled, refusal } from "./collections.ts";

const DOCUMENT = {
  _id: 0,
  n: 1,
  s: "x",
  l: [1, 5, 5, 9],
  o: { a: 1, b: { c: 2, d: 3 } },
  games: [
    { k: "a", score: 3, tags: ["p"] },
    { k: "b", score: 7, tags: ["q", "r"] },
    { k: "c", score: 9 },
  ],
  mixed: [1, { k: 1, v: 2 }, [{ k: 3, v: 4 }], "t"],
};
const { _id, n, s, o, games } = DOCUMENT;

/** What of the document comes back; `_id` included where the row has it. */
const CASES: [name: string, filter: Document, projection: Document, expected: Document][] = [
  ["fields", {}, { n: 1, s: true }, { _id, n, s }],
  ["any number but 0 takes", {}, { n: 5 }, { _id, n }],
  ["all but fields", {}, { l: 0, games: false, mixed: 0 }, { _id, n, s, o }],
  ["_id alone", {}, { _id: 1 }, { _id }],
  ["all but _id", {}, { _id: 0, l: 0, o: 0, games: 0, mixed: 0 }, { n, s }],
  ["fields without _id", {}, { _id: 0, n: 1 }, { n }],
  ["_id included while others are excluded", {}, { _id: 1, l: 0, o: 0, games: 0, mixed: 0 }, { _id, n, s }],
  ["dotted", {}, { "o.b.c": 1 }, { _id, o: { b: { c: 2 } } }],
  ["dotted, left out", {}, { "o.b": 0, l: 0, games: 0, mixed: 0 }, { _id, n, s, o: { a: 1 } }],
  ["through an array", {}, { "games.k": 1 }, { _id, games: [{ k: "a" }, { k: "b" }, { k: "c" }] }],
  ["through an array with others", {}, { "mixed.k": 1 }, { _id, mixed: [{ k: 1 }, [{ k: 3 }]] }],
  [
    "left out through an array with others",
    {},
    { "mixed.k": 0, n: 0, s: 0, l: 0, o: 0, games: 0 },
    { _id, mixed: [1, { v: 2 }, [{ v: 4 }], "t"] },
  ],
  ["a number in a path is a name", {}, { "l.0": 1 }, { _id, l: [] }],
  ["missing fields", {}, { nowhere: 1, "s.x": 1, "n.y": 1 }, { _id }],

  ["$: the first that matched", { l: 5 }, { "l.$": 1 }, { _id, l: [5] }],
  ["$: by a comparison", { l: { $gt: 5 } }, { "l.$": 1, n: 1 }, { _id, n, l: [9] }],
  ["$: by a condition inside", { "games.k": "b" }, { "games.$": 1 }, { _id, games: [games[1]] }],
  [
    "$: by $elemMatch",
    { games: { $elemMatch: { score: { $gt: 4 }, k: { $ne: "b" } } } },
    { "games.$": true },
    { _id, games: [games[2]] },
  ],
  ["$: inside elements", { "games.score": 7 }, { "games.k.$": 1 }, { _id, games: [{ k: "b" }] }],
  ["$: a condition in an $and", { $and: [{ n: 1 }, { l: 9 }] }, { "l.$": 1 }, { _id, l: [9] }],
  ["$: the branch of an $or that matched", { $or: [{ n: 2, l: 1 }, { l: 9 }] }, { "l.$": 1, _id: 0 }, { l: [9] }],
  ["$: no array", { n: 1 }, { "n.$": 1 }, { _id, n }],
  ["$: a missing field", { n: 1 }, { "nowhere.$": 1 }, { _id }],

  [
    "$elemMatch: the first that matches",
    {},
    { games: { $elemMatch: { score: { $gt: 3 } } } },
    { _id, games: [games[1]] },
  ],
  ["$elemMatch of values", {}, { l: { $elemMatch: { $gt: 5 } } }, { _id, l: [9] }],
  ["$elemMatch beside fields", {}, { n: 1, games: { $elemMatch: { k: "c" } } }, { _id, n, games: [games[2]] }],
  ["$elemMatch without _id", {}, { _id: 0, games: { $elemMatch: { k: "a" } } }, { games: [games[0]] }],
  ["$elemMatch of nothing", {}, { games: { $elemMatch: { k: "z" } } }, { _id }],
  ["$elemMatch of no array", {}, { n: { $elemMatch: { $gt: 0 } } }, { _id }],

  ["$slice: the first", {}, { l: { $slice: 2 } }, { ...DOCUMENT, l: [1, 5] }],
  ["$slice: the last", {}, { l: { $slice: -1 }, n: 1 }, { _id, n, l: [9] }],
  ["$slice: none", {}, { l: { $slice: 0 }, n: 1 }, { _id, n, l: [] }],
  ["$slice: from a position", {}, { l: { $slice: [1, 2] }, n: 1 }, { _id, n, l: [5, 5] }],
  ["$slice: from a position before the end", {}, { l: { $slice: [-3, 2] }, n: 1 }, { _id, n, l: [5, 5] }],
  ["$slice: from before the start", {}, { l: { $slice: [-9, 1] }, n: 1 }, { _id, n, l: [1] }],
  ["$slice: beyond the end", {}, { l: { $slice: [9, 1] }, n: 1 }, { _id, n, l: [] }],
  ["$slice of no array", {}, { n: { $slice: 1 } }, DOCUMENT],
  ["$slice beside fields left out", {}, { l: { $slice: 1 }, games: 0, mixed: 0, o: 0 }, { _id, n, s, l: [1] }],
  ["$slice with _id alone", {}, { _id: 1, l: { $slice: 1 } }, { _id, l: [1] }],
  ["$slice without _id", {}, { _id: 0, s: 0, n: 0, o: 0, games: 0, mixed: 0, l: { $slice: 1 } }, { l: [1] }],
  [
    "$slice inside elements",
    {},
    { "games.tags": { $slice: 1 }, "games.k": 1 },
    { _id, games: [{ k: "a", tags: ["p"] }, { k: "b", tags: ["q"] }, { k: "c" }] },
  ],
];

const REFUSED: [name: string, projection: Document][] = [
  ["fields included and excluded", { n: 1, s: 0 }],
  ["a field twice", { o: 1, "o.a": 1 }],
  ["a field twice, the other way round", { "o.a": 1, o: 1 }],
  ["a field and its elements by $", { l: 1, "l.$": 1 }],
  ["$ with fields left out", { "l.$": 1, n: 0 }],
  ["$ that leaves out", { "l.$": 0 }],
  ["two $", { "l.$": 1, "games.$": 1 }],
  ["$ without a condition on the array", { "games.$": 1 }],
  ["$ in the middle", { "games.$.k": 1 }],
  ["$elemMatch of a path", { "o.l": { $elemMatch: { a: 1 } } }],
  ["$elemMatch of a value", { l: { $elemMatch: 1 } }],
  ["$slice of text", { l: { $slice: "1" } }],
  ["$slice that takes nothing", { l: { $slice: [0, 0] } }],
  ["$slice of three", { l: { $slice: [1, 1, 1] } }],
  ["an empty object", { o: {} }],
  ["an empty part of a path", { "o..a": 1 }],
  ["an unknown operator", { x: { $nonsense: 1 } }],
  ["code", { x: { $function: { body: "1", args: [], lang: "js" } } }],
];

export function projections(store: Subject): void {
  describe("projections", () => {
    it("of find, findOne and findOneAnd…", async () => {
      const things = await filled(store(), [DOCUMENT]);
      for (const [name, filter, raw, document] of CASES) {
        const projection = raw as Projection;
        expect({ name, found: await things.find(filter, { projection }).toArray() }).toEqual({
          name,
          found: [document],
        });
        expect({ name, found: await things.findOne(filter, { projection }) }).toEqual({ name, found: document });
        const update = { $set: { s: "x" } };
        expect({ name, found: await things.findOneAndUpdate(filter, update, { projection }) }).toEqual({
          name,
          found: document,
        });
        expect({ name, found: await things.findOneAndReplace(filter, DOCUMENT, { projection }) }).toEqual({
          name,
          found: document,
        });
      }
      const projection: Projection = { "l.$": 1 };
      expect(await things.findOneAndDelete({ l: { $gt: 5 } }, { projection })).toEqual({ _id, l: [9] });
    });

    it("of an $elemMatch come after the fields, whatever their order in the document", async () => {
      const things = await filled(store(), [DOCUMENT]);
      const projection: Projection = { l: { $elemMatch: { $gt: 5 } }, o: 1, n: 1 };
      expect(Object.keys((await things.findOne({}, { projection }))!)).toEqual(["_id", "n", "o", "l"]);
    });

    it("return one element per document for $", async () => {
      const things = await filled(store(), [{ l: [3, 1] }, { l: [1, 4] }, { l: [5] }]);
      const found = await things.find({ l: { $gte: 3 } }, { projection: { "l.$": 1 }, sort: { _id: 1 } }).toArray();
      expect(found.map((document) => document["l"])).toEqual([[3], [4], [5]]);
    });

    it.each(REFUSED)("BAD_OPERATION: %s", async (_name, projection) => {
      const things = await filled(store(), [DOCUMENT]);
      await refusal(things.find({ l: 5 }, { projection: projection as Projection }).toArray(), "BAD_OPERATION");
      await refusal(
        things.findOneAndUpdate({ l: 5 }, { $set: { n: 2 } }, { projection: projection as Projection }),
        "BAD_OPERATION",
      );
      expect(await things.find({}).toArray()).toEqual([DOCUMENT]);
    });

    it("BAD_OPERATION: $ with the document after the change", async () => {
      const things = await filled(store(), [DOCUMENT]);
      const options = { projection: { "l.$": 1 }, returnDocument: "after" } as const;
      await refusal(things.findOneAndUpdate({ l: 5 }, { $set: { n: 2 } }, options), "BAD_OPERATION");
      expect(await things.find({}).toArray()).toEqual([DOCUMENT]);
    });
  });
}
