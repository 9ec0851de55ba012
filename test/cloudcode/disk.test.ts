import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLocalLocks } from "../../src/cluster/locks.ts";
import { ChainLocks } from "../../src/kernel/scripts/locks.ts";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { GatedLog } from "../support/gated-log.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

/** Each has a collection `c`, of which `a` is on disk, and leaves what it saw as `it`. */
const SCRIPTS: Record<string, string> = {
  "writes three times":
    "c.insert({ _id: 'b' }); c.update({ _id: 'b' }, { $set: { n: 1 } }); it(c.remove({ _id: 'a' }));",
  "writes and fails": "c.insert({ _id: 'b' }); null.x;",
  "writes and reads": "c.insert({ _id: 'b' }); it(c.find().size());",
  "is refused": "try { c.insert({ _id: 'a' }) } catch (e) { it(e.message) }",
  "writes behind a lock": "Spark.lockKey('k', 5000); c.update({ _id: 'a' }, { $inc: { n: 1 } }); Spark.unlockKey('k');",
  "reads behind a lock": "Spark.lockKey('k', 5000); it(c.findOne({ _id: 'a' }).n);",
  "keeps the lock": "Spark.lockKey('k', 5000); c.update({ _id: 'a' }, { $inc: { n: 1 } });",
};
const BEFORE = 'function it(value) { Spark.setScriptData("it", value); } var c = Spark.runtimeCollection("c");';

let hosts: TestCloudCode;
beforeAll(async () => {
  const sources = Object.entries(SCRIPTS).map(([name, code]) => [name, `${BEFORE} ${code}`]);
  hosts = await withScripts(Object.fromEntries(sources));
});
afterAll(() => hosts.cloudCode.close());

let gate: GatedLog;
let world: World;
beforeEach(async () => {
  world = await openWorld({
    name: "embedded, the disk held back",
    async open() {
      const folder = await mkdtemp(join(tmpdir(), "rekindle-disk-"));
      const openLog = async (path: string) => {
        gate = await GatedLog.open(path);
        return gate;
      };
      const store = await openEmbeddedStore({ path: join(folder, "test.db") }, { openLog });
      const discard = async () => {
        await store.close();
        await rm(folder, { recursive: true });
      };
      return { store, discard };
    },
  });
  await world.store.collection("script.c").insertOne({ _id: "a", n: 1 });
});
afterEach(async () => {
  letThrough();
  await world.discard();
});

function letThrough(error?: Error): void {
  gate.open = true;
  gate.release(error);
}

describe("writes of a script", () => {
  test("that are refused throw", async () => {
    expect(await hosts.run("is refused", {}, world.context)).toMatchObject({
      scriptData: { it: expect.stringMatching(/_id/) },
    });
  });

  test.each(["writes three times", "writes and reads", "writes and fails"])(
    "%s: a write lost with the disk is reported",
    async (name) => {
      gate.open = false;
      const result = hosts.run(name, {}, world.context);
      await gate.arrival();
      letThrough(new Error("EIO"));
      const { failure, wrote } = await result;
      expect(failure).toMatchObject({ kind: "error", message: expect.stringMatching(/database is unreachable/) });
      expect(wrote).toBe(true);
    },
  );

  test.each(["writes behind a lock", "keeps the lock"])("%s: the next holder of the lock reads it", async (name) => {
    const locks = createLocalLocks();
    const context = () => ({ ...world.context, chainLocks: new ChainLocks(locks, "preview" as const) });
    gate.open = false;
    const first = hosts.run(name, {}, context());
    await gate.arrival();
    const second = hosts.run("reads behind a lock", {}, context());
    await new Promise((resolve) => setTimeout(resolve, 50));
    letThrough();
    expect((await first).failure).toBeUndefined();
    expect(await second).toMatchObject({ scriptData: { it: 2 } });
  });
});
