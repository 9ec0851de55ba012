import type { Collection, Document } from "../../src/store/store.ts";

/**
 * What a script may ask of a store to hold up everybody else, by time or by memory. Each is to be refused, or to come to
 * the result that is right, and never on the server's own thread for long.
 */
export interface HostileCase {
  name: string;
  /** What it is to be refused for by its evaluator. */
  limit?: "time" | "memory";
  /** The documents of its collection. */
  documents: () => Document[];
  /** What it sends, made before anything is measured. */
  sent?: () => Document;
  run(collection: Collection, sent: Document): Promise<unknown>;
  /** The result, or the sentence of the refusal. */
  expected: unknown;
}

const one =
  (make: () => Document): HostileCase["documents"] =>
  () => [make()];
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const none = () => [];

const nested = {
  $reduce: {
    input: { $range: [0, 3_000] },
    initialValue: 0,
    in: {
      $add: [
        "$$value",
        { $size: { $map: { input: { $range: [0, 3_000] }, in: { $multiply: ["$$this", { $sin: "$$this" }] } } } },
      ],
    },
  },
};
const TOO_LONG = /took longer than \d+ ms/;
const TOO_MUCH = /needs more than \d+ MB of memory/;
const bigArray = one(() => ({ _id: 1, l: numbers(50_000) }));
const small = () => numbers(200).map((n) => ({ _id: n, n, s: `${"a".repeat(28)}!`, at: new Date(n) }));

/** An expression that makes texts or arrays of 2^times of what it begins with. */
const doubled = (operator: "$concat" | "$concatArrays", initialValue: unknown, times: number) => ({
  $reduce: { input: { $range: [0, times] }, initialValue, in: { [operator]: ["$$value", "$$value"] } },
});

function deepPath(depth: number): Document {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [{ 0: value }];
  return { _id: 1, a: value };
}

