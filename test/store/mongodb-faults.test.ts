import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { openMongodbStore } from "../../src/store/mongodb/client.ts";
import type { Document, Store } from "../../src/store/store.ts";
import { type Fault, type StandIn, startStandIn } from "../support/mongod/server.ts";
import { idsOf, refusal } from "./contract/collections.ts";
import { writeWhile } from "./disturbed.ts";
import { Dice } from "./support.ts";

/** What the MongoDB engine asks of a server, and what it makes of one that fails it. */
let folder: string;
let documents: EmbeddedStore;
let standIn: StandIn;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-faults-"));
  documents = await openEmbeddedStore({ path: join(folder, "test.db"), transactionTimeoutMs: 60_000 });
  standIn = await startStandIn(documents);
  store = await open();
  await store.collection("things").create();
  standIn.seen.length = 0;
});
afterEach(async () => {
  await store.close();
  await standIn.close();
  await documents.close();
  await rm(folder, { recursive: true });
});

const open = (transactionTimeoutMs = 10_000) =>
  openMongodbStore({ url: standIn.url, database: "test", transactionTimeoutMs, serverSelectionTimeoutMs: 2000 });

/** The commands of a name that came since `from`. */
const sent = (name: string) => standIn.seen.filter((command) => name in command);

/** The fault for the first `times` commands of the name. */
function failing(name: string, times: number, fault: Fault): void {
  let left = times;
  standIn.fault = (command) => (name in command && left-- > 0 ? fault : undefined);
}

