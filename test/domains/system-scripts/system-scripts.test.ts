import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { CloudCode, ScriptRun } from "../../../src/cloudcode/cloudcode.ts";
import { Messages } from "../../../src/domains/messages/messages.ts";
import { systemScriptCollection } from "../../../src/domains/system-scripts/job.ts";
import { SystemScripts } from "../../../src/domains/system-scripts/system-scripts.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import { StoreError } from "../../../src/store/errors.ts";
import type { Store } from "../../../src/store/store.ts";
import { fakeScripts } from "../../server/fake-scripts.ts";
import { signIn } from "../../server/support.ts";
import {
  API_KEY,
  SERVER_SECRET,
  startTestApp,
  type TestApp,
  type TestAppOptions,
  testGame,
} from "../../support/app.ts";

/** Tests poll explicitly. */
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function start(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await startTestApp({ ticks: false, ...options });
  cleanUp.push(() => app.discard());
  return app;
}

/** A promise that stays pending until the end of the test, for scripts still running when their server is killed. */
function untilTheEnd(): Promise<never> {
  const gate = Promise.withResolvers<never>();
  cleanUp.push(async () => gate.reject(new Error("the test has ended")));
  return gate.promise;
}

async function look(...apps: TestApp[]): Promise<void> {
  await Promise.all(apps.map((app) => app.poll()));
  await Promise.all(apps.map((app) => app.services.service(SystemScripts).settled()));
}

/** A store shared by several servers. */
async function sharedStore(): Promise<() => Promise<Store>> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-shared-"));
  const store = await openEmbeddedStore({ path: join(folder, "shared.db") });
  cleanUp.push(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  return async () => ({
    collection: (name) => store.collection(name),
    transaction: (work) => store.transaction(work),
    ping: () => store.ping(),
    close: async () => {},
  });
}

const scripted = (sources: Record<string, string>) =>
  testGame([], {
    embeddedScripts: Object.entries(sources).map(([shortCode, source]) => ({ type: "system", shortCode, source })),
  });
const TELL = `Spark.runtimeCollection("ran").insert({
  stage: Spark.getConfig().getStage(), player: Spark.getPlayer(), data: Spark.getData()
});`;
const MINUTE = 60_000;
/** On the tests' clock, which starts at 03:04:05. */
const TO_THE_MARK = 55_000;
const names = ({ runs }: { runs: ScriptRun[] }) => runs.map(({ name, stage }) => `${name} ${stage}`);

