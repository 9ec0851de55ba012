import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { messageCollections } from "../../../src/domains/messages/collections.ts";
import { Messages } from "../../../src/domains/messages/messages.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import type { Store } from "../../../src/store/store.ts";
import { fakeScripts } from "../../server/fake-scripts.ts";
import { testGame } from "../../support/app.ts";
import { leftover, type MessageApp, nextMessages, ok, startMessageApp } from "./support.ts";

let app: MessageApp;
afterEach(() => app.discard());

const outgoing = async () =>
  messageCollections(await app.services.stores.open("preview"))
    .outgoing.find({})
    .toArray();

describe("the scripts of a message", () => {
  it("run in order: the global one once, the user one per player, then the message is delivered", async () => {
    const delivered: string[] = [];
    const scripts = fakeScripts({
      "message-global/ScriptMessage": () => ({ scriptData: { from: "global", all: true } }),
      "message-user/ScriptMessage": ({ scriptData, player }) => {
        delivered.push(`script of ${player!.playerId}`);
        return {
          scriptData: { ...scriptData, from: "user" },
          playerChanges: { scriptData: { set: { got: 1 }, removed: [] } },
        };
      },
    });
    app = await startMessageApp({ cloudCode: scripts });
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await ok(ada.request("SendRequest", { to: [ada.userId, grace.userId], data: { gold: 5 } }));
    const [message] = await nextMessages(ada, 1);
    await nextMessages(grace, 1);

    const shared = { "@class": ".ScriptMessage", notification: true, data: { gold: 5 }, summary: "ScriptMessage" };
    const runs = scripts.runs.map(({ kind, name, player, data, scriptData }) => {
      return { kind, name, player: player?.playerId ?? null, data, scriptData };
    });
    const all = { from: "global", all: true };
    const forPlayer = (player: string) => ({
      kind: "message-user",
      name: "ScriptMessage",
      player,
      data: { ...shared, messageId: expect.any(String), playerId: player, scriptData: all },
      scriptData: all,
    });
    expect(runs).toEqual([
      { kind: "message-global", name: "ScriptMessage", player: null, data: shared, scriptData: {} },
      forPlayer(ada.userId),
      forPlayer(grace.userId),
    ]);
    expect(scripts.runs[0]).toMatchObject({ playerIds: [ada.userId, grace.userId] });
    expect(message).toEqual({
      ...runs[1]!.data,
      messageId: message!.messageId,
      scriptData: { from: "user", all: true },
    });
    expect((runs[1]!.data as { messageId: string }).messageId, "the script sees the id").toBe(message!.messageId);
    for (const player of [ada, grace])
      expect((await ok(player.request("AccountDetailsRequest"))).scriptData).toEqual({ got: 1 });
    await expect.poll(outgoing).toEqual([]);
    expect(delivered).toHaveLength(2);
  });

  it("hold their locks until their changes are written", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rekindle-store-"));
    const store = await openEmbeddedStore({ path: join(folder, "test.db") });
    const isLocked = async () => {
      const lock = await app.services.locks.acquire("preview:gold", 0);
      await lock?.release();
      return lock === undefined;
    };
    const written: unknown[] = [];
    const openStore = async (): Promise<Store> => ({
      collection: (name) => store.collection(name),
      transaction: (work) =>
        store.transaction(async (tx) => {
          const answer = await work(tx);
          const found = await tx.collection("player").findOne({ "scriptData.by": { $exists: true } });
          if (found) written.push([found["scriptData"], await isLocked()]);
          return answer;
        }),
      ping: () => store.ping(),
      close: () => store.close(),
    });
    const source = (player: string, by: string) =>
      `if (Spark.lockKey("gold", 1000)) ${player}.setScriptData("by", "${by}"); else throw "not available";`;
    const embeddedScripts = [
      { type: "message-global", source: source("Spark.loadPlayer(Spark.getPlayerIds()[0])", "global") },
      { type: "message-user", source: source("Spark.getPlayer()", "user") },
    ].map((script) => ({ ...script, shortCode: "ScriptMessage" }));
    app = await startMessageApp({ openStore, game: testGame([], { embeddedScripts }) });
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId] }));
    await nextMessages(ada, 1);
    await app.services.service(Messages).settled();
    expect(written).toEqual([
      [{ by: "global" }, true],
      [{ by: "user" }, true],
    ]);
    expect(await isLocked()).toBe(false);
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("run for offline players, who get the result at the next login", async () => {
    const scripts = fakeScripts({ "message-user/ScriptMessage": () => ({ scriptData: { ran: true } }) });
    app = await startMessageApp({ cloudCode: scripts });
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    await grace.close();
    await expect.poll(() => app.services.presence.online([grace.userId as never])).toEqual(new Set());
    await ok(ada.request("SendRequest", { to: [grace.userId] }));
    const back = await app.player("grace");
    expect((await nextMessages(back, 1))[0]!.scriptData).toEqual({ ran: true });
    expect(await leftover(back)).toEqual([]);
  });

  it("can set errors, which the message contains", async () => {
    const scripts = fakeScripts({ "message-user/ScriptMessage": () => ({ scriptErrors: { BAD: "LUCK" } }) });
    app = await startMessageApp({ cloudCode: scripts });
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId] }));
    expect((await nextMessages(ada, 1))[0]).toMatchObject({ error: { BAD: "LUCK" } });
  });

  it.each([
    ["message-global", { user: true }],
    ["message-user", { global: true }],
  ])("that fail (%s) are logged, and the message is sent without their result", async (kind, scriptData) => {
    const broken = () => ({
      scriptData: { half: true },
      playerChanges: { scriptData: { set: { half: 1 }, removed: [] } },
      failure: { kind: "timeout", message: "too long" } as const,
    });
    const scripts = fakeScripts({
      "message-global/ScriptMessage": kind === "message-global" ? broken : () => ({ scriptData: { global: true } }),
      "message-user/ScriptMessage": kind === "message-user" ? broken : () => ({ scriptData: { user: true } }),
    });
    app = await startMessageApp({ cloudCode: scripts });
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId] }));
    const [message] = await nextMessages(ada, 1);
    expect(message!.scriptData).toEqual(scriptData);
    expect(app.log).toContainEqual(
      expect.objectContaining({ script: `${kind}/ScriptMessage`, failure: expect.anything() }),
    );
    expect(await ok(ada.request("AccountDetailsRequest"))).not.toHaveProperty("scriptData.half");
  });

  it("of an extension replace those of its class", async () => {
    const name = (run: { kind: string; name: string; scriptData: Record<string, unknown> }) => ({
      scriptData: { ...run.scriptData, [run.kind]: run.name },
    });
    const scripts = fakeScripts({
      "message-global/ScriptMessage": name,
      "message-user/ScriptMessage": name,
      "message-user/ScriptMessage_GIFT": name,
    });
    app = await startMessageApp({ cloudCode: scripts });
    const ada = await app.player("ada");
    for (const [extCode, user] of [
      ["GIFT", "ScriptMessage_GIFT"],
      ["OTHER", "ScriptMessage"],
    ]) {
      await ok(ada.request("SendRequest", { to: [ada.userId], extCode }));
      const [message] = await nextMessages(ada, 1);
      expect(message!.scriptData).toEqual({ "message-global": "ScriptMessage", "message-user": user });
    }
  });

  it("keep the order of a player's messages even if later scripts end sooner", async () => {
    const first = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const scripts = fakeScripts({
      "message-global/ScriptMessage": async ({ data }) => {
        if ((data.data as { n: number }).n === 0) {
          started.resolve();
          await first.promise;
        }
        return {};
      },
    });
    app = await startMessageApp({ cloudCode: scripts });
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    for (const n of [0, 1, 2]) await ok(ada.request("SendRequest", { to: [ada.userId], data: { n } }));
    await started.promise;
    await ok(ada.request("SendRequest", { to: [grace.userId], data: { n: 3 } }));
    expect((await nextMessages(grace, 1))[0]!.data, "others do not wait").toEqual({ n: 3 });
    expect(await leftover(ada)).toEqual([]);
    first.resolve();
    expect((await nextMessages(ada, 3)).map((m) => m.data.n)).toEqual([0, 1, 2]);
  });

  it("that make the message too large are logged, and the message is sent without their values", async () => {
    const scripts = fakeScripts({ "message-user/ScriptMessage": () => ({ scriptData: { text: "x".repeat(70_000) } }) });
    app = await startMessageApp({ cloudCode: scripts });
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId] }));
    expect((await nextMessages(ada, 1))[0]).not.toHaveProperty("scriptData");
    expect(app.log).toContainEqual(expect.objectContaining({ messageClass: "ScriptMessage" }));
  });

  it("do not run if the transaction is rolled back", async () => {
    const scripts = fakeScripts({
      "message-user/ScriptMessage": () => ({}),
      "message-global/ScriptMessage": () => ({}),
    });
    app = await startMessageApp({ cloudCode: scripts });
    const ada = await app.player("ada");
    await ada.request("SendRequest", { to: [ada.userId], afterwards: "refuse" });
    expect(await leftover(ada)).toEqual([]);
    expect(scripts.runs).toEqual([]);
    expect(await outgoing()).toEqual([]);
  });
});

