import { beforeAll, describe, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import type { Collection } from "../../../src/store/store.ts";
import type { Subject } from "../contract.ts";
import { filled, fresh, refusal } from "./collections.ts";

const ann = new ObjectId();
const ben = new ObjectId();

export function aggregates(store: Subject): void {
  describe("aggregate", () => {
    let scores: Collection;
    let players: Collection;
    beforeAll(async () => {
      players = fresh(store());
      await players.insertMany([
        { _id: ann, name: "Ann" },
        { _id: ben, name: "Ben" },
      ]);
      scores = await filled(store(), [
        { player: ann, points: 5, tags: ["a", "b"], at: new Date(1000) },
        { player: ben, points: 7, tags: ["b"], at: new Date(2000) },
        { player: ann, points: 9, tags: [], at: new Date(3000) },
        { player: new ObjectId(), points: 1 },
      ]);
    });

    it("matches, sorts, skips and limits", async () => {
      const found = await scores
        .aggregate([{ $match: { points: { $gt: 1 } } }, { $sort: { points: -1 } }, { $skip: 1 }, { $limit: 1 }])
        .toArray();
      expect(found).toEqual([{ _id: 1, player: ben, points: 7, tags: ["b"], at: new Date(2000) }]);
    });

    it("keeps the order of the stages", async () => {
      const stages = [
        { $sort: { points: 1 } },
        { $limit: 2 },
        { $match: { points: { $gt: 1 } } },
        { $project: { points: 1 } },
      ];
      expect(await scores.aggregate(stages).toArray()).toEqual([{ _id: 0, points: 5 }]);
      const skipLast = [{ $limit: 3 }, { $sort: { points: -1 } }, { $skip: 2 }, { $project: { points: 1, _id: 0 } }];
      expect(await scores.aggregate([{ $sort: { _id: 1 } }, ...skipLast]).toArray()).toEqual([{ points: 5 }]);
    });

    it("groups", async () => {
      const found = await scores
        .aggregate([
          { $match: { player: { $in: [ann, ben] } } },
          {
            $group: {
              _id: "$player",
              sum: { $sum: "$points" },
              best: { $max: "$points" },
              n: { $sum: 1 },
              last: { $max: "$at" },
            },
          },
          { $sort: { sum: -1 } },
        ])
        .toArray();
      expect(found).toEqual([
        { _id: ann, sum: 14, best: 9, n: 2, last: new Date(3000) },
        { _id: ben, sum: 7, best: 7, n: 1, last: new Date(2000) },
      ]);
    });

    it("groups everything into one, and counts", async () => {
      expect(await scores.aggregate([{ $group: { _id: null, avg: { $avg: "$points" } } }]).toArray()).toEqual([
        { _id: null, avg: 5.5 },
      ]);
      expect(await scores.aggregate([{ $match: { points: { $lt: 8 } } }, { $count: "n" }]).toArray()).toEqual([
        { n: 3 },
      ]);
    });

    it("unwinds and computes fields", async () => {
      const found = await scores
        .aggregate([
          { $unwind: "$tags" },
          { $project: { _id: 0, tag: "$tags", double: { $multiply: ["$points", 2] } } },
          { $sort: { tag: 1, double: 1 } },
        ])
        .toArray();
      expect(found).toEqual([
        { tag: "a", double: 10 },
        { tag: "b", double: 10 },
        { tag: "b", double: 14 },
      ]);
    });

    it("looks up in another collection", async () => {
      const found = await scores
        .aggregate([
          { $match: { points: { $gte: 7 } } },
          { $lookup: { from: players.name, localField: "player", foreignField: "_id", as: "who" } },
          { $unwind: "$who" },
          { $project: { name: "$who.name" } },
          { $sort: { _id: 1 } },
        ])
        .toArray();
      expect(found).toEqual([
        { _id: 1, name: "Ben" },
        { _id: 2, name: "Ann" },
      ]);
    });

    it("a look-up without a match is an empty array, and a missing field matches null", async () => {
      const others = await filled(store(), [{ k: null }, { k: 1 }, {}]);
      const local = await filled(store(), [{ k: 1 }, { k: 9 }, {}, { k: [1, 9] }]);
      const stages = [
        { $lookup: { from: others.name, localField: "k", foreignField: "k", as: "found" } },
        { $sort: { _id: 1 } },
      ];
      const found = await local.aggregate(stages).toArray();
      expect(found.map((document) => (document.found as { _id: number }[]).map(({ _id }) => _id).sort())).toEqual([
        [1],
        [],
        [0, 2],
        [1],
      ]);
    });

    it("looks up with a pipeline", async () => {
      const stages = [
        { $match: { _id: ann } },
        {
          $lookup: {
            from: scores.name,
            let: { id: "$_id" },
            pipeline: [
              { $match: { $expr: { $eq: ["$player", "$$id"] } } },
              { $sort: { points: -1 } },
              { $project: { points: 1, _id: 0 } },
            ],
            as: "scores",
          },
        },
      ];
      expect(await players.aggregate(stages).toArray()).toEqual([
        { _id: ann, name: "Ann", scores: [{ points: 9 }, { points: 5 }] },
      ]);
    });

    it("adds fields and replaces the root", async () => {
      const stages = [
        { $match: { _id: 0 } },
        { $addFields: { "o.x": { $add: ["$points", 1] } } },
        { $replaceRoot: { newRoot: "$o" } },
      ];
      expect(await scores.aggregate(stages).toArray()).toEqual([{ x: 6 }]);
    });

    it("does not change stored documents", async () => {
      const before = await scores.find({}).toArray();
      await scores.aggregate([{ $set: { points: 0 } }, { $unset: "tags" }]).toArray();
      expect(await scores.find({}).toArray()).toEqual(before);
    });

    it("can be iterated", async () => {
      const seen: unknown[] = [];
      for await (const { _id } of scores.aggregate([{ $sort: { _id: 1 } }, { $limit: 3 }])) seen.push(_id);
      expect(seen).toEqual([0, 1, 2]);
    });

    it.each([
      ["an unknown stage", [{ $nonsense: 1 }]],
      ["a stage with two names", [{ $match: {}, $limit: 1 }]],
      ["a stage that writes", [{ $out: "x" }]],
      ["code", [{ $addFields: { x: { $function: { body: "function() { return 1 }", args: [], lang: "js" } } } }]],
      ["an unknown operator", [{ $addFields: { x: { $nonsense: 1 } } }]],
    ])("refuses %s", async (_name, pipeline) => {
      await refusal(scores.aggregate(pipeline).toArray(), "BAD_OPERATION");
    });
  });
}
