import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { accounts } from "../../src/domains/accounts/collections.ts";
import { scheduleCollection } from "../../src/domains/schedules/collections.ts";
import { Schedules } from "../../src/domains/schedules/schedules.ts";
import { objectIdOf, type PlayerId } from "../../src/ids.ts";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Store } from "../../src/store/store.ts";
import { startTestApp, type TestApp, type TestAppOptions, testGame } from "../support/app.ts";
import { fakeScripts } from "./fake-scripts.ts";
import { signIn } from "./support.ts";

const SCRIPTS: Record<string, string> = {
  "event/PLANT": `Spark.getScheduler().inSeconds("GROW", 60, { x: 10, y: Spark.getPlayer().getPlayerId() });`,
  "modules/GROW": `Spark.runtimeCollection("field").insert({
      item: "plant", player: Spark.getPlayer().getPlayerId(), x: Spark.getData().x, y: Spark.getData().y });
    Spark.getPlayer().credit1(2, "grown");`,
  "event/COUNT_MANY": 'for (var n = 0; n < 20; n++) Spark.getScheduler().inSeconds("COUNT", 1, {});',
  "modules/COUNT": `var player = Spark.getPlayer();
    player.setScriptData("count", (player.getScriptData("count") || 0) + 1);`,
  "event/REPEAT": 'Spark.getScheduler().inSeconds("REPEAT", 0, { n: 1 }, "repeat");',
  "modules/REPEAT": `Spark.runtimeCollection("rounds").insert({ n: Spark.getData().n });
    Spark.getScheduler().inSeconds("REPEAT", 0, { n: Spark.getData().n + 1 }, "repeat");`,
  "event/FAIL": 'Spark.getScheduler().inSeconds("FAIL", 1, {});',
  "modules/FAIL": 'Spark.getPlayer().credit1(5, "lost"); null.fail;',
};
const game = testGame([], {
  embeddedScripts: Object.entries(SCRIPTS).map(([key, source]) => {
    const [type = "", shortCode = ""] = key.split("/");
    return { type, shortCode, source };
  }),
});

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function start(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await startTestApp({ ticks: false, game, ...options });
  cleanUp.push(() => app.discard());
  return app;
}

async function look(...apps: TestApp[]): Promise<void> {
  await Promise.all(apps.map((app) => app.services.jobs.poll("schedule")));
  await Promise.all(apps.map((app) => app.services.jobs.settled()));
}

async function playerOf(app: TestApp, id: string) {
  const store = app.services.stores.opened("preview")!;
  return (await accounts(store).players.findOne({ _id: objectIdOf(id as PlayerId) }))!;
}

async function send(client: Awaited<ReturnType<TestApp["client"]>>, eventKey: string): Promise<void> {
  const { error } = await client.request("LogEventRequest", { eventKey });
  expect(error).toBeUndefined();
}

