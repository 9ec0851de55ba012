import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Bson from "bson";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ObjectId } from "../../src/bson.ts";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { openMongodbStore } from "../../src/store/mongodb/client.ts";
import type { Document, Store } from "../../src/store/store.ts";
import { type StandIn, startStandIn } from "../support/mongod/server.ts";
import { refusal } from "./contract/collections.ts";

/** The driver's own copy. */
const bson = createRequire(import.meta.url)("bson") as typeof Bson;

let folder: string;
let documents: EmbeddedStore;
let standIn: StandIn;
let store: Store;
/** What the server has of the collection. */
let foreign: Document[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-foreign-"));
  documents = await openEmbeddedStore({ path: join(folder, "test.db") });
  standIn = await startStandIn(documents);
  store = await openMongodbStore({ url: standIn.url, database: "test" });
  standIn.fault = (command) => {
    const [name] = Object.keys(command);
    if (name === "find" || name === "aggregate") {
      return { ok: 1, cursor: { id: bson.Long.ZERO, ns: "test.foreign", firstBatch: foreign } };
    }
    if (name === "distinct") return { ok: 1, values: foreign.map((document) => document["v"]) };
    return name === "findAndModify" ? { ok: 1, value: foreign[0] } : undefined;
  };
});

afterAll(async () => {
  await store?.close();
  await standIn?.close();
  await documents?.close();
  await rm(folder, { recursive: true });
});

const oid = new ObjectId();

/** What another program wrote, and what comes back of it. */
const CASES: [name: string, written: unknown, read: unknown][] = [
  ["a long", bson.Long.fromNumber(5), 5],
  ["a long of 2^53 - 1", bson.Long.fromString("9007199254740991"), 9007199254740991],
  ["a long beyond 2^53", bson.Long.fromString("9007199254740993"), 9007199254740992],
  ["the least long", bson.Long.MIN_VALUE, -(2 ** 63)],
  ["an int", new bson.Int32(-7), -7],
  ["a double that is whole", new bson.Double(4), 4],
  ["a decimal", bson.Decimal128.fromString("12.50"), 12.5],
  ["a decimal that is NaN", bson.Decimal128.fromString("NaN"), Number.NaN],
  ["a UUID", new bson.UUID("00112233-4455-6677-8899-aabbccddeeff"), "00112233-4455-6677-8899-aabbccddeeff"],
  ["binary data", new bson.Binary(Buffer.from("hi")), "aGk="],
  ["a timestamp", new bson.Timestamp({ t: 1000, i: 3 }), new Date(1_000_000)],
  ["a regular expression", /a.c/i, "/a.c/i"],
  ["a symbol", new bson.BSONSymbol("x"), "x"],
  ["code", new bson.Code("return 1"), "return 1"],
  ["deep inside", { a: [[bson.Long.MAX_VALUE, { b: new bson.Decimal128("1") }]] }, { a: [[2 ** 63, { b: 1 }]] }],
  [
    "what the store itself writes",
    { oid, at: new Date(5), n: null, l: [1.5, "x"] },
    { oid, at: new Date(5), n: null, l: [1.5, "x"] },
  ],
];

describe("values that another program wrote into MongoDB", () => {
  it.each(CASES)("%s", async (_name, written, read) => {
    foreign = [{ _id: 1, v: written }];
    const things = store.collection("foreign");
    const expected = { _id: 1, v: read };
    expect(await things.findOne({})).toStrictEqual(expected);
    expect(await things.find({}).toArray()).toStrictEqual([expected]);
    expect(await things.find({}).next()).toStrictEqual(expected);
    expect(await things.aggregate([{ $match: {} }]).toArray()).toStrictEqual([expected]);
    expect(await things.distinct("v", {})).toStrictEqual([read]);
    expect(await things.findOneAndUpdate({}, { $set: { n: 1 } })).toStrictEqual(expected);
  });

  it.each([
    ["MinKey", new bson.MinKey()],
    ["MaxKey", new bson.MaxKey()],
    ["DBRef", new bson.DBRef("other", oid)],
  ])("BAD_OPERATION: %s", async (name, written) => {
    foreign = [{ _id: 1, v: [written] }];
    const error = await refusal(store.collection("foreign").findOne({}), "BAD_OPERATION");
    expect(error.message).toContain(name);
  });
});
