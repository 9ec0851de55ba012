import { describe, expect, it } from "vitest";
import type { Collection, Document, Documents } from "../../../src/store/store.ts";
import type { StoreFactory, Subject } from "../contract.ts";
import { filled, fresh, refusal } from "./collections.ts";

/** None, or with a stage that is not on the list, wherever it stands. */
const PIPELINES: unknown[] = [
  {},
  [[]],
  [{}],
  [{ $match: {}, $limit: 1 }],
  ...["$changeStream", "$collStats", "$indexStats", "$currentOp", "$planCacheStats", "$listSessions"].map((name) => [
    { [name]: {} },
  ]),
  ...["$listLocalSessions", "$listSampledQueries", "$listSearchIndexes", "$search", "$searchMeta"].map((name) => [
    { [name]: {} },
  ]),
  ...["$vectorSearch", "$rankFusion", "$shardedDataDistribution", "$changeStreamSplitLargeEvent"].map((name) => [
    { [name]: {} },
  ]),
  [{ $documents: [{ a: 1 }] }],
  [{ $out: "others" }],
  [{ $merge: "others" }],
  [{ $nonsense: {} }],
  [{ $limit: 1 }, { $collStats: {} }],
  [{ $facet: { a: [{ $indexStats: {} }] } }],
  [{ $facet: { a: [{ $facet: { b: [{ $out: "others" }] } }] } }],
  [{ $lookup: { from: "others", as: "o", pipeline: [{ $collStats: {} }] } }],
  [{ $lookup: { from: "others", as: "o", pipeline: {} } }],
  [{ $unionWith: { coll: "others", pipeline: [{ $unionWith: { coll: "o", pipeline: [{ $indexStats: {} }] } }] } }],
];

/** What is refused as BAD_OPERATION; the document is {_id: 0, n: 1, s: "x", l: [1], o: {a: 1}}. */
const BAD: [string, (things: Collection) => Promise<unknown>][] = [
  ["$inc of a string", (things) => things.updateOne({}, { $inc: { s: 1 } })],
  ["$inc by a string", (things) => things.updateOne({}, { $inc: { n: "1" } })],
  ["$mul of an array", (things) => things.updateOne({}, { $mul: { l: 2 } })],
  ["$push to a number", (things) => things.updateOne({}, { $push: { n: 1 } })],
  ["$push with an unknown modifier", (things) => things.updateOne({}, { $push: { l: { $each: [], $nonsense: 1 } } })],
  ["$push $each of no array", (things) => things.updateOne({}, { $push: { l: { $each: 1 } } })],
  ["$addToSet to a string", (things) => things.updateOne({}, { $addToSet: { s: 1 } })],
  ["$pull from a number", (things) => things.updateOne({}, { $pull: { n: 1 } })],
  ["$pop by 2", (things) => things.updateOne({}, { $pop: { l: 2 } })],
  ["$pop from an object", (things) => things.updateOne({}, { $pop: { o: 1 } })],
  ["$set through a number", (things) => things.updateOne({}, { $set: { "n.x": 1 } })],
  ["$set of a name in an array", (things) => things.updateOne({}, { $set: { "l.x": 1 } })],
  ["two changes of one field", (things) => things.updateOne({}, { $set: { n: 1 }, $inc: { n: 1 } })],
  ["a change of a field and of a part of it", (things) => things.updateOne({}, { $set: { o: {}, "o.a": 1 } })],
  ["a change of _id", (things) => things.updateOne({}, { $set: { _id: 5 } })],
  ["a replacement with another _id", (things) => things.replaceOne({}, { _id: 5 })],
  ["an unknown update operator", (things) => things.updateOne({}, { $nonsense: { n: 1 } })],
  ["an update without operators", (things) => things.updateOne({}, { n: 5 })],
  ["an update that is empty", (things) => things.updateOne({}, {})],
  ["an update that is a pipeline", (things) => things.updateOne({}, [{ $set: { n: 5 } }] as unknown as Document)],
  ["a replacement with operators", (things) => things.replaceOne({}, { $set: { n: 5 } })],
  ["an operator on no object", (things) => things.updateOne({}, { $set: 5 })],
  ["an empty part in a path", (things) => things.updateOne({}, { $set: { "a..b": 1 } })],
  ["$ without a condition on the array", (things) => things.updateOne({}, { $set: { "l.$": 1 } })],
  ["$[name] without an array filter", (things) => things.updateOne({}, { $set: { "l.$[x]": 1 } })],
  [
    "an array filter that is not used",
    (things) => things.updateOne({}, { $set: { n: 2 } }, { arrayFilters: [{ x: 1 }] }),
  ],
  ["$[] of a number", (things) => things.updateOne({}, { $set: { "n.$[]": 1 } })],
  ["an unknown filter operator", (things) => things.findOne({ n: { $nonsense: 1 } })],
  ["an unknown operator beside fields", (things) => things.findOne({ $nonsense: [] })],
  ["$in of no array", (things) => things.find({ n: { $in: 5 } }).toArray()],
  ["$and of no array", (things) => things.find({ $and: {} }).toArray()],
  ["$or of nothing", (things) => things.find({ $or: [] }).toArray()],
  ["$regex that is not valid", (things) => things.find({ s: { $regex: "(" } }).toArray()],
  ["$size of a string", (things) => things.find({ l: { $size: "x" } }).toArray()],
  ["$type of an unknown type", (things) => things.find({ l: { $type: "nonsense" } }).toArray()],
  ["$not of a value", (things) => things.find({ n: { $not: 5 } }).toArray()],
  ["$elemMatch of a value", (things) => things.find({ l: { $elemMatch: 5 } }).toArray()],
  ["$where", (things) => things.find({ $where: "true" }).toArray()],
  ["undefined in a filter", (things) => things.deleteMany({ n: undefined })],
  ["undefined deep in a filter", (things) => things.deleteMany({ $or: [{ o: { a: undefined } }] })],
  ["a filter nested too deep", (things) => things.findOne({ a: nested(50_000) })],
  ["a document nested too deep", (things) => things.insertOne({ a: nested(50_000) })],
  ["an update nested too deep", (things) => things.updateOne({}, { $set: { a: nested(50_000) } })],
  ["a pipeline nested too deep", (things) => things.aggregate([{ $match: { a: nested(50_000) } }]).toArray()],
  ...PIPELINES.map((pipeline): [string, (things: Collection) => Promise<unknown>] => [
    `a pipeline ${JSON.stringify(pipeline)}`,
    (things) => things.aggregate(pipeline as Document[]).toArray(),
  ]),
  ["a sort by 2", (things) => things.find({}, { sort: { n: 2 as 1 } }).toArray()],
  ["a projection that takes and leaves out", (things) => things.find({}, { projection: { n: 1, s: 0 } }).toArray()],
  ["a negative skip", (things) => things.find({}, { skip: -1 }).toArray()],
  ["insertMany of nothing", (things) => things.insertMany([])],
  ["bulkWrite of nothing", (things) => things.bulkWrite([])],
  ["an _id that is an array", (things) => things.insertOne({ _id: [1] })],
  ["an index without fields", (things) => things.createIndex({})],
  ["an index in no direction", (things) => things.createIndex({ n: 0 as 1 })],
  ["an index that expires by two fields", (things) => things.createIndex({ n: 1, s: 1 }, { expireAfterSeconds: 5 })],
];