describe("a module scheduled by a script", () => {
  describe("on one server", () => {
    let app: TestApp;
    beforeAll(async () => {
      app = await startTestApp({ ticks: false, game });
    });
    afterAll(() => app.discard());

    it("runs when it is due, as its player and with its data, even if that player has disconnected", async () => {
      const client = await app.client();
      const ada = await signIn(client, "ada");
      await send(client, "PLANT");
      await client.close();
      const field = app.services.stores.opened("preview")!.collection("script.field");
      app.clock.advance(59_999);
      await look(app);
      expect(await field.countDocuments({})).toBe(0);
      app.clock.advance(1);
      await look(app);
      expect(await field.find({}, { projection: { _id: 0 } }).toArray()).toEqual([
        { item: "plant", player: ada, x: 10, y: ada },
      ]);
      expect((await playerOf(app, ada)).currencies[0]).toBe(2);
      await look(app);
      expect(await field.countDocuments({})).toBe(1);
    });

    it("loses no concurrent change of the same player", async () => {
      const client = await app.client();
      const ada = await signIn(client, "grace");
      await send(client, "COUNT_MANY");
      app.clock.advance(1_000);
      await look(app);
      expect((await playerOf(app, ada)).scriptData).toEqual({ count: 20 });
    });

    it("that fails changes nothing, is logged and does not run again", async () => {
      const client = await app.client();
      const ada = await signIn(client, "mallory");
      await send(client, "FAIL");
      app.clock.advance(1_000);
      await look(app);
      expect((await playerOf(app, ada)).currencies[0]).toBe(0);
      const line = { msg: "a script failed", script: "modules/FAIL", player: ada };
      expect(app.log).toContainEqual(expect.objectContaining(line));
      expect(await scheduleCollection(app.services.stores.opened("preview")!).countDocuments({})).toBe(0);
    });

    it("that reschedules itself immediately runs once per poll", async () => {
      const client = await app.client();
      await signIn(client, "repeat");
      await send(client, "REPEAT");
      const rounds = app.services.stores.opened("preview")!.collection("script.rounds");
      for (let n = 1; n <= 3; n++) {
        app.clock.advance(1_000);
        await look(app);
        expect(await rounds.distinct("n", {})).toEqual(Array.from({ length: n }, (_, i) => i + 1));
      }
    });
  });

  it("runs once if several servers share a store", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rekindle-shared-"));
    const store = await openEmbeddedStore({ path: join(folder, "shared.db") });
    cleanUp.push(async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    });
    const openStore = async (): Promise<Store> => ({
      collection: (name) => store.collection(name),
      transaction: (work) => store.transaction(work),
      ping: () => store.ping(),
      close: async () => {},
    });
    const apps = [await start({ openStore }), await start({ openStore })];
    const client = await apps[0]!.client();
    const ada = await signIn(client, "ada");
    await send(client, "COUNT_MANY");
    for (const app of apps) {
      await app.services.stores.open("preview");
      app.clock.advance(1_000);
    }
    await look(...apps);
    expect((await playerOf(apps[0]!, ada)).scriptData).toEqual({ count: 20 });
    expect(await scheduleCollection(store).countDocuments({})).toBe(0);
  });

  it.each([
    ["computes", "while (true);"],
    ["waits for the server", 'while (true) Spark.runtimeCollection("field").findOne();'],
    ["has cancelled its own key", 'Spark.getScheduler().cancel("k"); while (true);'],
  ])("that %s when the server stops is handed to another server before the stop completes", async (_what, source) => {
    const folder = await mkdtemp(join(tmpdir(), "rekindle-shared-"));
    const store = await openEmbeddedStore({ path: join(folder, "shared.db") });
    cleanUp.push(async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    });
    let underWay = 0;
    const openStore = async (): Promise<Store> => ({
      ...{ collection: (name) => store.collection(name), ping: () => store.ping(), close: async () => {} },
      async transaction(work) {
        underWay += 1;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return store.transaction(work).finally(() => {
          underWay -= 1;
        });
      },
    });
    const endless = { type: "modules", shortCode: "ENDLESS", source };
    const hours = 3_600_000;
    const limits = { scriptTimeoutMs: hours, scriptCpuMs: hours, scriptHostCalls: 1_000_000_000, drainTimeoutMs: 0 };
    const app = await start({ openStore, game: testGame([], { embeddedScripts: [endless] }), config: limits });
    await app.services.stores.open("preview");
    const plan = { module: "ENDLESS", delayMs: 0, data: "{}", player: undefined, key: "k" };
    await app.services.service(Schedules).add(store, plan);
    await app.services.jobs.poll("schedule");
    await expect.poll(() => app.services.cloudCode.figures?.()?.runsUnderWay).toBe(1);
    await app.close();
    expect(underWay).toBe(0);
    const now = new Date(app.clock.now());
    const found = await scheduleCollection(store).find({}).toArray();
    expect(found).toMatchObject([{ attempts: 1, freeAttempts: 1, due: now }]);
    for (const member of ["claim", "cancelled"]) expect(found[0]).not.toHaveProperty(member);
  });

  it("of a previously used stage runs after a restart even if nobody connects", async () => {
    const data = await mkdtemp(join(tmpdir(), "rekindle-restart-"));
    cleanUp.push(() => rm(data, { recursive: true, force: true }));
    const scripts = fakeScripts({ "modules/GROW": () => ({}) });
    const before = await start({ data, cloudCode: scripts });
    const live = await before.services.stores.open("live");
    await before.services.service(Schedules).add(live, {
      module: "GROW",
      delayMs: 0,
      data: "{}",
      player: undefined,
      key: undefined,
    });
    await before.close();
    await start({ data, cloudCode: scripts, ticks: true });
    await expect.poll(() => scripts.runs).toMatchObject([{ name: "GROW", stage: "live" }]);
  });
});
