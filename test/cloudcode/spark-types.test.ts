import { execFile } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sparkMembers } from "../../tools/spark.ts";
import { sparkTypes } from "../../tools/spark-types.ts";

const TYPES = fileURLToPath(new URL("../../types/spark.d.ts", import.meta.url));
const TSC = fileURLToPath(new URL("../../node_modules/typescript/lib/tsc.js", import.meta.url));

/** The text of each interface, by name. */
const interfaces = new Map(
  [...readFileSync(TYPES, "utf8").matchAll(/^interface (\w+)(?: extends (\w+))? \{\n(.*?)^\}/gms)].map(
    ([, name, parent, body]) => [name!, { parent, body: body! }],
  ),
);

function hasMember(className: string, member: string): boolean {
  const { parent, body } = interfaces.get(className)!;
  return new RegExp(`^ {2}${member}\\(`, "m").test(body) || (parent !== undefined && hasMember(parent, member));
}

describe("types/spark.d.ts", () => {
  it("is what the classes say; `npm run docs` writes it", () => {
    expect(readFileSync(TYPES, "utf8")).toBe(sparkTypes());
  });

  it("has the supported members and no others", () => {
    const known = sparkMembers().filter(({ className }) => interfaces.has(className));
    const wrong = known.filter(({ className, name, status }) => hasMember(className, name) !== (status !== "to come"));
    expect(wrong).toEqual([]);
    expect(known.length).toBeGreaterThan(100);
  });

  it("shows nothing of what is inside the server", () => {
    expect(readFileSync(TYPES, "utf8")).not.toMatch(/\bconstructor\b|#|^\s*private |PlayerState|toJSON|import /m);
  });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-types-"));
  copyFileSync(TYPES, join(folder, "spark.d.ts"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What the compiler says of a game's scripts, `file:line message` each. */
async function compile(scripts: Record<string, string>, options: Record<string, unknown> = {}): Promise<string[]> {
  for (const [file, source] of Object.entries(scripts)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), source);
  }
  const compilerOptions = { allowJs: true, checkJs: true, noEmit: true, target: "esnext", lib: ["esnext"], types: [] };
  const config = { compilerOptions: { ...compilerOptions, strict: false, ...options }, include: ["**/*"] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [TSC, "-p", folder, "--pretty", "false"], { cwd: folder }, (_, stdout) =>
      resolve(stdout),
    );
  });
  return output
    .split("\n")
    .filter((line) => /^\S/.test(line))
    .map((line) => line.replace(/^(\S+?)\((\d+),\d+\): error TS\d+: /, "$1:$2 "));
}

describe("scripts compiled against the types", () => {
  it("pass as games have them", async () => {
    const found = await compile({
      "modules/SETTINGS.js": `
        var settings = { /** @param {number} level */ prize: function (level) { return level * 10; } };
      `,
      "modules/PRIZES.js": `
        requireOnce("SETTINGS");
        function award(player, level) {
          player.credit("currency1", settings.prize(level), "level");
        }
      `,
      "event/LEVEL_DONE.js": `
        require("PRIZES");
        var data = Spark.data;
        var player = Spark.getPlayer();
        var best = player.getScriptData("best") || {};
        if (player.getScriptData().banned || !player.displayName) {
          Spark.setScriptError("player", { banned: true });
          Spark.exit();
        }
        award(player, data.LEVEL);
        player.credit1(5);
        best[data.LEVEL] = Math.max(best[data.LEVEL] || 0, data.POINTS);
        player.setScriptData("best", best);
        Spark.setScriptData("balance", player.balance1 + player.getBalance("GEMS"));
        Spark.getLog().info({ done: data.LEVEL, by: player.playerId, at: player.creationDate.getTime() });
      `,
      "event/FIND.js": `
        var query = { "level": { "$gt": 3 } };
        const rows = Spark.runtimeCollection("rows").find(query, { name: 1 }).sort({ level: -1 }).limit(10);
        while (rows.hasNext()) {
          const row = rows.next();
          Spark.runtimeCollection("rows").update({ _id: row._id }, { $set: { seen: true } }, false, true);
        }
        const friends = Spark.loadPlayer(Spark.data.friend).friendIds.map(function (id) { return id; });
        var request = new SparkRequests.LogEventRequest();
        request.eventKey = "LEVEL_DONE";
        request.LEVEL = 3;
        if (!request.ExecuteAs(friends[0]).error) Spark.message("DONE").setPlayerIds(friends).send();
        var details = new SparkRequests.AccountDetailsRequest().Send();
        Spark.setScriptData("at", details.location.country + details.currency1.toFixed(0));
        Spark.runtimeCollection("rows").findAndModify(query, { level: 1 }, { $inc: { level: 1 } }).level++;
        Spark.setScriptData("hash", Spark.digester.sha256Hex("text") + friends.length);
      `,
      "request/LogEventRequest.ts": `
        interface Save { slots: number }
        const save: Save = Spark.getPlayer().getPrivateData("save");
        Spark.setScriptData("slots", save.slots);
      `,
    });
    expect(found).toEqual([]);
  });

  it("fail where they are wrong, in the line that is", async () => {
    const found = await compile({
      "event/WRONG.js": [
        'Spark.getPlayer().credit("currency1", "10");',
        "Spark.getPlayer().credit();",
        "Spark.player.getDisplayname();",
        'Spark.player.displayName = "x";',
        'var level = Spark.player.balance1 + 1; level = "high";',
        'Spark.getData("x");',
        "Spark.getDigester().sha256Hex(5);",
        'Spark.systemCollection("player").insert({});',
        "Spark.getChallenges();",
        "new SparkPlayer();",
        "console.log(1);",
        "new SparkRequests.AccountDetailsRequest().Sent();",
        "new SparkRequests.RegistrationRequest().userName = 5;",
        'Spark.runtimeCollection("rows").remove("abc");',
      ].join("\n"),
    });
    const at = "event/WRONG.js";
    expect(found).toEqual([
      `${at}:1 Argument of type 'string' is not assignable to parameter of type 'number'.`,
      `${at}:2 Expected 2-3 arguments, but got 0.`,
      `${at}:3 Property 'getDisplayname' does not exist on type 'SparkPlayer'. Did you mean 'getDisplayName'?`,
      `${at}:4 Cannot assign to 'displayName' because it is a read-only property.`,
      `${at}:5 Type 'string' is not assignable to type 'number'.`,
      `${at}:6 Expected 0 arguments, but got 1.`,
      `${at}:7 Argument of type 'number' is not assignable to parameter of type 'string'.`,
      `${at}:8 Property 'insert' does not exist on type 'SparkMongoCollectionReadOnly'.`,
      `${at}:9 Property 'getChallenges' does not exist on type 'Spark'. Did you mean 'getChallenge'?`,
      `${at}:10 'SparkPlayer' only refers to a type, but is being used as a value here.`,
      expect.stringContaining(`${at}:11 Cannot find name 'console'.`),
      `${at}:12 Property 'Sent' does not exist on type 'AccountDetailsRequest'.`,
      `${at}:13 Type 'number' is not assignable to type 'string'.`,
      `${at}:14 Argument of type 'string' is not assignable to parameter of type 'object'.`,
    ]);
  });

  it("are reported where a player may be missing, if they want to be", async () => {
    const script = `
      const player = Spark.getPlayer();
      player.persist();
      if (!player) Spark.exit();
      player.persist();
    `;
    expect(await compile({ "event/STRICT.ts": script }, { strict: true })).toEqual([
      "event/STRICT.ts:3 'player' is possibly 'null'.",
    ]);
  });
});
