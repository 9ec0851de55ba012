import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type StartGameOptions, startGame, type TestGame } from "../../src/testing/index.ts";
import { TestClient } from "../support/client.ts";

const CONFIG = {
  apiKey: "kitgame00001",
  newUserCurrency1Bonus: 5,
  "~credentials": [
    { name: "device", type: "device", secret: "s" },
    { name: "server", type: "server", secret: "of the server", canCallback: true },
    { name: "shop", secret: "of the shop", canCallback: true },
  ],
  "~events": [{ shortCode: "ADD", "~attributes": [{ shortCode: "BY", dataType: "number", defaultValue: "1" }] }],
};

let folder: string;
const games: TestGame[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
});
afterEach(async () => {
  for (const game of games.splice(0)) await game.close();
  await rm(folder, { recursive: true, force: true });
});

/** A game of these scripts, by `kind/name`. */
async function gameOf(scripts: Record<string, string>, options: Partial<StartGameOptions> = {}): Promise<TestGame> {
  const files = Object.entries(scripts).map(([name, source]) => [`${name}.js`, source] as const);
  for (const [name, text] of [["config.json", JSON.stringify(CONFIG)] as const, ...files]) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const game = await startGame({ folder, ...options });
  games.push(game);
  return game;
}

describe("a player", () => {
  it("can log events, and has the state that scripts left", async () => {
    const game = await gameOf({
      "event/ADD": `
        var player = Spark.getPlayer();
        player.setScriptData("sum", (player.getScriptData("sum") || 0) + Spark.data.BY);
        player.setPrivateData("last", Spark.data.BY);
        player.credit1(Spark.data.BY);
        player.addVGood("ROPE", 2);
        Spark.setScriptData("sum", player.getScriptData("sum"));
      `,
    });
    const ada = await game.player("Ada");
    expect(await ada.logEvent("ADD", { BY: 3 })).toEqual({ "@class": ".LogEventResponse", scriptData: { sum: 3 } });
    expect((await ada.logEvent("ADD")).scriptData).toEqual({ sum: 4 });
    expect(await ada.scriptData()).toEqual({ sum: 4 });
    expect(await ada.privateData()).toEqual({ last: 1 });
    expect(await ada.balance("currency1")).toBe(9);
    expect(await ada.balance("GEMS")).toBe(0);
    expect(await ada.goods("ROPE")).toBe(4);
  });

  it("with the same name is the same one, on another connection", async () => {
    const game = await gameOf({
      "event/TELL": `Spark.message(null).setPlayerIds(Spark.getPlayer().getPlayerId()).setMessageData({ a: 1 }).send();`,
    });
    const [first, second, other] = [await game.player("Ada"), await game.player("Ada"), await game.player()];
    expect(second.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
    await first.logEvent("TELL");
    for (const each of [first, second]) {
      expect(await each.messages()).toMatchObject([{ "@class": ".ScriptMessage", data: { a: 1 } }]);
      expect(await each.messages()).toEqual([]);
    }
    expect(await other.messages()).toEqual([]);
  });

  it("gets queued messages after reconnecting", async () => {
    const game = await gameOf({
      "event/TELL": `Spark.message(null).setPlayerIds(Spark.data.to).setMessageData({ n: Spark.data.n }).send();`,
    });
    const [ada, grace] = [await game.player("Ada"), await game.player("Grace")];
    await grace.disconnect();
    for (const n of [1, 2]) await ada.logEvent("TELL", { to: grace.id, n });
    expect(await grace.messages()).toEqual([]);
    await grace.connect();
    expect((await grace.messages()).map(({ data }) => data.n)).toEqual([1, 2]);
  });

  it("is created by the game's own scripts, which may refuse", async () => {
    const game = await gameOf({
      "request/DeviceAuthenticationRequest": `
        if (Spark.data.displayName === "Mallory") Spark.setScriptError("player", "BANNED");
      `,
      "response/AuthenticationResponse": `if (Spark.getPlayer()) Spark.getPlayer().setScriptData("since", "today");`,
    });
    expect(await (await game.player("Ada")).scriptData()).toEqual({ since: "today" });
    await expect(game.player("Mallory")).rejects.toThrow('Mallory cannot sign in: {"player":"BANNED"}');
  });

  it("reports the position of a script that fails during the login", async () => {
    const game = await gameOf({ "response/AuthenticationResponse": "\nnothing();" });
    await expect(game.player("Ada")).rejects.toThrow("response/AuthenticationResponse.js:2:1 nothing is not defined");
  });

  it("may be registered by the test", async () => {
    const game = await gameOf({});
    const names = { userName: "ada", displayName: "Ada", password: "secret" };
    expect((await game.request("RegistrationRequest", names)).userId).toMatch(/^[0-9a-f]{24}$/);
    expect((await game.request("RegistrationRequest", names)).error).toEqual({ USERNAME: "TAKEN" });
  });
});

describe("time", () => {
  it("starts at the given time and does not advance by itself", async () => {
    const game = await gameOf(
      { "event/NOW": `Spark.setScriptData("made", Spark.getPlayer().getCreationDate().getTime());` },
      { now: "2020-02-29T12:00:00Z" },
    );
    const ada = await game.player("Ada");
    expect((await ada.logEvent("NOW")).scriptData.made).toBe(Date.UTC(2020, 1, 29, 12));
    expect(game.clock.now()).toBe(Date.UTC(2020, 1, 29, 12));
  });

  it("that is advanced runs due work, each piece at its own time", async () => {
    const game = await gameOf({
      "event/PLAN": `Spark.getScheduler().inSeconds("TICK", 60, { left: 2 });`,
      "modules/TICK": `
        var left = Spark.getData().left;
        Spark.getPlayer().setScriptData("left", left);
        if (left > 0) Spark.getScheduler().inSeconds("TICK", 60, { left: left - 1 });
      `,
    });
    const ada = await game.player("Ada");
    await ada.logEvent("PLAN");
    await game.clock.advance(59_000);
    expect(await ada.scriptData()).toEqual({});
    await game.clock.advance(1_000);
    expect([game.failures, await ada.scriptData()]).toEqual([[], { left: 2 }]);
    await game.clock.advance(3_600_000);
    expect(await ada.scriptData()).toEqual({ left: 0 });
    expect(game.runs.map(({ script }) => script)).toEqual(["event/PLAN", ...Array(3).fill("modules/TICK")]);
  });
});

describe("scripts outside requests", () => {
  it("run by the clock, at their scheduled times", async () => {
    const count = (name: string) => `
      Spark.runtimeCollection("ran").insert({ name: "${name}" });
    `;
    const game = await gameOf(
      {
        "system/GS_MINUTE": count("minute"),
        "system/GS_HOURLY": count("hour"),
        "system/GS_GAME_PUBLISH": count("publish"),
      },
      { now: "2026-01-02T03:58:30Z" },
    );
    const ran = async () => (await game.collection("ran").find({}).toArray()).map(({ name }) => name);
    expect(await ran()).toEqual(["publish"]);
    await game.clock.advance(29_999);
    expect(await ran()).toEqual(["publish"]);
    await game.clock.advance(1);
    expect(await ran()).toEqual(["publish", "minute"]);
    await game.clock.advance(120_000);
    expect((await ran()).slice(2).sort()).toEqual(["hour", "minute", "minute"]);
  });

  it("run when players connect and disconnect", async () => {
    const game = await gameOf({
      "system/GS_PLAYER_CONNECT": `Spark.getPlayer().setScriptData("here", true);`,
      "system/GS_PLAYER_DISCONNECT": `Spark.getPlayer().setScriptData("here", false);`,
    });
    const ada = await game.player("Ada");
    expect(await ada.scriptData()).toEqual({ here: true });
    await ada.disconnect();
    expect(await ada.scriptData()).toEqual({ here: false });
    await ada.connect();
    expect(await ada.scriptData()).toEqual({ here: true });
  });

  it("run for callbacks", async () => {
    const game = await gameOf({
      "system/GS_CALLBACK_URL": `
        var player = Spark.getPlayer();
        Spark.setScriptData("got", [Spark.data.a, Spark.data.REQUEST_BODY, player && player.displayName]);
      `,
      "callbacks/shop": `Spark.setScriptData("paid", JSON.parse(Spark.data.REQUEST_BODY).paid);`,
    });
    const ada = await game.player("Ada");
    const got = async (...call: Parameters<TestGame["callback"]>) => {
      const { status, body } = await game.callback(...call);
      return [status, JSON.parse(body)];
    };
    expect(await got("server", { query: { a: "1" } })).toEqual([200, { got: ["1", null, null] }]);
    expect(await got("server", { body: "text", player: ada })).toEqual([200, { got: [null, "text", "Ada"] }]);
    expect(await got("shop", { body: { paid: 2 } })).toEqual([200, { paid: 2 }]);
    await expect(game.callback("nobody")).rejects.toThrow("The game has no credential nobody.");
  });

  it("run when a test starts them", async () => {
    const game = await gameOf({
      "system/GS_MINUTE": `
        Spark.runtimeCollection("minutes").insert({ at: 1 });
        if (Spark.getPlayer()) Spark.getPlayer().setScriptData("seen", true);
        Spark.setScriptData("done", true);
      `,
      "modules/ADD": `Spark.setScriptData("sum", Spark.data.a + Spark.data.b);`,
    });
    const ada = await game.player("Ada");
    expect(await game.runSystem("GS_MINUTE")).toEqual({ scriptData: { done: true }, scriptErrors: {} });
    expect(await ada.scriptData()).toEqual({});
    await game.runSystem("GS_MINUTE", { player: ada });
    expect(await ada.scriptData()).toEqual({ seen: true });
    expect(await game.collection("minutes").countDocuments({})).toBe(2);
    expect((await game.runModule("ADD", { a: 1, b: 2 })).scriptData).toEqual({ sum: 3 });
    await expect(game.runSystem("GS_HOURLY")).rejects.toThrow("The game has no script system/GS_HOURLY.");
  });
});

describe("the effects of scripts", () => {
  it("can be inspected: collections, logs, calls and failures with their position", async () => {
    const game = await gameOf({
      "event/LOOK": `
        Spark.getLog().warn({ found: Spark.runtimeCollection("rows").findOne({ _id: "a" }).n });
        Spark.setScriptData("meta", Spark.metaCollection("fixed").find().toArray());

        nothing.at.all;
      `,
    });
    await game.collection("rows").insertOne({ _id: "a", n: 7 });
    await game.metaCollection("fixed").insertOne({ _id: "b" });
    const ada = await game.player("Ada");
    expect((await ada.logEvent("LOOK")).error.script).toBe("ERROR");
    expect(game.logs).toEqual([
      { script: "event/LOOK", level: "warn", message: { found: 7 }, file: "event/LOOK.js", line: 2 },
    ]);
    expect(game.failures).toEqual([
      { kind: "error", message: "nothing is not defined", file: "event/LOOK.js", line: 5, column: 9 },
    ]);
    expect(game.runs).toMatchObject([
      { script: "event/LOOK", player: ada.id, calls: { "collection.findOne": 1, "collection.find": 1 } },
    ]);
    expect(game.serverLog.map(({ msg }) => msg)).toContain("a script failed");
  });

  it("are removed with the game", async () => {
    const data = join(folder, "tmp");
    await mkdir(data);
    vi.stubEnv("TMPDIR", data);
    const { url } = await gameOf({ "event/ADD": "1" });
    vi.unstubAllEnvs();
    expect(await readdir(data)).toHaveLength(1);
    await games.pop()!.close();
    expect(await readdir(data)).toEqual([]);
    await expect(TestClient.connect(url, { secret: "s" })).rejects.toThrow();
  });
});

describe("a game", () => {
  it("accepts settings, and real clients at its URL", async () => {
    const game = await gameOf({ "event/LOOP": "for (;;) {}" }, { settings: { scriptTimeoutMs: 200 }, stage: "live" });
    const client = await TestClient.connect(game.url, { secret: "s" });
    await client.request("DeviceAuthenticationRequest", { deviceId: "Ada", deviceOS: "IOS" });
    expect((await client.request("LogEventRequest", { eventKey: "LOOP" })).error.script).toMatch(/TIMEOUT|CPU/);
    await client.close();
  });

  it.each([
    [
      "has a script that cannot be parsed",
      { "event/ADD": "var a = 1;\nvar b = ;" },
      /event\/ADD\.js:2:9 Unexpected token/,
    ],
    ["begins at no date", { "event/ADD": "1" }, /now is not a date: soon/],
  ])("that %s is not started", async (what, scripts, message) => {
    const options = what.includes("date") ? { now: "soon" } : {};
    await expect(gameOf(scripts, options)).rejects.toThrow(message);
  });

  it("is not started from a folder without one", async () => {
    await expect(startGame({ folder: join(folder, "none") })).rejects.toThrow(/none does not exist/);
  });
});
