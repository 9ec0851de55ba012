import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onBehalfOf } from "../../src/store/caller.ts";
import type { EvaluatorOptions } from "../../src/store/embedded/evaluators.ts";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Document } from "../../src/store/store.ts";
import { Blocks } from "./blocks.ts";
import { HOSTILE, type HostileCase } from "./hostile-cases.ts";

/**
 * Of the processor's time that the server's own thread may take in one turn of its event loop. On a quiet
 * machine these cases take 1 to 20 ms; here there is room for a machine that does other things beside, and for what has
 * to be compiled first.
 */
const MOST_CPU_MS = 80;
const CALLER = { key: "player", documentBytes: 1_048_576 };

/** What is to be refused is refused early; what is to come to a result has the time that a busy machine takes. */
const OPTIONS: Record<NonNullable<HostileCase["limit"]> | "none", Partial<EvaluatorOptions>> = {
  time: { timeoutMs: 250, memoryMb: 256 },
  memory: { timeoutMs: 25_000, memoryMb: 64 },
  none: { timeoutMs: 20_000, memoryMb: 256 },
};

describe.each(Object.keys(OPTIONS) as (keyof typeof OPTIONS)[])("hostile operations, limit: %s", (limit) => {
  let folder: string;
  let store: EmbeddedStore;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rekindle-hostile-"));
    store = await openEmbeddedStore({ path: join(folder, "hostile.db"), evaluators: OPTIONS[limit] });
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const cases = HOSTILE.filter((one) => (one.limit ?? "none") === limit);
  it.each(cases)("$name", async ({ name, documents, sent, run, expected }) => {
    const collection = store.collection(name.replace(/[^a-z0-9]/gi, "_"));
    for (const document of documents()) await collection.insertOne(document);
    const message: Document = sent?.() ?? {};
    const blocks = await Blocks.begin();
    const outcome = await onBehalfOf(CALLER, () => run(collection, message)).catch(({ message }: Error) => message);
    const { cpuMs } = await blocks.end();
    if (expected instanceof RegExp) expect(String(outcome)).toMatch(expected);
    else expect(outcome).toEqual(expected);
    expect(cpuMs).toBeLessThan(MOST_CPU_MS);
  });
});

describe("operations in an evaluator", () => {
  const isEven = { $expr: { $eq: [{ $mod: ["$n", 2] }, 0] } };
  let folder: string;
  let store: EmbeddedStore;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rekindle-hostile-"));
    store = await openEmbeddedStore({ path: join(folder, "test.db"), evaluators: { timeoutMs: 4_000 } });
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const filled = async (name: string) => {
    const collection = store.collection(name);
    await collection.createIndex({ n: 1 });
    await collection.insertMany(Array.from({ length: 700 }, (_, n) => ({ _id: n, n })));
    return collection;
  };

  it("return documents in sort order, with projections, skips and limits", async () => {
    const c = await filled("found");
    const options = { sort: { n: -1 } as const, skip: 1, limit: 2, projection: { n: 1, _id: 0 } as const };
    expect(await c.find(isEven, options).toArray()).toEqual([{ n: 696 }, { n: 694 }]);
    const read: unknown[] = [];
    for await (const { _id } of c.find(isEven)) read.push(_id);
    expect(read).toEqual(Array.from({ length: 350 }, (_, i) => i * 2));
    expect(await c.countDocuments(isEven, { skip: 5, limit: 20 })).toBe(20);
  });

  it("update documents with their index entries, count, and project", async () => {
    const c = await filled("changed");
    expect(await c.updateMany(isEven, { $inc: { n: 1_000 } })).toMatchObject({ matchedCount: 350, modifiedCount: 350 });
    expect((await c.find({ n: { $gte: 1_000 } }, { sort: { n: 1 }, limit: 1 }).toArray())[0]).toEqual({
      _id: 0,
      n: 1_000,
    });
    expect(await c.findOneAndUpdate(isEven, { $set: { n: 1 } }, { sort: { n: -1 }, returnDocument: "after" })).toEqual({
      _id: 698,
      n: 1,
    });
    expect(await c.findOneAndDelete(isEven, { sort: { n: -1 }, projection: { n: 1 } })).toEqual({ _id: 696, n: 1_696 });
    expect(await c.deleteMany(isEven)).toEqual({ deletedCount: 348 });
    expect(await c.countDocuments({})).toBe(351);
  });

  it("do not change a document that another write changed first", async () => {
    const c = await filled("raced");
    const counted = Array.from({ length: 20 }, () => c.updateOne({ _id: 4, ...isEven }, { $inc: { hits: 1 } }));
    const others = Array.from({ length: 20 }, () => c.updateOne({ _id: 4 }, { $inc: { hits: 1 } }));
    await Promise.all([...counted, ...others]);
    expect(await c.findOne({ _id: 4 })).toEqual({ _id: 4, n: 4, hits: 40 });
  });

  it("are visible to and rolled back with their transaction, while others are evaluated", async () => {
    const c = await filled("transaction");
    const others = Array.from({ length: 6 }, () =>
      onBehalfOf(CALLER, () => c.aggregate([{ $match: isEven }]).toArray()),
    );
    const undone = store.transaction(async (tx) => {
      const inside = tx.collection(c.name);
      await inside.insertOne({ _id: "new", n: 5_000 });
      expect(await inside.updateMany(isEven, { $set: { n: 0 } })).toMatchObject({ matchedCount: 351 });
      expect(await inside.findOne({ _id: "new", ...isEven })).toEqual({ _id: "new", n: 0 });
      expect(await inside.aggregate([{ $match: isEven }, { $count: "n" }]).toArray()).toEqual([{ n: 351 }]);
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    for (const found of await Promise.all(others)) expect(found).toHaveLength(350);
    expect(await c.countDocuments(isEven)).toBe(350);
  });

  it("do not block writes, other callers' small queries, or a stop", async () => {
    const c = await filled("beside");
    const endless = HOSTILE[0]!;
    let settled = 0;
    const hostile = Array.from({ length: 6 }, () =>
      onBehalfOf(CALLER, () => endless.run(c, {})).catch(() => settled++),
    );
    await c.insertOne({ _id: "beside", n: 1 });
    expect(await onBehalfOf({ ...CALLER, key: "other" }, () => c.countDocuments(isEven))).toBe(350);
    expect(settled).toBeLessThan(3);
    await store.close();
    expect(await Promise.all(hostile)).toHaveLength(6);
  });
});