describe("the scripts of every minute, hour and day", () => {
  it("run at the start of each period, on each open stage, without a player", async () => {
    const app = await start({ game: scripted({ GS_MINUTE: TELL }) });
    const [preview, live] = [await app.services.stores.open("preview"), await app.services.stores.open("live")];
    const ran = (store: Store) =>
      store
        .collection("script.ran")
        .find({}, { projection: { _id: 0 } })
        .toArray();
    app.clock.advance(TO_THE_MARK - 1);
    await look(app);
    expect(await ran(preview)).toEqual([]);
    app.clock.advance(1);
    await look(app);
    await look(app);
    expect(await ran(preview)).toEqual([{ stage: "preview", player: null, data: {} }]);
    expect(await ran(live)).toEqual([{ stage: "live", player: null, data: {} }]);
  });

  it("run once per period (UTC), and not for past periods", async () => {
    const cloudCode = fakeScripts({
      "system/GS_MINUTE": () => ({}),
      "system/GS_HOURLY": () => ({}),
      "system/GS_DAILY": () => ({}),
    });
    const app = await start({ cloudCode });
    await app.services.stores.open("preview");
    const ranAfter = async (advance: number) => {
      app.clock.advance(advance);
      cloudCode.runs.length = 0;
      await look(app);
      return cloudCode.runs.map(({ name }) => name).sort();
    };
    expect(await ranAfter(0)).toEqual([]);
    expect(await ranAfter(TO_THE_MARK)).toEqual(["GS_MINUTE"]);
    expect(await ranAfter(1_000)).toEqual([]);
    expect(await ranAfter(3 * MINUTE)).toEqual(["GS_MINUTE"]);
    expect(await ranAfter(51 * MINUTE + 59_000)).toEqual(["GS_HOURLY", "GS_MINUTE"]);
    expect(await ranAfter(20 * 60 * MINUTE - 1)).toEqual(["GS_HOURLY", "GS_MINUTE"]);
    expect(new Date(app.clock.now()).toISOString()).toBe("2026-01-02T23:59:59.999Z");
    expect(await ranAfter(1)).toEqual(["GS_DAILY", "GS_HOURLY", "GS_MINUTE"]);
  });

  it("do not run for periods that started before the stage was opened", async () => {
    const cloudCode = fakeScripts({ "system/GS_DAILY": () => ({}) });
    const app = await start({ cloudCode });
    app.clock.advance(24 * 60 * MINUTE);
    await app.services.stores.open("live");
    await look(app);
    expect(cloudCode.runs).toEqual([]);
    app.clock.advance(24 * 60 * MINUTE);
    await look(app);
    expect(names(cloudCode)).toEqual(["GS_DAILY live"]);
  });

  it("run once if several servers share a store", async () => {
    const openStore = await sharedStore();
    const scripts = [0, 1, 2].map(() => fakeScripts({ "system/GS_MINUTE": () => ({}) }));
    const apps = await Promise.all(scripts.map((cloudCode) => start({ cloudCode, openStore })));
    for (const { services } of apps) await services.stores.open("preview");
    for (let minute = 0; minute < 5; minute++) {
      for (const { clock } of apps) clock.advance(minute === 0 ? TO_THE_MARK : MINUTE);
      await look(...apps);
    }
    expect(scripts.flatMap(names)).toHaveLength(5);
  });

  it("that take longer than their period do not accumulate: they run once more, late", async () => {
    const openStore = await sharedStore();
    const gate = Promise.withResolvers<void>();
    const slow = fakeScripts({ "system/GS_MINUTE": () => gate.promise.then(() => ({})) });
    const quick = fakeScripts({ "system/GS_MINUTE": () => ({}) });
    const [one, other] = [await start({ cloudCode: slow, openStore }), await start({ cloudCode: quick, openStore })];
    for (const { services } of [one, other]) await services.stores.open("preview");
    one.clock.advance(TO_THE_MARK);
    await one.poll();
    await expect.poll(() => slow.runs).toHaveLength(1);
    // The lease is renewed in time.
    const jobs = systemScriptCollection(await one.services.stores.open("preview"));
    await jobs.updateOne({ _id: "GS_MINUTE" }, { $set: { due: new Date(one.clock.now() + 10 * MINUTE) } });
    for (const { clock } of [one, other]) clock.advance(3 * MINUTE);
    await one.poll();
    await look(other);
    expect([slow.runs.length, quick.runs.length]).toEqual([1, 0]);
    gate.resolve();
    await one.services.service(SystemScripts).settled();
    await look(one, other);
    await look(one, other);
    expect(slow.runs.length + quick.runs.length).toBe(2);
  });

  it("run in the next period if their server was killed during a run", async () => {
    const openStore = await sharedStore();
    const killed = fakeScripts({ "system/GS_MINUTE": () => untilTheEnd() });
    const before = await start({ cloudCode: killed, openStore, config: { drainTimeoutMs: 0 } });
    await before.services.stores.open("preview");
    before.clock.advance(TO_THE_MARK);
    await before.poll();
    await expect.poll(() => killed.runs).toHaveLength(1);
    const scripts = fakeScripts({ "system/GS_MINUTE": () => ({}) });
    const after = await start({ cloudCode: scripts, openStore });
    await after.services.stores.open("preview");
    after.clock.advance(TO_THE_MARK);
    await look(after);
    expect(scripts.runs).toEqual([]);
    after.clock.advance(MINUTE);
    await look(after);
    expect(scripts.runs).toHaveLength(1);
  });

  it("still run if another server opens the stage just after the period starts", async () => {
    const openStore = await sharedStore();
    const scripts = [0, 1].map(() => fakeScripts({ "system/GS_MINUTE": () => ({}) }));
    const [up, opening] = await Promise.all(scripts.map((cloudCode) => start({ cloudCode, openStore })));
    await up!.services.stores.open("preview");
    for (const { clock } of [up!, opening!]) clock.advance(TO_THE_MARK);
    await opening!.services.stores.open("preview");
    await look(opening!);
    expect(scripts.flatMap(names)).toEqual([]);
    await look(up!);
    expect(scripts.map(names)).toEqual([["GS_MINUTE preview"], []]);
  });

  it("are not made up for if no server was running or the game had no such script", async () => {
    const openStore = await sharedStore();
    const first = await start({ cloudCode: fakeScripts({ "system/GS_HOURLY": () => ({}) }), openStore });
    await first.services.stores.open("preview");
    await first.close();
    const scripts: Parameters<typeof fakeScripts>[0] = {};
    const cloudCode = fakeScripts(scripts);
    const app = await start({ cloudCode, openStore });
    const lookAfter = async (ms: number) => {
      app.clock.advance(ms);
      await look(app);
      return cloudCode.runs.length;
    };
    app.clock.advance(60 * MINUTE);
    await app.services.stores.open("preview");
    await lookAfter(60 * MINUTE);
    scripts["system/GS_HOURLY"] = () => ({});
    expect(await lookAfter(54 * MINUTE)).toBe(0);
    expect(await lookAfter(MINUTE + TO_THE_MARK)).toBe(1);
  });

  it.each([
    ["their server was killed during the run", () => untilTheEnd(), false],
    ["the store was unavailable at the end", () => ({}), true],
  ] as const)("do not run again in the same period if %s", async (_what, script, isAway) => {
    const shared = await (await sharedStore())();
    const away: Store = { ...shared, transaction: () => Promise.reject(new StoreError("UNAVAILABLE", "away")) };
    const cut = fakeScripts({ "system/GS_HOURLY": script });
    const openStore = async () => (isAway ? away : shared);
    const before = await start({ cloudCode: cut, openStore, config: { drainTimeoutMs: 0 } });
    const scripts = fakeScripts({ "system/GS_HOURLY": () => ({}) });
    const after = await start({ cloudCode: scripts, openStore: async () => shared });
    for (const { services } of [before, after]) await services.stores.open("preview");
    const toTheHour = 55 * MINUTE + TO_THE_MARK;
    for (const { clock } of [before, after]) clock.advance(toTheHour);
    await before.poll();
    await expect.poll(() => cut.runs).toHaveLength(1);
    if (isAway) await before.services.service(SystemScripts).settled();
    for (let minute = 1; minute < 60; minute++) {
      after.clock.advance(MINUTE);
      await look(after);
    }
    expect(scripts.runs).toEqual([]);
    after.clock.advance(MINUTE);
    await look(after);
    expect(scripts.runs).toHaveLength(1);
  });

  it("without a free script host are retried after 1 s, doubling to 16 s", async () => {
    const cloudCode = fakeScripts({
      "system/GS_HOURLY": () => ({ failure: { kind: "unavailable", message: "no" } }),
    });
    const app = await start({ cloudCode });
    await app.services.stores.open("preview");
    app.clock.advance(55 * MINUTE + TO_THE_MARK);
    const at: number[] = [];
    for (let second = 0; second < 64; second++) {
      const before = cloudCode.runs.length;
      await look(app);
      if (cloudCode.runs.length > before) at.push(second);
      app.clock.advance(1_000);
    }
    expect(at).toEqual([0, 1, 3, 7, 15, 31, 47, 63]);
  });

  it("without a free script host run once there is one; a failed run is logged and not retried", async () => {
    const failures = ["unavailable", "error", undefined] as const;
    let at = 0;
    const cloudCode = fakeScripts({
      "system/GS_MINUTE": () => {
        const kind = failures[at++];
        return kind === undefined ? {} : { failure: { kind, message: "no" } };
      },
    });
    const app = await start({ cloudCode });
    await app.services.stores.open("preview");
    app.clock.advance(TO_THE_MARK);
    await look(app);
    await look(app);
    expect(at, "it waits a second").toBe(1);
    app.clock.advance(1_000);
    await look(app);
    await look(app);
    expect(at).toBe(2);
    app.clock.advance(MINUTE);
    await look(app);
    expect(at).toBe(3);
    const logged = app.log.filter(({ msg }) => msg === "a script failed");
    expect(logged).toMatchObject([
      { script: "system/GS_MINUTE", failure: { kind: "unavailable" } },
      { failure: { kind: "error" } },
    ]);
  });

  it("do not wait for other scripts without a player", async () => {
    const game = scripted({
      GS_MINUTE: 'Spark.runtimeCollection("ran").insert({});',
      GS_CALLBACK_URL: 'while (!Spark.runtimeCollection("ran").findOne()) Spark.setScriptData("waited", true);',
    });
    const app = await start({ game, config: { scriptsPerPlayer: 1, scriptHostCalls: 1_000_000 } });
    await app.services.stores.open("preview");
    const answered = fetch(`${app.httpUrl}/callback/${API_KEY}/${encodeURIComponent(SERVER_SECRET)}/`);
    await expect.poll(() => app.services.cloudCode.figures?.()?.runsUnderWay).toBe(1);
    app.clock.advance(TO_THE_MARK);
    await look(app);
    expect(await (await answered).json()).toEqual({ waited: true });
  });

  it("run when the server polls by itself", async () => {
    const cloudCode = fakeScripts({ "system/GS_MINUTE": () => ({}) });
    const app = await start({ cloudCode, ticks: true });
    await app.services.stores.open("preview");
    app.clock.advance(TO_THE_MARK);
    await expect.poll(() => cloudCode.runs).toHaveLength(1);
  });
});

