import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterEach, expect, test } from "vitest";
import type { CloudCode } from "../../src/cloudcode/cloudcode.ts";
import { openCloudCode } from "../../src/cloudcode/open.ts";
import type { ReloadEvent } from "../../src/cloudcode/reload.ts";
import type { ScriptKind, ScriptResult } from "../../src/kernel/scripts/result.ts";
import { testConfig } from "../support/app.ts";

let cloudCode: CloudCode;
afterEach(() => cloudCode.close());

interface Followed {
  folder: string;
  write(path: string, text: string | Uint8Array): Promise<void>;
  /** What the next change came to. */
  next(): Promise<ReloadEvent>;
  run(name: string, kind?: ScriptKind): Promise<ScriptResult>;
  hostEvents: string[];
}

async function follow(files: Record<string, string>, hotReload: "on" | "off" = "on"): Promise<Followed> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-reload-"));
  const write: Followed["write"] = async (path, text) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);
  const events: ReloadEvent[] = [];
  const hostEvents: string[] = [];
  let wake = (): void => {};
  cloudCode = await openCloudCode(
    { folder, embeddedScripts: [{ type: "event", shortCode: "EMBEDDED", source: SAYS("embedded") }] },
    testConfig({ scriptHotReload: hotReload }),
    ({ type }) => hostEvents.push(type),
    (event) => {
      events.push(event);
      wake();
    },
  );
  return {
    folder,
    write,
    hostEvents,
    async next() {
      while (events.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return events.shift() as ReloadEvent;
    },
    run: (name, kind = "event") =>
      cloudCode.run({
        kind,
        name,
        data: {},
        player: null,
        scriptData: {},
        scriptErrors: {},
        stage: "live",
        runId: "r",
      }),
  };
}

const SAYS = (what: string): string => `Spark.setScriptData("says", "${what}");`;
const said = ({ version, scriptData }: ScriptResult): [version: number, says: unknown] => [version, scriptData["says"]];

test("changed, added and removed scripts take effect as a new version in running hosts", async () => {
  const game = await follow({ "event/A.js": SAYS("one"), "modules/M.js": "var m = 1;" });
  expect(said(await game.run("A"))).toEqual([1, "one"]);

  await game.write("event/A.js", SAYS("two"));
  expect(await game.next()).toEqual({ type: "reloaded", version: 2, scripts: 3, problems: [] });
  expect(said(await game.run("A"))).toEqual([2, "two"]);

  await game.write("request/B.js", `require("M"); ${SAYS("new kind")}`);
  expect(await game.next()).toMatchObject({ version: 3, scripts: 4 });
  expect(said(await game.run("B", "request"))).toEqual([3, "new kind"]);

  await game.write("request/C.tmp", SAYS("by rename"));
  await rename(join(game.folder, "request/C.tmp"), join(game.folder, "request/C.js"));
  expect(await game.next()).toMatchObject({ version: 4, scripts: 5 });
  expect(said(await game.run("C", "request"))).toEqual([4, "by rename"]);

  await rm(join(game.folder, "event/A.js"));
  expect(await game.next()).toMatchObject({ version: 5, scripts: 4 });
  expect(cloudCode.has("event", "A")).toBe(false);
  expect(said(await game.run("EMBEDDED"))).toEqual([5, "embedded"]);
  expect(game.hostEvents).not.toContain("ended");
});

test("only a script broken by a change is unavailable, and it is reported", async () => {
  const game = await follow({ "cloud/event/A.js": SAYS("a"), "cloud/event/B.js": SAYS("b") });
  await game.write("cloud/event/A.js", "\nif (");
  const problem = { kind: "syntax", file: "cloud/event/A.js", line: 2, column: 5, message: "Unexpected token" };
  expect(await game.next()).toEqual({ type: "reloaded", version: 2, scripts: 3, problems: [problem] });
  expect(cloudCode.problems()).toEqual([problem]);
  expect(await game.run("A")).toMatchObject({ version: 2, failure: problem });
  expect(said(await game.run("B"))).toEqual([2, "b"]);

  await game.write("cloud/event/A.js", SAYS("mended"));
  expect(await game.next()).toMatchObject({ version: 3, problems: [] });
  expect(said(await game.run("A"))).toEqual([3, "mended"]);
});

test("an active run keeps the scripts that it started with", async () => {
  const slow = (value: number): string =>
    `var until = Date.now() + 1500; while (Date.now() < until); require("M"); Spark.setScriptData("says", m + ${value});`;
  const game = await follow({ "event/A.js": slow(10), "modules/M.js": "var m = 1;" });
  await game.run("EMBEDDED");
  const running = game.run("A");
  await Promise.all([
    game.write("event/A.js", 'require("M"); Spark.setScriptData("says", m + 20);'),
    game.write("modules/M.js", "var m = 2;"),
  ]);
  expect(await game.next()).toMatchObject({ version: 2 });
  expect(said(await running)).toEqual([1, 11]);
  expect(said(await game.run("A"))).toEqual([2, 22]);
});

test("a change that affects no script makes no new version", async () => {
  const game = await follow({ "event/A.js": SAYS("a"), "event/B.js": SAYS("b") });
  await game.write("event/A.js", SAYS("a"));
  await game.write("event/notes.txt", "1");
  await game.write("data/database.sqlite", "1");
  await game.write("config.json", "{}");
  await game.write("event/B.js", SAYS("other"));
  let event = await game.next();
  // Writes of B are read as they are: it may be seen empty for a moment.
  while (said(await game.run("B"))[1] !== "other") event = await game.next();
  expect(event).toMatchObject({ type: "reloaded", scripts: 3 });
});

test("scripts added to a folder without any are loaded, and a zip instead of them", async () => {
  const game = await follow({ "config.json": "{}" });
  await game.write("z/event/A.js", SAYS("folder"));
  await game.next();
  await expect.poll(async () => said(await game.run("A"))[1]).toBe("folder");
  const zip = zipSync({ "event/A.js": strToU8(SAYS("zip")) });
  await game.write("CloudCode.zip", zip);
  await rm(join(game.folder, "z"), { recursive: true });
  await expect.poll(async () => said(await game.run("A"))[1]).toBe("zip");
});

test("a folder that is missing for a while is reported once and found again", async () => {
  const game = await follow({ "event/A.js": SAYS("a") });
  await game.write("event/A.js", SAYS("watched"));
  await game.next();
  await rename(game.folder, `${game.folder}-away`);
  await mkdir(`${game.folder}-away/event`, { recursive: true });
  await writeFile(`${game.folder}-away/event/A.js`, SAYS("back"));
  expect(await game.next()).toMatchObject({ type: "unreadable", reason: expect.stringContaining("ENOENT") });
  expect(said(await game.run("A"))[1]).toBe("watched");
  await rename(`${game.folder}-away`, game.folder);
  expect(await game.next()).toMatchObject({ type: "reloaded" });
  expect(said(await game.run("A"))[1]).toBe("back");
});

test("with hot reload off, scripts do not change", async () => {
  const game = await follow({ "event/A.js": SAYS("a") }, "off");
  await game.write("event/A.js", SAYS("b"));
  expect(said(await game.run("A"))).toEqual([1, "a"]);
});
