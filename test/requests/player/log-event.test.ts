import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsOf } from "../../../src/game/events.ts";
import { signIn } from "../../server/support.ts";
import { startTestApp, type TestApp, testGame } from "../../support/app.ts";
import type { TestClient } from "../../support/client.ts";

const EVENTS = [
  {
    shortCode: "SCORE",
    "~attributes": [
      { shortCode: "POINTS", dataType: "int" },
      { shortCode: "LEVEL", dataType: "string", defaultValue: "first" },
      { shortCode: "DAY", dataType: "string", defaultValue: '${format(now, "yyyy-MM-dd")}' },
      { shortCode: "BAG", dataType: "json", defaultValue: "[]" },
    ],
  },
  { shortCode: "COUNT", "~attributes": [{ shortCode: "ATTRIBUTE", dataType: "int" }] },
  { shortCode: "SILENT", "~attributes": [] },
];

const SCRIPTS: Record<string, string> = {
  "request/LogEventRequest.js": `
    if (Spark.getData().eventKey == "GUARDED") Spark.setScriptError("CLOSED", "TODAY");
    if (Spark.getData().eventKey == "SHARED") {
      Spark.getPlayer().setScriptData("steps", ["request"]);
      Spark.getPlayer().credit1(5);
      Spark.setScriptData("order", ["request"]);
    }`,
  "event/SCORE.js": 'Spark.setScriptData("seen", Spark.getData());',
  "event/GUARDED.js": 'Spark.setScriptData("reached", true);',
  "event/SHARED.js": `
    var player = Spark.getPlayer();
    player.setScriptData("steps", player.getScriptData("steps").concat("event"));
    Spark.setScriptData("balance", player.getBalance1());
    player.credit1(10);
    Spark.setScriptData("order", Spark.getScriptData("order").concat("event"));
    if (Spark.getData().fail) throw "no";`,
  "event/SCRIPT_ONLY.js": 'Spark.setScriptData("any", Spark.getData().anything);',
  "response/LogEventResponse.js": `
    if (Spark.getData().error) Spark.setScriptData("refused", Spark.getData().error);
    var order = (Spark.getData().scriptData || {}).order;
    if (order) Spark.setScriptData("order", order.concat("response"));`,
};

describe("LogEventRequest", () => {
  let app: TestApp;
  let client: TestClient;
  let player: string;
  const log = (eventKey: unknown, attributes: Record<string, unknown> = {}) =>
    client.request("LogEventRequest", { eventKey, ...attributes });

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "rekindle-events-"));
    for (const [file, source] of Object.entries(SCRIPTS)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), source);
    }
    app = await startTestApp({ game: testGame([], { folder, events: eventsOf(EVENTS, "config.json", []) }) });
    client = await app.client();
    player = await signIn(client);
  });
  afterAll(async () => {
    const { folder } = app.services.game;
    await app.discard();
    await rm(folder, { recursive: true, force: true });
  });

  it("needs no script", async () => {
    expect(await log("SILENT")).toEqual({ "@class": ".LogEventResponse", requestId: expect.any(String) });
  });

  it.each([
    ["default values", { POINTS: 3 }, { POINTS: 3, LEVEL: "first", DAY: "2026-01-02", BAG: [] }],
    ["what was sent", { POINTS: 3, LEVEL: "", DAY: "d", BAG: { a: 1 } }, { LEVEL: "", DAY: "d", BAG: { a: 1 } }],
    ["numbers sent as text", { POINTS: " 12 " }, { POINTS: 12 }],
    ["text sent as a number", { POINTS: 1, LEVEL: 7 }, { LEVEL: "7" }],
    ["null as not sent", { POINTS: 1, LEVEL: null, BAG: null }, { LEVEL: "first", BAG: [] }],
    ["JSON of any kind as it is", { POINTS: 1, BAG: '{"a":1}' }, { BAG: '{"a":1}' }],
    ["attributes that the event does not have", { POINTS: 1, more: [1] }, { more: [1] }],
  ])("gives the script %s", async (_, sent, seen) => {
    const { scriptData, error } = await log("SCORE", sent);
    expect(error).toBeUndefined();
    expect((scriptData as { seen: unknown }).seen).toMatchObject({ eventKey: "SCORE", ...seen });
  });

  it.each([
    ["what is missing", "COUNT", {}, { ATTRIBUTE: "REQUIRED", detail: "Event COUNT: ATTRIBUTE is required." }],
    [
      "another type",
      "COUNT",
      { ATTRIBUTE: [] },
      { ATTRIBUTE: "INVALID", detail: "Event COUNT: ATTRIBUTE must be a number." },
    ],
    ["an empty text for a number", "SCORE", { POINTS: "" }, { POINTS: "REQUIRED" }],
    ["a word for a number", "SCORE", { POINTS: "many" }, { POINTS: "INVALID" }],
    ["an object for a text", "SCORE", { POINTS: 1, LEVEL: {} }, { LEVEL: "INVALID" }],
    ["several at once", "SCORE", { LEVEL: [] }, { POINTS: "REQUIRED", LEVEL: "INVALID" }],
    ["an unknown event", "SCORES", {}, { eventKey: "UNKNOWN", detail: expect.stringContaining("SCORE") }],
    ["no event", undefined, {}, { eventKey: "REQUIRED" }],
    ["a name of the language's own", "__proto__", {}, { eventKey: "UNKNOWN" }],
    ["another one", "constructor", {}, { eventKey: "UNKNOWN" }],
  ])("refuses %s, and no script runs", async (_, eventKey, attributes, error) => {
    const response = await log(eventKey, attributes);
    expect(response.error).toMatchObject(error);
    expect(response).not.toHaveProperty("scriptData");
  });

  it("refuses who has not signed in", async () => {
    const nobody = await app.client();
    const { error } = await nobody.request("LogEventRequest", { eventKey: "SILENT" });
    expect(error).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });

  it("an event that has only a script takes whatever is sent", async () => {
    expect(await log("SCRIPT_ONLY", { anything: [1] })).toMatchObject({ scriptData: { any: [1] } });
  });

  it("the request's script comes first, and where it refuses the event's does not run", async () => {
    const { error, scriptData } = await log("GUARDED");
    expect(error).toEqual({ CLOSED: "TODAY" });
    expect(scriptData).toEqual({ refused: { CLOSED: "TODAY" } });
  });

  it("the event's script sees what the request's changed; both are written together, or neither", async () => {
    const failed = await log("SHARED", { fail: true });
    expect(failed.error).toMatchObject({ script: "ERROR" });
    expect(await client.request("AccountDetailsRequest")).toMatchObject({ currency1: 0 });

    const { scriptData } = await log("SHARED");
    expect(scriptData).toEqual({ order: ["request", "event", "response"], balance: 5 });
    expect(await client.request("AccountDetailsRequest")).toMatchObject({
      userId: player,
      currency1: 15,
      scriptData: { steps: ["request", "event"] },
    });
  });
});
