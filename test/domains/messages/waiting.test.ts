import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { messageCollections } from "../../../src/domains/messages/collections.ts";
import { Messages } from "../../../src/domains/messages/messages.ts";
import type { ScriptResult } from "../../../src/kernel/scripts/result.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import { StoreError } from "../../../src/store/errors.ts";
import type { Store } from "../../../src/store/store.ts";
import { fakeScripts } from "../../server/fake-scripts.ts";
import { testGame } from "../../support/app.ts";
import { leftover, type MessageApp, nextMessages, ok, resume, startMessageApp } from "./support.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function start(options: Parameters<typeof startMessageApp>[0] = {}): Promise<MessageApp> {
  const app = await startMessageApp(options);
  cleanUp.push(() => app.discard());
  return app;
}

async function folderOf(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `rekindle-${name}-`));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const scripted = (scripts: Record<string, string>) =>
  testGame([], {
    embeddedScripts: Object.entries(scripts).map(([key, source]) => {
      const [type = "", shortCode = ""] = key.split("/");
      return { type, shortCode, source };
    }),
  });

const outgoing = async (app: MessageApp) =>
  messageCollections(await app.services.stores.open("preview"))
    .outgoing.find({})
    .toArray();
const lines = (app: MessageApp, msg: string) => app.log.filter((line) => line["msg"] === msg);
const WAITS = "a message is waiting for a script host";
const JOB_FAILED = "job failed; it will be retried";
const FAILED = "a script failed";
const NO_HOST = { failure: { kind: "unavailable", message: "No script host was free." } } as const;