describe("commands sent to the server", () => {
  it("plain operations use majority and retryable writes", async () => {
    const things = store.collection("things");
    await things.insertOne({ _id: 1 });
    await things.updateOne({ _id: 1 }, { $set: { a: 1 } });
    await things.findOne({ _id: 1 });
    await things.aggregate([{ $match: {} }]).toArray();
    for (const name of ["insert", "update"]) {
      const [command] = sent(name);
      expect(command).toMatchObject({ writeConcern: { w: "majority", j: true, wtimeout: 10_000 } });
      expect(command!.txnNumber).toBeDefined();
      expect(command!.autocommit).toBeUndefined();
    }
    expect(sent("find")[0]).toMatchObject({ readConcern: { level: "majority" } });
    expect(sent("aggregate")[0]).toMatchObject({ readConcern: { level: "majority" } });
  });

  it("transactions use one session, a snapshot for reads and a majority commit", async () => {
    const things = store.collection("things");
    await things.insertMany([{ _id: 1 }, { _id: 2 }]);
    standIn.seen.length = 0;
    await store.transaction(async (tx) => {
      const inside = tx.collection("things");
      await inside.findOne({ _id: 1 });
      await inside.find({}).toArray();
      for await (const _ of inside.aggregate([{ $match: {} }]));
      await inside.countDocuments({});
      await inside.distinct("_id", {});
      await inside.insertOne({ _id: 3 });
      await inside.insertMany([{ _id: 4 }]);
      await inside.updateOne({ _id: 1 }, { $set: { a: 1 } });
      await inside.updateMany({}, { $set: { b: 1 } });
      await inside.replaceOne({ _id: 1 }, { c: 1 });
      await inside.findOneAndUpdate({ _id: 1 }, { $set: { a: 1 } });
      await inside.findOneAndReplace({ _id: 1 }, { c: 2 });
      await inside.findOneAndDelete({ _id: 1 });
      await inside.bulkWrite([{ deleteOne: { filter: { _id: 2 } } }]);
      await inside.deleteOne({ _id: 3 });
      await inside.deleteMany({});
    });
    const commands = standIn.seen.filter((command) => !("endSessions" in command) && !("create" in command));
    const [first, ...rest] = commands;
    expect(first).toMatchObject({ startTransaction: true, autocommit: false, readConcern: { level: "snapshot" } });
    for (const command of rest) {
      expect(command).toMatchObject({ lsid: first!.lsid, txnNumber: first!.txnNumber, autocommit: false });
      expect(command.startTransaction).toBeUndefined();
    }
    expect(commands).toHaveLength(17);
    expect(commands.at(-1)).toMatchObject({ commitTransaction: 1, writeConcern: { w: "majority", j: true } });
  });

  it("a collection that a transaction writes is created once, outside it, and the work starts again", async () => {
    const runs: number[] = [];
    for (let i = 0; i < 3; i++) {
      await store.transaction((tx) => {
        runs.push(i);
        return tx.collection("made").insertOne({ _id: i });
      });
    }
    expect(runs).toEqual([0, 0, 1, 2]);
    expect(sent("create")).toHaveLength(1);
    expect(sent("create")[0]!.autocommit).toBeUndefined();
    await store.transaction((tx) => tx.collection("read").findOne({}));
    expect(sent("create")).toHaveLength(1);
  });

  it("a collection that already exists is not created", async () => {
    await store.collection("before").create();
    await store.collection("written").insertOne({});
    const other = await open();
    standIn.seen.length = 0;
    for (const [from, name] of [
      [other, "before"],
      [other, "written"],
      [store, "written"],
    ] as const) {
      await from.transaction((tx) => tx.collection(name).insertOne({}));
    }
    expect(sent("create")).toEqual([]);
    await other.close();
  });

  it("an index is built once a majority has it, however long that takes", async () => {
    const impatient = await openMongodbStore({ url: standIn.url, database: "test", socketTimeoutMs: 200 });
    standIn.fault = async (command) => {
      if ("createIndexes" in command || "find" in command) await setTimeout(800);
      return undefined;
    };
    await refusal(impatient.collection("things").findOne({}), "UNAVAILABLE");
    await impatient.collection("things").createIndex({ a: 1 }, { unique: true });
    expect(sent("createIndexes")).toHaveLength(1);
    expect(sent("createIndexes")[0]).toMatchObject({ commitQuorum: "majority" });
    await impatient.close();
  });

  it("pipeline stages that are not on the list are never sent, at any level", async () => {
    const things = store.collection("things");
    for (const stage of ["$changeStream", "$collStats", "$indexStats", "$currentOp", "$out", "$merge", "$search"]) {
      const bad = { [stage]: {} };
      for (const pipeline of [[bad], [{ $facet: { a: [bad] } }], [{ $unionWith: { coll: "x", pipeline: [bad] } }]]) {
        const error = await refusal(things.aggregate(pipeline).toArray(), "BAD_OPERATION");
        expect(error.message).toContain(stage);
      }
    }
    expect(standIn.seen).toEqual([]);
  });

  it("every query and write of a script has a time limit, and a slower query is refused", async () => {
    const bounded = store.collection("things", { maxTimeMs: 250 });
    await bounded.insertOne({ _id: 1 });
    await bounded.find({}).toArray();
    await bounded.findOne({});
    await bounded.countDocuments({});
    await bounded.distinct("_id", {});
    await bounded.aggregate([{ $match: {} }]).toArray();
    await bounded.updateMany({}, { $set: { a: 1 } });
    await bounded.bulkWrite([{ deleteMany: { filter: {} } }]);
    for (const command of standIn.seen) expect(command).toMatchObject({ maxTimeMS: 250 });
    expect(standIn.seen).toHaveLength(8);

    const slow = { code: 50, codeName: "MaxTimeMSExpired" };
    const queries = { find: () => bounded.find({}).toArray(), distinct: () => bounded.distinct("a", {}) };
    for (const [name, query] of Object.entries(queries)) {
      failing(name, 1, slow);
      const error = await refusal(query(), "BAD_OPERATION");
      expect(error.message).toBe("The query took longer than 250 ms. Request less data, or use an index.");
    }
    failing("update", 1, slow);
    const write = await refusal(bounded.updateMany({}, { $set: { a: 2 } }), "UNAVAILABLE");
    expect(write.details).toEqual({ maybeDone: true });
  });

  it("operations of one transaction run one after the other, however they are started", async () => {
    let together = 0;
    let most = 0;
    standIn.fault = () => {
      most = Math.max(most, ++together);
      setImmediate(() => together--);
      return undefined;
    };
    await store.transaction(async (tx) => {
      const things = tx.collection("things");
      await Promise.all(Array.from({ length: 10 }, (_, i) => things.insertOne({ _id: i })));
    });
    expect(most).toBe(1);
    expect(await store.collection("things").countDocuments({})).toBe(10);
  });
});