describe("a message to many players", () => {
  it("reaches all, offline players at their next login", async () => {
    app = await startMessageApp();
    const players = await Promise.all(Array.from({ length: 30 }, (_, n) => app.player(`player ${n}`)));
    const away = players[29]!;
    await away.close();
    await expect.poll(() => app.services.presence.online([away.userId as never])).toEqual(new Set());
    await ok(players[0]!.request("SendRequest", { to: players.map((p) => p.userId), copies: 3 }));
    for (const player of players.slice(0, 29))
      expect((await nextMessages(player, 3)).map((m) => m.data.n)).toEqual([0, 1, 2]);
    const back = await app.client({ authToken: away.authToken! });
    expect((await nextMessages(back, 3)).map((m) => m.data.n)).toEqual([0, 1, 2]);
    await expect.poll(outgoing).toEqual([]);
  });
});

it("real Cloud Code runs for a message", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
  const files: Record<string, string> = {
    "message-global/ScriptMessage.js": 'Spark.setScriptData("player", Spark.getPlayer()); Spark.setScriptData("n", 1);',
    "message-user/ScriptMessage.js": `
      Spark.setScriptData("n", Spark.getScriptData("n") + Spark.getData().data.add);
      Spark.getPlayer().setScriptData("last", Spark.getData().messageId);`,
  };
  for (const [file, source] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), source);
  }
  app = await startMessageApp({ game: testGame([], { folder }) });
  try {
    const ada = await app.player("ada");
    await ok(ada.request("SendRequest", { to: [ada.userId], data: { add: 41 } }));
    const [message] = await nextMessages(ada, 1);
    expect(message!.scriptData).toEqual({ player: null, n: 42 });
    expect((await ok(ada.request("AccountDetailsRequest"))).scriptData).toEqual({ last: message!.messageId });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