describe("a message without a free script host", () => {
  it.each(["message-global", "message-user"])("waits for one (%s)", async (kind) => {
    let misses = 2;
    const scripts = fakeScripts({
      [`${kind}/ScriptMessage`]: () => (misses-- > 0 ? NO_HOST : { scriptData: { checked: true } }),
    });
    const app = await start({ cloudCode: scripts });
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await ok(ada.request("SendRequest", { to: [ada.userId, grace.userId], data: { n: 1 } }));
    for (const player of [ada, grace]) {
      expect((await nextMessages(player, 1))[0]).toMatchObject({ data: { n: 1 }, scriptData: { checked: true } });
      expect(await leftover(player)).toEqual([]);
    }
    expect(scripts.runs).toHaveLength(kind === "message-global" ? 3 : 4);
    await expect.poll(() => outgoing(app)).toEqual([]);
    const ids = kind === "message-global" ? { outgoingId: expect.any(String) } : { messageId: expect.any(String) };
    expect(lines(app, WAITS), "once, as a warning").toMatchObject([
      { level: 40, script: `${kind}/ScriptMessage`, ...ids, failure: NO_HOST.failure },
    ]);
    expect(lines(app, FAILED)).toEqual([]);
  });

  it("keeps its place: later messages to the same player wait, other messages do not", async () => {
    let isThere = false;
    const numbers = ({ data }: { data: Record<string, unknown> }) => (data["data"] as { n: number }).n;
    const scripts = fakeScripts({
      "message-user/ScriptMessage": (run) => (numbers(run) === 0 && !isThere ? NO_HOST : { scriptData: { ran: true } }),
    });
    const app = await start({ cloudCode: scripts });
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    for (const n of [0, 1, 2]) await ok(ada.request("SendRequest", { to: [ada.userId], data: { n } }));
    for (const n of [3, 4]) await ok(ada.request("SendRequest", { to: [grace.userId], data: { n } }));
    expect((await nextMessages(grace, 2)).map(({ data }) => data.n)).toEqual([3, 4]);
    expect(await leftover(ada)).toEqual([]);
    isThere = true;
    const got = await nextMessages(ada, 3);
    expect(got.map(({ data, scriptData }) => [data.n, scriptData])).toEqual([0, 1, 2].map((n) => [n, { ran: true }]));
  });

  it("does not block messages without a script, even if many wait", async () => {
    const scripts = fakeScripts({ "message-user/ScriptMessage_HELD": () => NO_HOST });
    const app = await start({ cloudCode: scripts });
    const players = await Promise.all(Array.from({ length: 25 }, (_, n) => app.player(`player ${n}`)));
    const [ada, ...others] = players;
    const away = await app.player("away");
    await ok(ada!.request("SendRequest", { to: [away.userId], extCode: "HELD", copies: 200 }));
    await expect.poll(() => lines(app, WAITS).length).toBeGreaterThan(0);
    await ok(ada!.request("SendRequest", { to: others.map(({ userId }) => userId), data: { n: 1 } }));
    for (const player of others) expect(await nextMessages(player, 1)).toMatchObject([{ data: { n: 1 } }]);
  });

  it("is not claimed twice by the same server", async () => {
    let isThere = false;
    const scripts = fakeScripts({ "message-user/ScriptMessage": () => (isThere ? {} : NO_HOST) });
    const app = await start({ cloudCode: scripts });
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId], copies: 3 }));
    await expect.poll(() => lines(app, WAITS)).toHaveLength(1);
    for (let n = 0; n < 3; n++) {
      app.clock.advance(60_000);
      await app.services.jobs.poll("message");
    }
    isThere = true;
    const misses = scripts.runs.length;
    expect((await nextMessages(ada, 3)).map(({ data }) => data.n)).toEqual([0, 1, 2]);
    await app.services.service(Messages).settled();
    expect(scripts.runs).toHaveLength(misses + 3);
    expect(await leftover(ada)).toEqual([]);
    expect(await app.kept(ada.userId)).toHaveLength(3);
  });

  it("waits on disk if too many wait in memory, and is resumed in order", async () => {
    let isThere = false;
    const scripts = fakeScripts({ "message-user/ScriptMessage": () => (isThere ? {} : NO_HOST) });
    const app = await start({
      cloudCode: scripts,
      config: { maxMessageBytes: 1_000_000, maxRequestBytes: 1_000_000 },
      ticks: false,
    });
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    for (const part of [0, 1, 2, 3, 4]) {
      const data = { part, text: "x".repeat(900_000) };
      await ok(ada.request("SendRequest", { to: [grace.userId], copies: 10, data }));
    }
    expect((await outgoing(app)).filter(({ claim }) => claim === undefined)).toHaveLength(10);
    isThere = true;
    await resume(app);
    expect(await outgoing(app)).toEqual([]);
    const sent = (await app.kept(grace.userId)).map(({ body }) => JSON.parse(String(body)).data);
    expect(sent.map(({ part, n }) => part * 10 + n)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it.each([
    ["no host is ever free", () => NO_HOST],
    ["hosts end with the server", () => cut.promise],
  ])("survives a stop and is sent with the script's result after the restart (%s)", async (_what, script) => {
    cut = Promise.withResolvers();
    const data = await folderOf("stop");
    const busy = {
      ...fakeScripts({ "message-user/ScriptMessage": script }),
      close: async () => cut.resolve({ failure: { kind: "crash", message: "The server stops." } }),
    };
    const before = await start({ data, cloudCode: busy, config: { drainTimeoutMs: 0 } });
    const [ada, grace] = [await before.player("ada"), await before.player("grace")];
    for (const n of [1, 2]) await ok(grace.request("SendRequest", { to: [ada.userId], data: { n } }));
    await expect.poll(() => busy.runs).not.toEqual([]);
    await before.close();
    expect(lines(before, JOB_FAILED)).toEqual([]);

    const scripts = fakeScripts({ "message-user/ScriptMessage": () => ({ scriptData: { checked: true } }) });
    const after = await start({ data, cloudCode: scripts });
    const back = await after.player("ada");
    const got = await nextMessages(back, 2);
    expect(got).toMatchObject([1, 2].map((n) => ({ data: { n }, scriptData: { checked: true } })));
    expect(await leftover(back)).toEqual([]);
  });
  let cut = Promise.withResolvers<Partial<ScriptResult>>();

  it("waits while real hosts are busy, and is then sent with the script's result", async () => {
    const game = scripted({
      "request/ReadSendRequest": 'while (!Spark.runtimeCollection("go").findOne());',
      "message-user/ScriptMessage": 'Spark.setScriptData("censored", Spark.data.data.text.replace("rude", "****"));',
    });
    const limits = { scriptLanes: 1, scriptsPerPlayer: 1, scriptsQueued: 1, scriptHostCalls: 1_000_000_000 };
    const app = await start({ game, config: { ...limits, scriptTimeoutMs: 60_000, scriptCpuMs: 60_000 } });
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    const figures = () => app.services.cloudCode.figures?.();
    const busy = ada.request("ReadSendRequest", { to: [] });
    await expect.poll(() => figures()?.runsUnderWay).toBe(1);
    await ok(grace.request("SendRequest", { to: [ada.userId], data: { text: "a rude word" } }));
    await expect.poll(() => figures()?.runsWaiting).toBe(1);
    // A script of another player occupies the only place.
    const other = grace.request("ReadSendRequest", { to: [] });
    await expect.poll(() => lines(app, WAITS)).toHaveLength(1);
    await app.services.stores.opened("preview")!.collection("script.go").insertOne({});
    expect((await nextMessages(ada, 1))[0]!.scriptData).toEqual({ censored: "a **** word" });
    await ok(busy);
    await other;
    expect(await leftover(ada)).toEqual([]);
  });

  it("survives a stop during a real script", async () => {
    const data = await folderOf("stop");
    const hours = 3_600_000;
    const config = { scriptTimeoutMs: hours, scriptCpuMs: hours, drainTimeoutMs: 0 };
    const before = await start({ data, game: scripted({ "message-user/ScriptMessage": "while (true);" }), config });
    const ada = await before.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId], data: { n: 1 } }));
    await expect.poll(() => before.services.cloudCode.figures?.()?.runsUnderWay).toBe(1);
    await before.close();
    const source = 'Spark.setScriptData("checked", true);';
    const after = await start({ data, game: scripted({ "message-user/ScriptMessage": source }) });
    const back = await after.player("ada");
    expect(await nextMessages(back, 1)).toMatchObject([{ data: { n: 1 }, scriptData: { checked: true } }]);
    expect(await leftover(back)).toEqual([]);
  });
});