describe("a broken connection", () => {
  it.each(["cut before", "cut after"] as const)("%s a write: it is retried and done once", async (fault) => {
    const things = store.collection("things");
    await things.insertOne({ _id: 1, n: 0 });
    failing("update", 1, fault);
    expect(await things.updateOne({ _id: 1 }, { $inc: { n: 1 } })).toMatchObject({ modifiedCount: 1 });
    expect(await things.findOne({ _id: 1 })).toEqual({ _id: 1, n: 1 });
    failing("insert", 1, fault);
    await things.insertOne({ _id: 2 });
    failing("findAndModify", 1, fault);
    expect(await things.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } })).toEqual({ _id: 1, n: 1 });
    expect(await idsOf(things, {})).toEqual([1, 2]);
  });

  it("in a read: it is retried", async () => {
    await store.collection("things").insertOne({ _id: 1 });
    failing("find", 1, "cut before");
    expect(await store.collection("things").findOne({})).toEqual({ _id: 1 });
  });

  it("repeatedly: UNAVAILABLE with maybeDone", async () => {
    failing("insert", 99, "cut before");
    const error = await refusal(store.collection("things").insertOne({ _id: 1 }), "UNAVAILABLE");
    expect(error.retryable).toBe(true);
    expect(error.details).toEqual({ maybeDone: true });
  });

  it.each(["insert", "update", "find"])("in a transaction's %s: the work runs again from the start", async (name) => {
    await store.collection("things").insertOne({ _id: 1, n: 0 });
    failing(name, 1, "cut before");
    let runs = 0;
    await store.transaction(async (tx) => {
      runs++;
      const things = tx.collection("things");
      const { n } = (await things.findOne({ _id: 1 })) as { n: number };
      await things.insertOne({ _id: `run${runs}` });
      await things.updateOne({ _id: 1 }, { $set: { n: n + 1 } });
    });
    expect(runs).toBe(2);
    expect(await idsOf(store.collection("things"), {})).toEqual([1, "run2"]);
    expect(await store.collection("things").findOne({ _id: 1 })).toEqual({ _id: 1, n: 1 });
  });

  it.each(["cut before", "cut after"] as const)(
    "%s the commit: the commit is retried, the work is not",
    async (fault) => {
      failing("commitTransaction", 2, fault);
      let runs = 0;
      await store.transaction(async (tx) => {
        runs++;
        await tx.collection("things").insertOne({ _id: 1 });
      });
      expect(runs).toBe(1);
      expect(sent("commitTransaction").length).toBeGreaterThan(1);
      expect(await idsOf(store.collection("things"), {})).toEqual([1]);
    },
  );
});

describe("an unreliable network", () => {
  it("with broken connections and conflicts everywhere loses nothing and breaks no transaction", async () => {
    const dice = new Dice(5);
    const cuttable = ["insert", "update", "find", "commitTransaction"];
    standIn.fault = (command) => {
      if (!cuttable.some((name) => name in command)) return undefined;
      const face = dice.roll(60);
      if (face === 0) return "cut before";
      if (face === 1) return "cut after";
      return face < 4 && command.autocommit === false ? CONFLICT : undefined;
    };
    await writeWhile(store, async (done) => {
      await expect.poll(done).toBeGreaterThan(40);
      standIn.fault = () => undefined;
    });
  });
});

const CONFLICT = { code: 112, codeName: "WriteConflict", errorLabels: ["TransientTransactionError"] };

describe("a conflict", () => {
  it("runs the work again, even if the work catches the error or throws its own", async () => {
    const works: ((insert: Promise<unknown>) => Promise<unknown>)[] = [
      (insert) => insert,
      (insert) => insert.catch(() => "caught"),
      (insert) =>
        insert.catch(() => {
          throw new Error("own");
        }),
    ];
    for (const [i, work] of works.entries()) {
      failing("insert", 2, CONFLICT);
      let runs = 0;
      await store.transaction((tx) => {
        runs++;
        return work(tx.collection("things").insertOne({ _id: i }));
      });
      expect(runs).toBe(3);
    }
    expect(await idsOf(store.collection("things"), {})).toEqual([0, 1, 2]);
  });

  it("at the commit runs the work again", async () => {
    failing("commitTransaction", 1, CONFLICT);
    let runs = 0;
    await store.transaction(async (tx) => {
      runs++;
      await tx.collection("things").insertOne({ _id: runs });
    });
    expect(runs).toBe(2);
    expect(await idsOf(store.collection("things"), {})).toEqual([2]);
  });

  it("that persists is given up: TRANSACTION_FAILED, and nothing is done", async () => {
    const impatient = await open(400);
    failing("insert", Number.POSITIVE_INFINITY, CONFLICT);
    let runs = 0;
    const error = await refusal(
      impatient.transaction((tx) => {
        runs++;
        return tx.collection("things").insertOne({ _id: 1 });
      }),
      "TRANSACTION_FAILED",
    );
    expect(error.retryable).toBe(true);
    expect(runs).toBeGreaterThan(2);
    standIn.fault = () => undefined;
    expect(await impatient.collection("things").countDocuments({})).toBe(0);
    await impatient.close();
  });

  it("outside a transaction is TRANSACTION_FAILED", async () => {
    failing("update", 1, { code: 112, codeName: "WriteConflict" });
    await refusal(store.collection("things").updateOne({}, { $set: { a: 1 } }), "TRANSACTION_FAILED");
  });
});

