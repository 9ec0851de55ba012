import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accounts } from "../../src/domains/accounts/collections.ts";
import { objectIdOf, type PlayerId } from "../../src/ids.ts";
import { startTestApp, type TestApp, testGame } from "../support/app.ts";
import { count, countOf, signIn, testRequest, withRequests } from "./support.ts";

const up = (name: string) => `player.setScriptData("${name}", (player.getScriptData("${name}") || 0) + 1);`;
const player = "var player = Spark.getPlayer();";

const SCRIPTS: Record<string, string> = {
  "request/CountRequest": `${player} ${up("asked")} ${up("together")}`,
  "response/CountResponse": `${player} ${up("answered")} ${up("together")}
    Spark.setScriptData("together", player.getScriptData("together"));`,
  "request/BuyRequest": `${player} if (!player.debit1(10)) Spark.setScriptError("POOR", "YES");`,
  "request/BothRequest": `${player} var other = Spark.loadPlayer(Spark.getData().other);
    other.setScriptData("gifts", (other.getScriptData("gifts") || 0) + 1); ${up("given")}
    if (Spark.getData().fail) null.fail;`,
  "request/WroteRequest": `${player} Spark.runtimeCollection("seen").insert({ by: player.getPlayerId() });
    if (!player.debit1(10)) Spark.exit();
    function pause() { for (var until = Date.now() + 5; Date.now() < until; ); }
    while (Spark.runtimeCollection("seen").find({ by: player.getPlayerId() }).size() < 2) pause();`,
  "request/LogEventRequest": `${player} Spark.lockKey("order", 0); player.setScriptData("last", "request"); player.credit1(10);`,
  "event/ORDER": `${player} Spark.setScriptData("locked", Spark.lockKey("order", 0));
    player.setScriptData("last", "event"); player.debit1(4); player.persist();`,
  "request/WhoRequest": `${player} Spark.setScriptData("it", player === null ? null : player.getUserName());`,
};

let app: TestApp;
let folder: string;
beforeAll(async () => {
  const embeddedScripts = Object.entries(SCRIPTS).map(([key, source]) => {
    const [type = "", shortCode = ""] = key.split("/");
    return { type, shortCode, source };
  });
  const plain = ["BuyRequest", "BothRequest", "WroteRequest", "WhoRequest"].map((name) =>
    testRequest({ name, handle: async () => ({ response: {} }) }),
  );
  folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
  app = await startTestApp({
    game: testGame([], { embeddedScripts, folder }),
    requests: withRequests(count, ...plain),
  });
});
afterAll(async () => {
  await app.discard();
  await rm(folder, { recursive: true, force: true });
});

const playerOf = async (id: string) => {
  const store = app.services.stores.opened("preview")!;
  return (await accounts(store).players.findOne({ _id: objectIdOf(id as PlayerId) }))!;
};

it("scripts of concurrent requests lose no change, and each piece of work is done once", async () => {
  const client = await app.client();
  const id = await signIn(client, "many");
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.request("CountRequest")));
  expect(answers.map(({ error }) => error)).toEqual(answers.map(() => undefined));
  const { scriptData } = await playerOf(id);
  expect(scriptData).toMatchObject({ asked: 20, answered: 20, together: 40 });
  expect(await countOf(app, id)).toBe(20);
});

it("a unique item is sold once", async () => {
  const client = await app.client();
  const id = await signIn(client, "buyer");
  const store = app.services.stores.opened("preview")!;
  await accounts(store).players.updateOne({ _id: objectIdOf(id as PlayerId) }, { $set: { "currencies.0": 25 } });
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.request("BuyRequest")));
  expect(answers.filter(({ error }) => error === undefined)).toHaveLength(2);
  expect(answers.filter(({ error }) => error?.POOR === "YES")).toHaveLength(6);
  expect((await playerOf(id)).currencies[0]).toBe(5);
});

it("an event's script runs after that of its request, also for persist and with its locks", async () => {
  const client = await app.client();
  const id = await signIn(client, "orderly");
  const { error, scriptData } = await client.request("LogEventRequest", { eventKey: "ORDER" });
  expect([error, scriptData]).toEqual([undefined, { locked: true }]);
  const { scriptData: kept, currencies } = await playerOf(id);
  expect([kept, currencies[0]]).toEqual([{ last: "event" }, 6]);
});

it("changes of two players are written together or not at all", async () => {
  const client = await app.client();
  const id = await signIn(client, "giver");
  const other = await signIn(await app.client(), "taker");
  const sent = Array.from({ length: 6 }, (_, n) =>
    client.request("BothRequest", { other, ...(n % 2 && { fail: true }) }),
  );
  const answers = await Promise.all(sent);
  expect(answers.filter(({ error }) => error?.script === "ERROR")).toHaveLength(3);
  expect((await playerOf(id)).scriptData).toEqual({ given: 3 });
  expect((await playerOf(other)).scriptData).toEqual({ gifts: 3 });
});

it("a script that wrote to a collection is not repeated: if its debit fails, the request is refused", async () => {
  const client = await app.client();
  const id = await signIn(client, "writer");
  const store = app.services.stores.opened("preview")!;
  await accounts(store).players.updateOne({ _id: objectIdOf(id as PlayerId) }, { $set: { "currencies.0": 10 } });
  const answers = await Promise.all([client.request("WroteRequest"), client.request("WroteRequest")]);
  const refused = answers.filter(({ error }) => error !== undefined);
  expect(refused.map(({ error }) => error)).toEqual([{ script: "CONFLICT", detail: expect.any(String) }]);
  expect((await playerOf(id)).currencies[0]).toBe(0);
  expect(await store.collection("script.seen").countDocuments({ by: id })).toBe(2);
});

it("scripts of a player who was deleted have no player, whether it was sent along or not", async () => {
  const client = await app.client();
  const id = await signIn(client, "leaver");
  const other = await app.client();
  await signIn(other, "stayer");
  const who = async (one = client) => (await one.request("WhoRequest")).scriptData;
  await accounts(app.services.stores.opened("preview")!).players.deleteOne({ _id: objectIdOf(id as PlayerId) });
  expect(await who()).toEqual({ it: null });
  const stayer = await who(other);
  expect(stayer).toEqual({ it: expect.any(String) });
  expect([await who(), await who(other)]).toEqual([{ it: null }, stayer]);
});

it("calls of scripts are counted in the metrics", async () => {
  const metrics = await (await fetch(`${app.httpUrl}/metrics`)).text();
  expect(metrics).toContain('rekindle_script_calls_total{call="player.load",outcome="ok"}');
  expect(metrics).toContain('rekindle_script_call_seconds_count{call="collection.insert"} 2');
});