describe("the changes of a message's script", () => {
  it.each([
    ["message-global", 'Spark.loadPlayer(Spark.getPlayerIds()[0]).setScriptData("more", text);'],
    ["message-user", 'Spark.getPlayer().setScriptData("more", text);'],
  ])("are discarded and logged once if the store permanently refuses them (%s)", async (kind, change) => {
    const source = `Spark.runtimeCollection("ran").insert({}); Spark.setScriptData("ran", true);
      var text = "x".repeat(500000); ${change}`;
    const app = await start({ game: scripted({ [`${kind}/ScriptMessage`]: source }) });
    const ada = await app.player("ada");
    const store = app.services.stores.opened("preview")!;
    const ballast = "x".repeat(16 * 1024 * 1024 - 10_000);
    await store.collection("player").updateMany({}, { $set: { ballast } });
    await ok(ada.request("SendRequest", { to: [ada.userId], data: { n: 1 } }));
    const [message] = await nextMessages(ada, 1);
    expect(message).toMatchObject({ data: { n: 1 } });
    expect(message).not.toHaveProperty("scriptData");
    await app.services.service(Messages).settled();
    app.clock.advance(60_000);
    await resume(app);
    expect(await leftover(ada)).toEqual([]);
    expect(await outgoing(app)).toEqual([]);
    expect(await store.collection("script.ran").countDocuments({})).toBe(1);
    expect((await store.collection("player").findOne({}))!["scriptData"]).toEqual({});
    const reason = /^The store rejected its changes: The document is \d+ bytes long; the limit is 16777216\.$/;
    const failure = { kind: "error", message: expect.stringMatching(reason) };
    const ids = kind === "message-user" ? { messageId: message!.messageId } : { outgoingId: expect.any(String) };
    expect(app.log.filter(({ level }) => level === 50)).toMatchObject([
      { msg: FAILED, script: `${kind}/ScriptMessage`, ...ids, failure },
    ]);
  });

  it("conflict if the player no longer has what it took: it runs again, unless it has written something", async () => {
    let runs = 0;
    const scripts = fakeScripts({
      "message-user/ScriptMessage": ({ data }) => ({
        scriptData: { run: ++runs },
        playerChanges: { balances: { currency1: runs === 1 || data["extCode"] === "WROTE" ? -1 : 1 } },
        wrote: data["extCode"] === "WROTE",
      }),
    });
    const app = await start({ cloudCode: scripts });
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId] }));
    expect((await nextMessages(ada, 1))[0]!.scriptData).toEqual({ run: 2 });
    await app.services.stores
      .opened("preview")!
      .collection("player")
      .updateMany({}, { $set: { "currencies.0": 0 } });
    await ok(ada.request("SendRequest", { to: [ada.userId], extCode: "WROTE" }));
    const [message] = await nextMessages(ada, 1);
    expect(message).not.toHaveProperty("scriptData");
    expect(runs).toBe(3);
    expect(lines(app, FAILED)).toMatchObject([
      {
        messageId: message!.messageId,
        failure: { message: "Another script changed the player first, and the deduction is no longer possible." },
      },
    ]);
  });

  it.each([
    ["UNAVAILABLE", "away"],
    ["TRANSACTION_FAILED", "conflicts"],
    ["TRANSACTION_TIMEOUT", "slow"],
  ] as const)("are kept if the store fails temporarily with %s", async (code, message) => {
    const shared = await openEmbeddedStore({ path: join(await folderOf("shared"), "shared.db") });
    cleanUp.push(() => shared.close());
    const sent = Promise.withResolvers<void>();
    let failures = 0;
    const openStore = async (): Promise<Store> => ({
      ...{ collection: (name) => shared.collection(name), ping: () => shared.ping(), close: async () => {} },
      transaction: (work) =>
        failures-- > 0 ? Promise.reject(new StoreError(code, message)) : shared.transaction(work),
    });
    const scripts = fakeScripts({
      "message-user/ScriptMessage": async () => {
        if (scripts.runs.length === 1) {
          await sent.promise;
          failures = 2;
        }
        const set = { [`run ${scripts.runs.length}`]: 1 };
        return { scriptData: { ran: true }, playerChanges: { scriptData: { set, removed: [] } } };
      },
    });
    const app = await start({ cloudCode: scripts, openStore });
    const ada = await app.player("ada");
    for (const n of [1, 2]) await ok(ada.request("SendRequest", { to: [ada.userId], data: { n } }));
    sent.resolve();
    const got = await nextMessages(ada, 2);
    expect(got).toMatchObject([1, 2].map((n) => ({ data: { n }, scriptData: { ran: true } })));
    expect(await leftover(ada)).toEqual([]);
    const account = await ok(ada.request("AccountDetailsRequest"));
    expect(account.scriptData, "of each message the last run alone").toEqual({ "run 3": 1, "run 4": 1 });
    const logged = lines(app, JOB_FAILED);
    expect(logged, "once").toMatchObject([{ level: 50, kind: "message", err: { code } }]);
  });

  it("fail with an unknown error: the message loses its place and is retried when its lease expires", async () => {
    const shared = await openEmbeddedStore({ path: join(await folderOf("shared"), "shared.db") });
    cleanUp.push(() => shared.close());
    let isBroken = false;
    const openStore = async (): Promise<Store> => ({
      ...{ collection: (name) => shared.collection(name), ping: () => shared.ping(), close: async () => {} },
      transaction: async (work) => {
        if (isBroken) throw new Error("nobody expected this");
        return shared.transaction(work);
      },
    });
    const scripts = fakeScripts({
      "message-user/ScriptMessage": async () => {
        if (scripts.runs.length === 1) await sent.promise;
        isBroken = scripts.runs.length === 1;
        return {};
      },
    });
    const sent = Promise.withResolvers<void>();
    const app = await start({ cloudCode: scripts, openStore });
    const ada = await app.player("ada");
    for (const n of [1, 2]) await ok(ada.request("SendRequest", { to: [ada.userId], data: { n } }));
    sent.resolve();
    expect(await nextMessages(ada, 1)).toMatchObject([{ data: { n: 2 } }]);
    const logged = lines(app, "messages could not be delivered; they will be retried");
    expect(logged).toMatchObject([{ level: 50, err: { message: "nobody expected this" } }]);
    app.clock.advance(60_000);
    expect(await nextMessages(ada, 1)).toMatchObject([{ data: { n: 1 } }]);
  });

  it("are resumed when the next process opens the stage, before new messages", async () => {
    const data = await folderOf("restart");
    const before = await start({ data, cloudCode: fakeScripts({ "message-user/ScriptMessage": () => NO_HOST }) });
    const ada = await before.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId], data: { n: 1 } }));
    await expect.poll(() => lines(before, WAITS)).toHaveLength(1);
    await before.close();
    const scripts = fakeScripts({ "message-user/ScriptMessage": () => ({}) });
    const after = await start({ data, cloudCode: scripts, ticks: false });
    const back = await after.player("ada");
    await ok(back.request("SendRequest", { to: [back.userId], data: { n: 2 } }));
    expect((await nextMessages(back, 2)).map(({ data }) => data.n)).toEqual([1, 2]);
  });
});