describe("GS_GAME_PUBLISH", () => {
  const publish = { "system/GS_GAME_PUBLISH": () => ({}) };
  const published = (fingerprint: string, scripts: Parameters<typeof fakeScripts>[0] = publish) => {
    const cloudCode = fakeScripts(scripts);
    return { ...cloudCode, fingerprint: () => fingerprint } satisfies CloudCode;
  };

  it("runs once per version of the game and stage, regardless of servers and restarts", async () => {
    const openStore = await sharedStore();
    const ran: string[][] = [];
    for (const state of ["a", "a", "b", "a", "c"]) {
      const scripts = published(state);
      const apps = [await start({ cloudCode: scripts, openStore }), await start({ cloudCode: scripts, openStore })];
      for (const { services } of apps) await services.stores.open("live");
      await look(...apps);
      await look(...apps);
      ran.push(names(scripts));
      for (const app of apps) await app.close();
    }
    expect(ran).toEqual([["GS_GAME_PUBLISH live"], [], ["GS_GAME_PUBLISH live"], [], ["GS_GAME_PUBLISH live"]]);
  });

  it("runs on preview, but not on live, when a running server reloads the game", async () => {
    let state = "a";
    const cloudCode = { ...fakeScripts(publish), fingerprint: () => state };
    const app = await start({ cloudCode });
    for (const stage of ["preview", "live"] as const) await app.services.stores.open(stage);
    await look(app);
    for (const next of ["b", "b", "a"]) {
      state = next;
      app.services.service(SystemScripts).reloaded();
      await look(app);
    }
    const onPreview = "GS_GAME_PUBLISH preview";
    expect(names(cloudCode).sort()).toEqual(["GS_GAME_PUBLISH live", onPreview, onPreview, onPreview]);
  });

  it("runs when a script in the game's folder is changed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
    cleanUp.push(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, "system"));
    const write = (version: number) =>
      writeFile(
        join(folder, "system", "GS_GAME_PUBLISH.js"),
        `Spark.runtimeCollection("published").insert({ version: ${version} });`,
      );
    await write(1);
    const app = await start({ game: testGame([], { folder }), config: { scriptHotReload: "on" } });
    const store = await app.services.stores.open("preview");
    const published = async () => {
      await look(app);
      return store.collection("script.published").distinct("version", {});
    };
    expect(await published()).toEqual([1]);
    await write(2);
    await expect.poll(published).toEqual([1, 2]);
  });

  it("can create indexes with a real script", async () => {
    const source = 'Spark.runtimeCollection("scores").ensureIndex({ points: 1 });';
    const app = await start({ game: scripted({ GS_GAME_PUBLISH: source }) });
    const store = await app.services.stores.open("preview");
    await look(app);
    expect(await store.collection("script.scores").indexes()).toContainEqual(
      expect.objectContaining({ key: { points: 1 } }),
    );
  });

  it("is logged and not retried if the store permanently refuses its changes, which are discarded", async () => {
    const source = `Spark.runtimeCollection("ran").insert({});
      Spark.loadPlayer(Spark.runtimeCollection("whom").findOne().player).setScriptData("more", "x".repeat(500000));`;
    const app = await start({ game: scripted({ GS_GAME_PUBLISH: source }) });
    const ada = await signIn(await app.client(), "ada");
    const store = app.services.stores.opened("preview")!;
    await store.collection("script.whom").insertOne({ player: ada });
    const ballast = "x".repeat(16 * 1024 * 1024 - 10_000);
    await store.collection("player").updateMany({}, { $set: { ballast } });
    for (let n = 0; n < 3; n++) {
      await look(app);
      app.clock.advance(MINUTE);
    }
    expect(await store.collection("script.ran").countDocuments({})).toBe(1);
    const [player] = await store.collection("player").find({}).toArray();
    expect(player!.scriptData).toEqual({});
    const reason = /^The store rejected its changes: The document is \d+ bytes long; the limit is 16777216\.$/;
    const failure = { kind: "error", message: expect.stringMatching(reason) };
    expect(app.log.filter(({ level }) => level === 50)).toMatchObject([
      { msg: "a script failed", script: "system/GS_GAME_PUBLISH", failure },
    ]);
  });

  it.each([
    ["the store is unavailable", new StoreError("UNAVAILABLE", "away")],
    ["its transaction conflicts", new StoreError("TRANSACTION_FAILED", "conflicts")],
  ])("runs again if %s at the end", async (_what, error) => {
    const shared = await (await sharedStore())();
    let isFailing = true;
    const openStore = async (): Promise<Store> => ({
      ...shared,
      transaction: (work) => (isFailing ? Promise.reject(error) : shared.transaction(work)),
    });
    const cloudCode = published("a");
    const app = await start({ cloudCode, openStore });
    await app.services.stores.open("preview");
    await look(app);
    isFailing = false;
    await look(app);
    expect(cloudCode.runs).toHaveLength(1);
    app.clock.advance(MINUTE);
    await look(app);
    await look(app);
    expect(cloudCode.runs).toHaveLength(2);
  });

  it("runs again if its server was killed during the run", async () => {
    const openStore = await sharedStore();
    const killed = published("a", { "system/GS_GAME_PUBLISH": () => untilTheEnd() });
    const before = await start({ cloudCode: killed, openStore, config: { drainTimeoutMs: 0 } });
    await before.services.stores.open("preview");
    await before.poll();
    await expect.poll(() => killed.runs).toHaveLength(1);
    const scripts = published("a");
    const after = await start({ cloudCode: scripts, openStore });
    await after.services.stores.open("preview");
    await look(after);
    expect(scripts.runs).toEqual([]);
    after.clock.advance(MINUTE);
    await look(after);
    expect(scripts.runs).toHaveLength(1);
  });
});

