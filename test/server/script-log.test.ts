import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ScriptLog } from "../../src/domains/script-log/script-log.ts";
import { startTestApp, type TestApp, testGame } from "../support/app.ts";
import type { TestClient } from "../support/client.ts";
import { signIn } from "./support.ts";

const EVENTS: Record<string, string> = {
  LINES: "var log = Spark.getLog(); log.debug('low'); log.info({ 'a.b': 1 }); log.warn({ a: 1 });",
  FAILS: "Spark.getLog().info('before');\nthrow new Error('broken');",
  LEVEL: `var log = Spark.log, before = log.level;
    if (Spark.data.level) log.setLevel(Spark.data.level);
    Spark.setScriptData("it", [before, log.getLevel()]);`,
  READ: `var lines = Spark.runtimeCollection("log").find({}, { _id: 0 }).sort({ time: 1, _id: 1 }).toArray();
    Spark.setScriptData("it", lines);`,
  OWN: `var log = Spark.getLog(), lines = Spark.runtimeCollection("log"), seen = [];
    function own() { return lines.find({ script: "event/OWN" }).sort({ _id: 1 }).toArray(); }
    log.debug({ test: "debug" }); log.info("second");
    seen.push(lines.count({ log: { test: "debug" } }), lines.remove({ log: { test: "debug" } }), own().length);
    log.error({ test: "error" });
    seen.push(own().map(function (line) { return [line.level, line.log, line.line, line.playerId, line.runId.length]; }));
    log.warn("last");
    Spark.setScriptData("it", seen);`,
  WRONG: `try { Spark.getLog().setLevel(Spark.data.level); } catch (e) { Spark.setScriptData("it", e.message); }`,
};

let folder: string;
let app: TestApp;
let client: TestClient;
let player: string;
const game = () =>
  testGame([], {
    folder,
    embeddedScripts: Object.entries(EVENTS).map(([shortCode, source]) => ({ type: "event", shortCode, source })),
  });
const start = async (config = {}) => {
  app = await startTestApp({ game: game(), config });
  client = await app.client();
  player = await signIn(client);
};
const log = async (eventKey: string, attributes = {}) =>
  ((await client.request("LogEventRequest", { eventKey, ...attributes })).scriptData as { it: unknown } | undefined)
    ?.it;
const read = async () => {
  await app.services.service(ScriptLog).lines.close();
  return log("READ");
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
});
afterEach(async () => {
  await app.discard();
  await rm(folder, { recursive: true, force: true });
});

it("scripts can read log lines and failures of scripts", async () => {
  await start();
  await log("LINES");
  await log("FAILS");
  const about = { script: "event/LINES", playerId: player, runId: expect.any(String), time: app.clock.now() };
  expect(await read()).toEqual([
    expect.objectContaining({ ...about, level: "DEBUG", log: "low" }),
    expect.objectContaining({ ...about, level: "INFO", log: '{"a.b":1}' }),
    expect.objectContaining({ ...about, level: "WARN", log: { a: 1 } }),
    expect.objectContaining({ script: "event/FAILS", level: "INFO", log: "before" }),
    expect.objectContaining({
      script: "event/FAILS",
      level: "ERROR",
      log: expect.stringMatching("broken"),
      line: 2,
    }),
  ]);
});

it("a script can read and remove its own lines, and each is written once", async () => {
  await start();
  await log("LINES");
  const own = [
    ["INFO", "second", 3, player, 12],
    ["ERROR", { test: "error" }, 5, player, 12],
  ];
  expect(await log("OWN")).toEqual([1, true, 1, own]);
  const kept = (await read()) as { script: string; log: unknown; file: string }[];
  expect(kept.filter(({ script }) => script === "event/OWN").map((line) => line.log)).toEqual([
    "second",
    { test: "error" },
    "last",
  ]);
  expect(new Set(kept.map(({ file }) => file)).size).toBe(2);
  expect(app.log.filter(({ script, scriptLog }) => script === "event/OWN" && scriptLog !== undefined)).toHaveLength(3);
});

it("lines below the level of a script are not readable", async () => {
  await start();
  await log("LEVEL", { level: "error" });
  expect(await log("OWN")).toEqual([0, false, 0, [["ERROR", { test: "error" }, 5, player, 12]]]);
});

it("lines below the level are not written", async () => {
  await start();
  expect(await log("LEVEL", { level: "warn" })).toEqual(["DEBUG", "WARN"]);
  expect(await log("LEVEL")).toEqual(["WARN", "WARN"]);
  await log("LINES");
  const lines = (await read()) as { level: string }[];
  expect(lines.map(({ level }) => level)).toEqual(["WARN"]);
  const written = app.log.filter(({ scriptLog }) => scriptLog !== undefined);
  expect(written.map(({ scriptLog }) => scriptLog)).toEqual([{ a: 1 }]);
});

it("an unknown level is refused", async () => {
  await start();
  const sentence = 'SparkLog.setLevel: level must be "DEBUG", "INFO", "WARN" or "ERROR".';
  expect(await log("WRONG", { level: "LOUD" })).toBe(sentence);
  expect(await log("WRONG", { level: 5 })).toMatch("level must be a string, not a number");
});

it("nothing is stored if the setting says so", async () => {
  await start({ scriptLogKept: 0 });
  await log("LINES");
  expect(await log("OWN")).toEqual([0, false, 0, []]);
  expect(await read()).toEqual([]);
  expect(app.log.filter(({ scriptLog }) => scriptLog !== undefined)).toHaveLength(5);
});