/** An array in an array, `levels` deep. */
function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

const BAD_NAMES = ["", "a$b", "system.users", ".a", "a.", "a\0b"];

export function refusals(store: Subject, open: StoreFactory): void {
  describe("refusals", () => {
    const DOCUMENT = { _id: 0, n: 1, s: "x", l: [1], o: { a: 1 } };

    it.each(BAD)("BAD_OPERATION: %s", async (_name, operation) => {
      const things = await filled(store(), [DOCUMENT]);
      const error = await refusal(operation(things), "BAD_OPERATION");
      expect(error.retryable).toBe(false);
      expect(await things.find({}).toArray()).toEqual([DOCUMENT]);
    });

    it.each(BAD_NAMES)("BAD_OPERATION: a collection named %j", async (name) => {
      await refusal((async () => store().collection(name).insertOne({}))(), "BAD_OPERATION");
    });

    it("DOCUMENT_TOO_LARGE: over 16 MB, inserted or grown", async () => {
      const things = fresh(store());
      await refusal(things.insertOne({ text: "x".repeat(16_777_216) }), "DOCUMENT_TOO_LARGE");
      expect(await things.countDocuments({})).toBe(0);
      await things.insertOne({ _id: 1, a: "x".repeat(9_000_000) });
      await refusal(things.updateOne({}, { $set: { b: "x".repeat(9_000_000) } }), "DOCUMENT_TOO_LARGE");
      await refusal(things.replaceOne({}, { a: "x".repeat(17_000_000) }), "DOCUMENT_TOO_LARGE");
      await refusal(
        things.bulkWrite([{ insertOne: { document: { a: "x".repeat(17_000_000) } } }]),
        "DOCUMENT_TOO_LARGE",
      );
      expect(Object.keys((await things.findOne({}))!)).toEqual(["_id", "a"]);
    });

    it("UNAVAILABLE: after close, which waits for running operations", async () => {
      const { store: closing, dispose } = await open({ transactionTimeoutMs: 10_000 });
      const things = fresh(closing);
      const inserts = Array.from({ length: 50 }, (_, i) => things.insertOne({ _id: i }));
      const transaction = closing.transaction((tx) => tx.collection(things.name).insertOne({ _id: "tx" }));
      await closing.close();
      await Promise.all([...inserts, transaction]);
      await closing.close();
      const uses: (() => Promise<unknown>)[] = [
        () => things.findOne({}),
        () => things.find({}).toArray(),
        () => things.insertOne({}),
        () => things.createIndex({ a: 1 }),
        () => things.indexes(),
        () => closing.ping(),
        () => closing.transaction(async (tx: Documents) => tx.collection("x").findOne({})),
      ];
      for (const use of uses) expect((await refusal(use(), "UNAVAILABLE")).retryable).toBe(true);
      await dispose();
    });

    it("ping resolves", async () => {
      await expect(store().ping()).resolves.toBeUndefined();
    });
  });
}
