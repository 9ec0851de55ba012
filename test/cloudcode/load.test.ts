import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { isBroken, loadScripts, MAX_SCRIPT_BYTES } from "../../src/cloudcode/load.ts";
import { columnInFile, prepareScript } from "../../src/cloudcode/prepare.ts";

async function game(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const LAYOUTS: [what: string, files: Record<string, string>, scripts: string[]][] = [
  ["an empty folder", {}, []],
  ["a folder with nothing of Cloud Code", { "config.json": "{}", "images/a.js": "1" }, []],
  [
    "scripts at the root",
    { "request/ARequest.js": "1", "response/AResponse.js": "1" },
    ["request/ARequest", "response/AResponse"],
  ],
  ["one folder down", { "Cloud Code/event/JUMP.js": "1", "README.md": "" }, ["event/JUMP"]],
  ["below the api key", { "x123/modules/M.js": "1", "x123/system/GS_DAILY.js": "" }, ["modules/M", "system/GS_DAILY"]],
  [
    "every kind",
    {
      "event/a.js": "",
      "event-challenge/b.js": "",
      "request/c.js": "",
      "response/d.js": "",
      "message-user/e.js": "",
      "message-global/f.js": "",
      "system/g.js": "",
      "callbacks/h.js": "",
      "modules/i.js": "",
    },
    [
      "event/a",
      "event-challenge/b",
      "request/c",
      "response/d",
      "message-user/e",
      "message-global/f",
      "system/g",
      "callbacks/h",
      "modules/i",
    ],
  ],
  ["short codes with spaces, dots and signs", { "event/a b_v0.9-x.js": "1" }, ["event/a b_v0.9-x"]],
  [
    "what is no script",
    {
      "event/.DS_Store": "",
      "event/a.ts": "x",
      "event/sub/b.js": "1",
      "event/.js": "1",
      "rtScript/c.js": "1",
      "event/d.js": "1",
    },
    ["event/d"],
  ],
  [
    "packages beside the scripts",
    { "node_modules/event/a.js": "1", ".git/event/a.js": "1", "z/event/b.js": "1" },
    ["event/b"],
  ],
];

test.for(LAYOUTS)("finds the scripts of %s", async ([, files, scripts]) => {
  const loaded = await loadScripts({ folder: await game(files) });
  expect([...loaded.byName.keys()].sort()).toEqual([...scripts].sort());
  expect(loaded.problems).toEqual([]);
});

test("the root comes before folders below it, and one of these before the others", async () => {
  const both = await loadScripts({ folder: await game({ "request/a.js": "1", "x/event/b.js": "1" }) });
  expect([...both.byName.keys()]).toEqual(["request/a"]);
  const two = await loadScripts({ folder: await game({ "x/request/a.js": "1", "y/event/b.js": "1" }) });
  expect([...two.byName.keys()]).toEqual(["request/a"]);
  expect(two.byName.get("request/a")?.file).toBe("x/request/a.js");
  expect(two.problems).toEqual([{ kind: "syntax", file: "y", message: expect.stringContaining("only one may") }]);
});

test("scripts inside the configuration, for which a file wins", async () => {
  const folder = await game({ "event/a.js": "file" });
  const embedded = [
    { type: "event", shortCode: "a", source: "embedded" },
    { type: "event", shortCode: "b", source: "embedded" },
    { type: "eventChallenge", shortCode: "c", source: "1" },
    { type: "module", shortCode: "d", source: "1" },
    { type: "messageUser", shortCode: "e", source: "1" },
    { type: "sorcery", shortCode: "f", source: "1" },
  ];
  const { byName, problems } = await loadScripts({ folder, embedded });
  expect([...byName.keys()].sort()).toEqual(["event-challenge/c", "event/a", "event/b", "message-user/e", "modules/d"]);
  expect(byName.get("event/a")?.prepared).toMatchObject({ code: "file" });
  expect(problems).toEqual([{ kind: "syntax", file: "config.json", message: expect.stringContaining("sorcery") }]);
});

test("a script that cannot be parsed is out of service, with its place, and no other is", async () => {
  const folder = await game({
    "event/good.js": "\uFEFF// banner\r\nvar a = 1;",
    "event/bad.js": "var a;\n\nif (a {",
    "event/large.js": " ".repeat(MAX_SCRIPT_BYTES + 1),
    "event/returns.js": "return 1;",
    "event/spread.js": "for each (var x in y) {}",
  });
  const { byName, problems } = await loadScripts({ folder });
  expect(problems).toEqual([
    { kind: "syntax", file: "event/large.js", message: expect.stringContaining("larger") },
    { kind: "syntax", file: "event/bad.js", line: 3, column: 7, message: "Unexpected token" },
    { kind: "syntax", file: "event/returns.js", line: 1, column: 1, message: expect.stringContaining("return") },
    { kind: "syntax", file: "event/spread.js", line: 1, column: 5, message: "Unexpected token" },
  ]);
  expect(isBroken(byName.get("event/good")!.prepared)).toBe(false);
  expect(isBroken(byName.get("event/bad")!.prepared)).toBe(true);
});

const REWRITES: [source: string, code: string][] = [
  ["var a = 1;", "var a = 1;"],
  ["try { a() } catch (e) { b() }", "try { a() } catch (e) {$spark_unwind(); b() }"],
  ["try {} catch {} finally {}", "try {} catch {$spark_unwind();} finally {$spark_unwind();}"],
  ["throw 'x'", "throw $spark_thrown(('x'))"],
  ["throw new Error('x')", "throw new Error('x')"],
  ["throw a, b;", "throw $spark_thrown((a, b));"],
  ["throw (a, b);", "throw $spark_thrown(((a, b)));"],
  ["throw function () { throw 1; }", "throw $spark_thrown((function () { throw $spark_thrown((1)); }))"],
];

test.for(REWRITES)("%s becomes %s", ([source, code]) => {
  expect(prepareScript("event/a.js", source)).toMatchObject({ code });
});

test("columns of prepared code are told as they are in the file", () => {
  const source = "a;\r\ntry { b } catch (e) { c } finally { d }\nthrow 'x' + e;";
  const prepared = prepareScript("event/a.js", source);
  if (isBroken(prepared)) throw new Error(prepared.message);
  const [, second, third] = prepared.code.split(/\r?\n/) as [string, string, string];
  for (const [line, text, mark] of [
    [2, second, "b }"],
    [2, second, "c }"],
    [2, second, "d }"],
    [3, third, "'x'"],
    [3, third, "e)"],
  ] as const) {
    const column = columnInFile(prepared, line, text.indexOf(mark) + 1);
    expect(source.split(/\r?\n/)[line - 1]?.slice(column - 1)[0]).toBe(mark[0]);
  }
});

test("a file nested too deep to parse is a problem, not a crash", () => {
  const prepared = prepareScript("event/a.js", "(".repeat(200_000));
  expect(isBroken(prepared)).toBe(true);
});
