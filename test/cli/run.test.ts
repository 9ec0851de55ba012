import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGame } from "../../src/testing/index.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

const CONFIG = {
  apiKey: "rungame00001",
  "~credentials": [{ name: "device", type: "device", secret: "s" }],
  "~events": [{ shortCode: "SCORE", "~attributes": [{ shortCode: "POINTS", dataType: "number" }] }],
};

const SCRIPTS = {
  "event/SCORE": `
    var player = Spark.getPlayer();
    require("LOGS");
    player.setScriptData("points", Spark.data.POINTS);
    player.setPrivateData("seen", true);
    player.removeScriptData("old");
    player.credit1(3);
    Spark.runtimeCollection("scores").insert({ points: Spark.data.POINTS });
    Spark.runtimeCollection("scores").insert({ points: Spark.data.POINTS });
    Spark.message(null).setPlayerIds(player.getPlayerId()).setMessageData({ points: Spark.data.POINTS }).send();
    Spark.setScriptData("scores", Spark.runtimeCollection("scores").count());
  `,
  "modules/LOGS": "\nSpark.getLog().info('included');",
  "event/FAILS": "Spark.getPlayer().setScriptData('lost', 1);\n\nSpark.getPlayer().credit('currency1', 'ten');",
  "event/REFUSES": "Spark.setScriptError('why', 'NOT_NOW');",
  "event/BROKEN": "var a = ;",
  "system/GS_MINUTE": "Spark.setScriptData('player', Spark.getPlayer() && Spark.getPlayer().getPlayerId());",
  "modules/SUM": "Spark.setScriptData('sum', Spark.data.a + Spark.data.b);",
  "request/AuthenticationRequest": "Spark.getLog().warn(Spark.data.userName);",
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-run-"));
  const files = Object.entries(SCRIPTS).map(([name, source]) => [`${name}.js`, source] as const);
  for (const [name, text] of [["config.json", JSON.stringify(CONFIG)] as const, ...files]) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function rekindle(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const ours = (name: string) => name.startsWith("REKINDLE_") || name.startsWith("npm_");
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours(name)));
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [MAIN, "run", ...args],
      { env: { ...inherited, ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const run = (...args: string[]) => rekindle([...args, "--game", folder]);

async function report(...args: string[]) {
  const { stdout, code, stderr } = await run(...args, "--json");
  return { code, stderr, report: JSON.parse(stdout) };
}

describe("rekindle run", () => {
  it("runs an event as a new player and reports what it did", async () => {
    const { code, report: reported } = await report("SCORE", "--data", '{"POINTS": 12}');
    expect(code).toBe(0);
    expect(reported).toEqual({
      ran: "event/SCORE",
      player: { id: expect.any(String), userName: expect.any(String), displayName: "New player", isNew: true },
      response: { "@class": ".LogEventResponse", scriptData: { scores: 2 } },
      messages: [expect.objectContaining({ "@class": ".ScriptMessage", data: { points: 12 } })],
      scripts: [
        {
          script: "event/SCORE",
          player: reported.player.id,
          log: [{ level: "info", message: "included", file: "modules/LOGS.js", line: 2 }],
          calls: { "collection.insert": 2, "message.send": 1, "collection.count": 1 },
          durationMs: expect.any(Number),
        },
      ],
      changes: [
        { what: "balances.currency1", before: 0, after: 3 },
        { what: "privateData.seen", after: true },
        { what: "scriptData.points", after: 12 },
      ],
      outOfService: [expect.objectContaining({ file: "event/BROKEN.js", line: 1, column: 9 })],
      serverErrors: [],
      durationMs: expect.any(Number),
    });
  });

  it("prints a report for people", async () => {
    const { code, stdout, stderr } = await run("event/SCORE", "--data", '{"POINTS": 12}');
    expect([code, stderr]).toEqual([0, ""]);
    for (const part of [
      /^event\/SCORE as New player \([0-9a-f]{24}, new\)\n\nResponse\n {2}\{\n/,
      /\nScripts that cannot be used\n {2}event\/BROKEN\.js:1:9 Unexpected token\n/,
      /\nMessages\n {2}\{\n {4}"@class": "\.ScriptMessage",\n/,
      /\nLog\n {2}info {2}modules\/LOGS\.js:2 {2}included\n/,
      /\nPlayer changes\n {2}balances\.currency1: 0 → 3\n {2}privateData\.seen: nothing → true\n/,
      /\nScripts\n {2}event\/SCORE {2}[\d.]+ ms, calls: collection\.insert 2 times, message\.send, collection\.count\n/,
      /\nFinished in [\d.]+ ms\.\n$/,
    ]) {
      expect(stdout).toMatch(part);
    }
  });

  it("exits with 1 and prints the position if a script fails, and keeps nothing", async () => {
    const { code, report: reported } = await report("FAILS");
    expect(code).toBe(1);
    expect(reported.response.error.script).toBe("ERROR");
    expect(reported.changes).toEqual([]);
    expect(reported.scripts[0].failure).toMatchObject({
      message: "SparkPlayer.credit: quantity must be a number, not a string.",
      ...{ file: "event/FAILS.js", line: 3 },
    });
    expect((await run("FAILS")).stdout).toMatch(/\nFailed\n {2}event\/FAILS\.js:3:\d+ SparkPlayer\.credit: quantity/);
  });

  it("exits with 0 if a script refuses on purpose", async () => {
    const { code, report: reported } = await report("REFUSES");
    expect([code, reported.response.error]).toEqual([0, { why: "NOT_NOW" }]);
  });

  it("exits with 1 if the event's script cannot be used", async () => {
    const { code, report: reported } = await report("BROKEN");
    expect(code).toBe(1);
    expect(reported.scripts[0].failure).toMatchObject({ kind: "syntax", file: "event/BROKEN.js", line: 1, column: 9 });
  });

  it("runs requests, modules and system scripts", async () => {
    const login = await report("request/AuthenticationRequest", "--data", '{"userName": "ada", "password": "x"}');
    expect(login.report.response.error).toEqual({ DETAILS: "UNRECOGNISED" });
    expect(login.report.scripts[0].log).toMatchObject([{ level: "warn", message: "ada" }]);
    expect(login.report.player).toBeUndefined();
    const sum = await report("modules/SUM", "--data", '{"a": 1, "b": 2}');
    expect(sum.report).toMatchObject({ ran: "modules/SUM", scriptData: { sum: 3 }, scriptErrors: {} });
    expect((await report("system/GS_MINUTE")).report.scriptData).toEqual({ player: null });
    const asPlayer = (await report("system/GS_MINUTE.js", "--player", "new")).report;
    expect(asPlayer.scriptData).toEqual({ player: asPlayer.player.id });
  });

  it("uses a given data folder, as an existing player", async () => {
    const data = join(folder, "kept", "data");
    await mkdir(data, { recursive: true });
    const first = (await report("SCORE", "--data", '{"POINTS": 1}', "--data-folder", data)).report;
    const args = ["--data", '{"POINTS": 2}', "--data-folder", data];
    for (const player of [first.player.id, first.player.userName]) {
      const again = (await report("SCORE", ...args, "--player", player)).report;
      expect(again.player).toEqual({ ...first.player, isNew: false });
    }
    const last = (await report("SCORE", "--data", '{"POINTS": 3}', "--data-folder", data, "--player", first.player.id))
      .report;
    expect(last.response.scriptData).toEqual({ scores: 8 });
    expect(last.changes).toContainEqual({ what: "scriptData.points", before: 2, after: 3 });
    // The other stage has a database of its own.
    const live = await report("SCORE", ...args, "--stage", "live");
    expect(live.report.response.scriptData).toEqual({ scores: 2 });
    expect((await readdir(data)).sort()).toEqual(expect.arrayContaining(["live.db", "preview.db"]));
  });

  it("does not use the database named in the environment", async () => {
    const env = { REKINDLE_MONGODB_URL: "mongodb://127.0.0.1:1/none", REKINDLE_GAME: folder };
    expect((await rekindle(["REFUSES"], env)).code).toBe(0);
  });
});

describe.concurrent("an invalid rekindle run command", () => {
  it.each<[string[], number, string]>([
    [[], 2, "Missing argument: rekindle run EVENT"],
    [["SCORE", "OTHER"], 2, "Expected one event or script, not both SCORE and OTHER."],
    [["SCORE", "--data", "{POINTS: 1}"], 2, "--data is not valid JSON: "],
    [["SCORE", "--data", "[1]"], 2, "--data must contain one JSON object, not a list"],
    [["SCORE", "--data"], 2, "--data needs a value."],
    [["SCORE", "--player", "--json"], 2, "--player needs a value."],
    [["SCORE", "--stage", "beta"], 2, '--stage must be preview or live, not "beta".'],
    [["SCORE", "--playr", "x"], 2, "Unknown setting --playr on the command line."],
    [["evnt/SCORE"], 2, 'Unknown script kind "evnt". Did you mean event/SCORE?'],
    [["SCOER"], 1, 'The game has no event "SCOER". Did you mean SCORE?'],
    [["request/LogEvntRequest"], 1, 'Unknown request "LogEvntRequest". Did you mean LogEventRequest?'],
    [["modules/NOTHING_LIKE_IT"], 1, "The game has no script modules/NOTHING_LIKE_IT. Known names are LOGS, SUM."],
    [["callbacks/X"], 1, "The game has no script callbacks/X. The game has none of this kind."],
    [["SCORE", "--player", "ada"], 1, 'No player has the id or user name "ada" in this data.'],
  ])("%j is answered with instructions", async (args, code, sentence) => {
    const ended = await run(...args);
    expect(ended.stderr).toContain(sentence);
    expect([ended.code, ended.stdout]).toEqual([code, ""]);
  });

  it("does not use the data of a running server", async () => {
    const game = await startGame({ folder: fileURLToPath(new URL("../../examples/starter", import.meta.url)) });
    try {
      const { code, stderr } = await run("REFUSES", "--data-folder", game.dataFolder);
      expect(stderr).toMatch(/in use/);
      expect(code).toBe(1);
    } finally {
      await game.close();
    }
  });
});