describe("server errors", () => {
  const CASES: [string, Document, string][] = [
    ["not the primary any more", { code: 10107, codeName: "NotWritablePrimary" }, "UNAVAILABLE"],
    ["the primary steps down", { code: 189 }, "UNAVAILABLE"],
    ["it shuts down", { code: 91 }, "UNAVAILABLE"],
    ["no majority in time", { code: 64 }, "UNAVAILABLE"],
    ["not allowed", { code: 13 }, "UNAVAILABLE"],
    ["too long", { code: 50 }, "UNAVAILABLE"],
    ["a bad value", { code: 2 }, "BAD_OPERATION"],
    ["a type mismatch", { code: 14 }, "BAD_OPERATION"],
    ["an immutable field", { code: 66 }, "BAD_OPERATION"],
    ["an unknown code", { code: 424_242 }, "BAD_OPERATION"],
    ["an object too large", { code: 10334 }, "DOCUMENT_TOO_LARGE"],
    ["an update that grows too large", { code: 17419 }, "DOCUMENT_TOO_LARGE"],
    ["an index with other options", { code: 85 }, "INDEX_CONFLICT"],
    ["an index with another key", { code: 86 }, "INDEX_CONFLICT"],
    ["an operation that no transaction may have", { code: 263 }, "BAD_OPERATION"],
    ["a transaction that grew too large", { code: 257, errmsg: "Total size is too large" }, "BAD_OPERATION"],
    ["a text that is only like the one of a large document", { code: 2, errmsg: "too large" }, "BAD_OPERATION"],
    ["a transaction over the server's own limit of time", { code: 290 }, "TRANSACTION_TIMEOUT"],
    ["a snapshot that is too old", { code: 239 }, "TRANSACTION_FAILED"],
    ["an index build that was aborted", { code: 276 }, "UNAVAILABLE"],
    ["something else under way with the collection", { code: 117 }, "UNAVAILABLE"],
    ["an index build under way with the collection", { code: 12587 }, "UNAVAILABLE"],
    ["more requests than the server takes", { code: 462 }, "UNAVAILABLE"],
    ["a label that says overloaded", { code: 424_242, errorLabels: ["SystemOverloadedError"] }, "UNAVAILABLE"],
  ];

  it.each(CASES)("%s", async (_name, reply, code) => {
    failing("update", 9, { errmsg: "mongodb://ann:secret@host/ said no", ...reply });
    const error = await refusal(store.collection("things").updateOne({}, { $set: { a: 1 } }), code as "UNAVAILABLE");
    expect(error.message).not.toContain("secret");
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("a write concern that failed after the write: UNAVAILABLE, maybe done", async () => {
    failing("update", 9, { ok: 1, n: 1, nModified: 1, writeConcernError: { code: 64, errmsg: "waiting timed out" } });
    const error = await refusal(store.collection("things").updateOne({}, { $set: { a: 1 } }), "UNAVAILABLE");
    expect(error.details).toEqual({ maybeDone: true });
  });

  it("duplicate keys in the server's text only", async () => {
    const errmsg = "E11000 duplicate key error collection: test.things index: a_1_b_1 dup key: { a: 1, b: 2 }";
    failing("insert", 1, { ok: 1, n: 0, writeErrors: [{ index: 0, code: 11000, errmsg }] });
    const error = await refusal(store.collection("things").insertMany([{ a: 1, b: 2 }]), "DUPLICATE_KEY");
    expect(error.details.index).toBe("a_1_b_1");
  });

  it("duplicate keys report index and key, for every operation", async () => {
    const things = store.collection("things");
    await things.createIndex({ "o.a": 1, b: -1 }, { unique: true });
    await things.insertOne({ _id: 1, o: { a: 1 }, b: 2 });
    await things.insertOne({ _id: 2, o: { a: 2 } });
    const pair = { index: "o.a_1_b_-1", key: { "o.a": 1, b: 2 } };
    const cases: [() => Promise<unknown>, Document][] = [
      [() => things.insertOne({ o: { a: 1 }, b: 2 }), pair],
      [() => things.insertMany([{ b: 7 }, { o: { a: 1 }, b: 2 }]), pair],
      [() => things.insertMany([{ _id: 1 }]), { index: "_id_", key: { _id: 1 } }],
      [() => things.insertMany([{ o: { a: 1 }, b: 2, q: 1, u: null }]), pair],
      [() => things.insertMany([{ o: { a: 1 }, b: 2, q: {}, u: { $x: 1 } }]), pair],
      [() => things.updateOne({ _id: 2 }, { $set: { "o.a": 1, b: 2 } }), pair],
      [() => things.bulkWrite([{ insertOne: { document: { o: { a: 1 }, b: 2 } } }]), pair],
      [() => things.bulkWrite([{ replaceOne: { filter: { _id: 2 }, replacement: { o: { a: 1 }, b: 2 } } }]), pair],
      [() => things.bulkWrite([{ updateOne: { filter: { _id: 2 }, update: { $set: { "o.a": 1, b: 2 } } } }]), pair],
      [() => store.transaction((tx) => tx.collection("things").insertMany([{ o: { a: 1 }, b: 2 }])), pair],
    ];
    for (const [write, details] of cases) expect((await refusal(write(), "DUPLICATE_KEY")).details).toEqual(details);
  });
});