describe("GS_PLAYER_CONNECT and GS_PLAYER_DISCONNECT", () => {
  const both = { "system/GS_PLAYER_CONNECT": () => ({}), "system/GS_PLAYER_DISCONNECT": () => ({}) };
  const runsOf = (scripts: { runs: ScriptRun[] }, players: Record<string, string>) =>
    scripts.runs.map(({ name, player }) => {
      const who = Object.keys(players).find((key) => players[key] === player?.playerId);
      return `${name.slice("GS_PLAYER_".length)} ${who}`;
    });

  it("run when a player signs in or out on a socket", async () => {
    const scripts = fakeScripts(both);
    const app = await start({ cloudCode: scripts });
    const settled = () => app.services.service(SystemScripts).settled();
    const one = await app.client();
    expect(scripts.runs, "nobody is signed in").toEqual([]);
    const ada = await signIn(one, "ada");
    await settled();
    await signIn(one, "ada");
    await settled();
    expect(runsOf(scripts, { ada }), "the same player again").toEqual(["CONNECT ada"]);
    const two = await app.client({ authToken: one.authToken! });
    await settled();
    const grace = await signIn(one, "grace");
    await settled();
    await one.close();
    await expect.poll(() => runsOf(scripts, { ada, grace })).toHaveLength(5);
    app.services.service(Messages).terminateSessions(ada as never);
    await settled();
    await two.close();
    await settled();
    expect(runsOf(scripts, { ada, grace })).toEqual([
      "CONNECT ada",
      "CONNECT ada",
      "DISCONNECT ada",
      "CONNECT grace",
      "DISCONNECT grace",
      "DISCONNECT ada",
    ]);
  });

  it("run in order for each player, even if one is slow, and before a stop completes", async () => {
    const gate = Promise.withResolvers<void>();
    const ended: string[] = [];
    const scripts = fakeScripts({
      "system/GS_PLAYER_CONNECT": async () => {
        await gate.promise;
        ended.push("connect");
        return {};
      },
      "system/GS_PLAYER_DISCONNECT": () => {
        ended.push("disconnect");
        return {};
      },
    });
    const app = await start({ cloudCode: scripts });
    await signIn(await app.client(), "ada");
    await expect.poll(() => scripts.runs).toHaveLength(1);
    const stopped = app.close();
    gate.resolve();
    await stopped;
    expect(ended).toEqual(["connect", "disconnect"]);
  });

  it("of a client that keeps switching players do not starve those of other clients", async () => {
    const gate = Promise.withResolvers<void>();
    const scripts = fakeScripts({
      ...both,
      "system/GS_PLAYER_CONNECT": async (run) => {
        if (run.player?.userName !== "ada") await gate.promise;
        return {};
      },
    });
    const app = await start({ cloudCode: scripts });
    const flooder = await app.client();
    const flood: string[] = [];
    for (let n = 0; n < 30; n++) flood.push(await signIn(flooder, `flood${n}`));
    await expect.poll(() => scripts.runs.filter(({ player }) => flood.includes(player!.playerId))).toHaveLength(4);
    const beside = await app.client();
    const ada = await beside.request("RegistrationRequest", {
      userName: "ada",
      displayName: "ada",
      password: "secret",
    });
    await expect.poll(() => scripts.runs.map(({ player }) => player!.playerId)).toContain(ada["userId"]);
    gate.resolve();
    await app.services.service(SystemScripts).settled();
    const ran = scripts.runs.filter(({ player }) => flood.includes(player!.playerId));
    expect(ran.length).toBe(4 + 16);
    const newest = { last: flood.at(-1)!, before: flood.at(-2)! };
    expect(runsOf({ runs: ran }, newest)).toEqual(
      expect.arrayContaining(["CONNECT before", "DISCONNECT before", "CONNECT last"]),
    );
    await app.services.service(SystemScripts).poll();
    const leftOut = 30 + 29 - ran.length;
    expect(app.log).toContainEqual(
      expect.objectContaining({ scripts: leftOut, msg: expect.stringMatching(/too many/) }),
    );
  });

  it("can change the player and see the connection in real scripts", async () => {
    const source = `Spark.getPlayer().setScriptData("via", Spark.getCredentialType());
      Spark.getPlayer().credit1(5, "welcome"); Spark.getPlayer().disconnect(true);`;
    const app = await start({ game: scripted({ GS_PLAYER_CONNECT: source }) });
    const [first, second] = [await app.client(), await app.client()];
    const ada = await signIn(first, "ada");
    await app.services.service(SystemScripts).settled();
    expect(await first.request("AccountDetailsRequest")).toMatchObject({ currency1: 5, scriptData: { via: "device" } });
    await signIn(second, "ada");
    expect((await first.next((f) => f["@class"] === ".SessionTerminatedMessage"))["@class"]).toBeTruthy();
    await app.services.service(SystemScripts).settled();
    expect(await second.request("AccountDetailsRequest")).toMatchObject({ userId: ada, currency1: 10 });
  });
});
