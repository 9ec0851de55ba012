import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import { type TestCloudCode, withScripts } from "../support.ts";
import { openWorld, type World } from "../world.ts";

describe("expensive operations on the embedded store", () => {
  const ENDLESS =
    "var inner = { $map: { input: { $range: [0, 9000] }, in: { $sin: '$$this' } } };" +
    "var endless = { $expr: { $gt: [{ $size: { $map: { input: { $range: [0, 9000] }, in: { $size: inner } } } }, 1] } };";
  const HEAVY: [what: string, script: string, message: RegExp][] = [
    ["a find", "c.find(endless).toArray()", /took longer than 300 ms/],
    ["a count", "c.count(endless)", /took longer/],
    ["a distinct", "c.distinct('n', endless)", /took longer/],
    ["an update", "c.update(endless, { $set: { n: 1 } }, false, true)", /took longer/],
    ["a removal", "c.remove(endless)", /took longer/],
    ["a findAndModify", "c.findAndModify(endless, null, null, false, { $set: { n: 1 } }, true, false)", /took longer/],
    ["a pipeline", "c.aggregate({ $match: endless })", /took longer/],
    ["players of the system collection", "Spark.systemCollection('player').count(endless)", /took longer/],
    ["a query of one player", "Spark.loadPlayer(Spark.getData().id).matchesMongoQuery(endless)", /took longer/],
  ];
  let world: World;
  let hosts: TestCloudCode;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "rekindle-heavy-"));
    const store = await openEmbeddedStore({ path: join(folder, "test.db"), evaluators: { timeoutMs: 300 } });
    const close = async () => {
      await store.close();
      await rm(folder, { recursive: true });
    };
    world = await openWorld({ name: "embedded", open: async () => ({ store, discard: close }) });
    hosts = await withScripts(
      Object.fromEntries(
        HEAVY.map(([, script], index) => [
          `heavy${index}`,
          `var c = Spark.runtimeCollection('heavy${index}'); c.insert({ n: 1 });${ENDLESS}
           try { ${script}; Spark.setScriptData('it', 'never'); } catch (e) { Spark.setScriptData('it', e.message); }`,
        ]),
      ),
      { timeoutMs: 20_000 },
    );
  });
  afterAll(async () => {
    await hosts.cloudCode.close();
    await world.discard();
  });

  test.for(HEAVY.map(([what, , message], index) => [what, index, message] as const))(
    "is refused: %s",
    async ([, index, message]) => {
      const id = await world.player(`heavy${index}`);
      const result = await hosts.run(`heavy${index}`, { data: { id } }, world.context);
      expect(result.scriptData["it"]).toMatch(message);
      expect(world.failures).toEqual([]);
    },
  );
});

test("a document that grows beyond a megabyte is refused", async () => {
  const world = await openWorld();
  const source =
    "var t = new Array(600001).join('x'), c = Spark.runtimeCollection('c'); c.insert({ _id: 'g', l: [t] });" +
    "try { c.update({ _id: 'g' }, { $push: { l: t } }); } catch (e) { Spark.setScriptData('it', e.message); }";
  const hosts = await withScripts({ grows: source }, { timeoutMs: 20_000 });
  const { scriptData } = await hosts.run("grows", {}, world.context);
  expect(scriptData["it"]).toMatch(
    /The document would be 12000\d\d bytes long as JSON; scripts may write at most 1048576/,
  );
  await hosts.cloudCode.close();
  await world.discard();
});