export const HOSTILE: HostileCase[] = [
  {
    name: "$expr: a $map in a $reduce",
    documents: small,
    run: (c) => c.findOne({ $expr: { $gt: [nested, 1] } }),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "$expr: $range that fills the memory",
    documents: small,
    run: (c) => c.countDocuments({ $expr: { $gt: [{ $size: { $range: [0, 200_000_000] } }, 1] } }),
    expected: TOO_MUCH,
    limit: "memory",
  },
  {
    name: "$expr: $regexMatch that backtracks",
    documents: small,
    run: (c) => c.countDocuments({ $expr: { $regexMatch: { input: "$s", regex: "^((a+)+)+$" } } }),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "$expr: a text that doubles",
    documents: small,
    run: (c) => c.countDocuments({ $expr: { $eq: [doubled("$concat", "abcdefgh", 40), "x"] } }),
    expected: /Invalid string length/,
  },
  {
    name: "$expr: an array that doubles",
    documents: small,
    run: (c) => c.countDocuments({ $expr: { $eq: [{ $size: doubled("$concatArrays", [1], 40) }, 1] } }),
    expected: TOO_MUCH,
    limit: "memory",
  },
  {
    name: "deleteMany by $expr",
    documents: small,
    run: (c) => c.deleteMany({ $expr: { $gt: [nested, 1] } }),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "updateMany by $expr",
    documents: small,
    run: (c) => c.updateMany({ $expr: { $gt: [nested, 1] } }, { $inc: { n: 1 } }),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "an upsert by $expr",
    documents: none,
    run: async (c) =>
      (await c.updateOne({ k: 1, $expr: { $eq: [1, 2] } }, { $set: { a: 1 } }, { upsert: true })).upsertedCount,
    expected: 1,
  },
  {
    name: "distinct by $expr",
    documents: small,
    run: (c) => c.distinct("n", { $expr: { $gt: [nested, 1] } }),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "$addToSet $each: 20,000 values to 20,000",
    documents: one(() => ({ _id: 1, l: numbers(20_000).map((n) => `v${n}`) })),
    sent: () => ({ $addToSet: { l: { $each: numbers(20_000).map((n) => `v${n + 10_000}`) } } }),
    run: async (c, sent) => {
      await c.updateOne({ _id: 1 }, sent);
      return (((await c.findOne({ _id: 1 })) as Document)["l"] as unknown[]).length;
    },
    expected: 30_000,
  },
  {
    name: "$addToSet $each: objects",
    documents: one(() => ({ _id: 1, l: numbers(10_000).map((n) => ({ n })) })),
    sent: () => ({ $addToSet: { l: { $each: numbers(10_000).map((n) => ({ n: n + 5_000 })) } } }),
    run: async (c, sent) => {
      await c.updateOne({ _id: 1 }, sent);
      return (((await c.findOne({ _id: 1 })) as Document)["l"] as unknown[]).length;
    },
    expected: 15_000,
  },
  {
    name: "$pullAll: 20,000 values of 50,000",
    documents: bigArray,
    sent: () => ({ $pullAll: { l: numbers(20_000).map((n) => n * 2) } }),
    run: async (c, sent) => {
      await c.updateOne({ _id: 1 }, sent);
      return (((await c.findOne({ _id: 1 })) as Document)["l"] as unknown[]).length;
    },
    expected: 30_000,
  },
  {
    name: "$all: 20,000 values",
    documents: bigArray,
    sent: () => ({ l: { $all: numbers(20_000) } }),
    run: (c, sent) => c.countDocuments(sent),
    expected: 1,
  },
  {
    name: "$in: 90,000 values",
    documents: bigArray,
    sent: () => ({ l: { $in: numbers(90_000).map((n) => n + 49_999) } }),
    run: (c, sent) => c.countDocuments(sent),
    expected: 1,
  },
  {
    name: "$nin: objects",
    documents: one(() => ({ _id: 1, l: numbers(5_000).map((n) => ({ n })) })),
    sent: () => ({ l: { $nin: numbers(5_000).map((n) => ({ n: -n - 1 })) } }),
    run: (c, sent) => c.countDocuments(sent),
    expected: 1,
  },
  {
    name: "$or: 5,000 clauses of one path on 50,000 elements",
    documents: bigArray,
    sent: () => ({ $or: numbers(5_000).map((n) => ({ l: -n - 1 })) }),
    run: (c, sent) => c.countDocuments(sent),
    expected: 0,
  },
  {
    name: "$or: 5,000 ranges on 50,000 elements",
    documents: bigArray,
    sent: () => ({ $or: numbers(5_000).map((n) => ({ l: { $lt: -n - 1 } })) }),
    run: (c, sent) => c.countDocuments(sent),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "$nor in $and in $elemMatch: 3,000 clauses on 5,000 elements",
    documents: one(() => ({ _id: 1, l: numbers(5_000).map((n) => ({ n })) })),
    sent: () => ({
      l: { $elemMatch: { $and: [{ $nor: numbers(3_000).map((n) => ({ n: { $gt: n + 9_000 } })) }] } },
    }),
    run: (c, sent) => c.countDocuments(sent),
    expected: 1,
  },
  {
    name: "a path of numbers, each a member or a position",
    documents: one(() => deepPath(45)),
    run: (c) => c.countDocuments({ [`a${".0".repeat(60)}`]: 2 }),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "$regex that backtracks, on 20,000 elements",
    documents: one(() => ({ _id: 1, l: numbers(20_000).map((n) => `${"a".repeat(28)}${n}!`) })),
    run: (c) => c.countDocuments({ l: { $regex: "^((a+)+)+$" } }),
    expected: /longer than|^0$/,
    limit: "time",
  },
  {
    name: "$regex with .* in front, of a long text",
    documents: one(() => ({ _id: 1, s: "a".repeat(50_000) })),
    run: (c) => c.countDocuments({ s: { $regex: ".*b!" } }),
    expected: 0,
  },
  {
    name: "$regex with look-ahead that backtracks",
    documents: small,
    run: (c) => c.countDocuments({ s: { $regex: "^(?=((a+)+)+$)" } }),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "$jsonSchema with a pattern that backtracks",
    documents: one(() => ({ _id: 1, s: "a".repeat(50_000) })),
    run: (c) => c.countDocuments({ $jsonSchema: { properties: { s: { type: "string", pattern: "^((a+)+)+$" } } } }),
    expected: /jsonSchemaValidator/,
  },
  {
    name: "$set of a far position",
    documents: bigArray,
    run: (c) => c.updateOne({ _id: 1 }, { $set: { "l.1400000": 1 } }),
    expected: /more than 10000 nulls/,
  },
  {
    name: "$set of many far positions",
    documents: one(() => ({ _id: 1 })),
    run: async (c) => {
      await c.updateOne({ _id: 1 }, { $set: Object.fromEntries(numbers(200).map((n) => [`l${n}`, []])) });
      return c.updateOne({ _id: 1 }, { $set: Object.fromEntries(numbers(200).map((n) => [`l${n}.9000`, 1])) });
    },
    expected: /more than 10000 nulls/,
  },
  {
    name: "$rename that nests deeper each time",
    documents: one(() => ({ _id: 1, a: 1 })),
    run: async (c) => {
      const [a, b] = ["a", "b"].map((name) => `${name}${`.${name}`.repeat(90)}`) as [string, string];
      await c.updateOne({ _id: 1 }, { $rename: { a: b } });
      return c.updateOne({ _id: 1 }, { $rename: { b: a } });
    },
    expected: /levels deep/,
  },
  {
    name: "$push $each with $sort and $slice: 15,000 objects",
    documents: one(() => ({ _id: 1, l: [] })),
    sent: () => ({ $each: numbers(15_000).map((n) => ({ n: (n * 7919) % 15_013, x: "x".repeat(20) })) }),
    run: async (c, sent) => {
      await c.updateOne({ _id: 1 }, { $push: { l: { ...sent, $sort: { n: -1 }, $slice: 3 } } });
      return (((await c.findOne({ _id: 1 })) as Document)["l"] as { n: number }[]).map(({ n }) => n);
    },
    expected: [15_012, 15_011, 15_010],
  },
  {
    name: "$push $each at a position: 90,000 values",
    documents: one(() => ({ _id: 1, l: numbers(10) })),
    sent: () => ({ $push: { l: { $each: numbers(90_000), $position: 3 } } }),
    run: async (c, sent) => {
      await c.updateOne({ _id: 1 }, sent);
      return (((await c.findOne({ _id: 1 })) as Document)["l"] as unknown[]).length;
    },
    expected: 90_010,
  },
  {
    name: "$pull by 3,000 conditions on 20,000 elements",
    documents: one(() => ({ _id: 1, l: numbers(20_000).map((n) => ({ n })) })),
    sent: () => ({ $pull: { l: { $or: numbers(3_000).map((n) => ({ n: { $lt: -n } })) } } }),
    run: (c, sent) => c.updateOne({ _id: 1 }, sent),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "arrayFilters of 3,000 conditions on 20,000 elements",
    documents: one(() => ({ _id: 1, l: numbers(20_000).map((n) => ({ n })) })),
    sent: () => ({ arrayFilters: [{ $or: numbers(3_000).map((n) => ({ "x.n": { $lt: -n } })) }] }),
    run: (c, sent) => c.updateOne({ _id: 1 }, { $set: { "l.$[x].m": 1 } }, sent),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "$set of 20,000 fields",
    documents: one(() => ({ _id: 1 })),
    sent: () => ({ $set: Object.fromEntries(numbers(20_000).map((n) => [`f${n}.a`, n])) }),
    run: async (c, sent) => (await c.updateOne({ _id: 1 }, sent)).modifiedCount,
    expected: 1,
  },
  {
    name: "an index on 40,000 elements",
    documents: none,
    sent: () => ({ _id: 1, l: numbers(40_000) }),
    run: async (c, sent) => {
      await c.createIndex({ l: 1 });
      return c.insertOne(sent);
    },
    expected: /at most 20000 elements/,
  },
  {
    name: "an index on 8,000 elements",
    documents: none,
    run: async (c) => {
      await c.createIndex({ l: 1 });
      return c.insertOne({ _id: 1, l: numbers(8_000) });
    },
    expected: /more than 5000 keys/,
  },
  {
    name: "a Date a hundred levels deep",
    documents: one(() => ({ _id: 1 })),
    run: async (c) => {
      let value: unknown = new Date(5);
      for (let i = 0; i < 95; i++) value = { a: value };
      return (await c.updateOne({ _id: 1 }, { $set: { value } })).modifiedCount;
    },
    expected: 1,
  },
  {
    name: "an aggregation: $range that fills the memory",
    documents: small,
    run: (c) => c.aggregate([{ $project: { l: { $range: [0, 50_000_000] } } }]).toArray(),
    expected: TOO_MUCH,
    limit: "memory",
  },
  {
    name: "an aggregation: $concat that fills the memory",
    documents: small,
    run: (c) => c.aggregate([{ $project: { s: doubled("$concat", "abcdefgh", 27) } }]).toArray(),
    expected: TOO_MUCH,
    limit: "memory",
  },
  {
    name: "an aggregation: many nested $unwind",
    documents: one(() => ({ _id: 1, a: numbers(400), b: numbers(400), c: numbers(400) })),
    run: (c) => c.aggregate([{ $unwind: "$a" }, { $unwind: "$b" }, { $unwind: "$c" }, { $count: "n" }]).toArray(),
    expected: TOO_MUCH,
    limit: "memory",
  },
  {
    name: "an aggregation: $lookup of itself with a pipeline",
    documents: () => numbers(3_000).map((n) => ({ _id: n, n, k: 1 })),
    run: (c) =>
      c
        .aggregate([
          {
            $lookup: {
              from: c.name,
              let: { k: "$k" },
              pipeline: [{ $match: { $expr: { $eq: ["$k", "$$k"] } } }],
              as: "o",
            },
          },
          { $count: "n" },
        ])
        .toArray(),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "an aggregation: $lookup of itself by a field that all share",
    documents: () => numbers(3_000).map((n) => ({ _id: n, n, k: 1 })),
    run: (c) =>
      c
        .aggregate([
          { $lookup: { from: c.name, localField: "k", foreignField: "k", as: "o" } },
          { $unwind: "$o" },
          { $group: { _id: "$o.n", all: { $push: "$$ROOT" } } },
          { $limit: 5 },
        ])
        .toArray(),
    expected: TOO_LONG,
    limit: "time",
  },
  {
    name: "an aggregation: a result of 40 MB",
    documents: () => numbers(200).map((n) => ({ _id: n, s: "x".repeat(300_000) })),
    run: (c) => c.aggregate([{ $project: { s: { $concat: ["$s", "y"] } } }]).toArray(),
    expected: /larger than 32 MB/,
  },
  {
    name: "a sort of 100 MB",
    documents: () => numbers(200).map((n) => ({ _id: n, n: -n, s: "x".repeat(500_000) })),
    run: (c) => c.find({}, { sort: { n: 1 } }).next(),
    expected: /sort needs more than 64 MB/,
  },
  {
    name: "a sort by long texts that begin alike",
    documents: () => numbers(600).map((n) => ({ _id: n, s: `${"x".repeat(60_000)}${(n * 7919) % 601}` })),
    run: async (c) => ((await c.find({}, { sort: { s: 1 }, limit: 1 }).toArray())[0] as Document)["_id"],
    expected: 0,
  },
  {
    name: "a document grown beyond a megabyte",
    documents: one(() => ({ _id: 1, l: ["x".repeat(800_000)] })),
    run: (c) => c.updateOne({ _id: 1 }, { $push: { l: "y".repeat(800_000) } }),
    expected: /bytes long as JSON; scripts may write at most/,
  },
  {
    name: "$geoWithin: a polygon of 9,000 corners on 500 places",
    documents: () => numbers(500).map((n) => ({ _id: n, at: [n / 100, n / 100] })),
    run: (c) => {
      const ring = numbers(9_000).map((n) => [
        3 * Math.cos((n / 9_000) * 2 * Math.PI),
        3 * Math.sin((n / 9_000) * 2 * Math.PI),
      ]);
      return c.countDocuments({ at: { $geoWithin: { $polygon: ring } } });
    },
    expected: /at most 1000 corners/,
  },
  {
    name: "$bitsAllSet: 52 positions on 50,000 elements",
    documents: bigArray,
    sent: () => ({ l: { $bitsAllSet: numbers(52) } }),
    run: (c, sent) => c.countDocuments(sent),
    expected: 0,
  },
];
