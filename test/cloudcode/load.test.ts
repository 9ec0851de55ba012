import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { isBroken, loadScripts, MAX_SCRIPT_BYTES } from "../../src/cloudcode/load.ts";

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
      "event/types.d.ts": "x",
      "event/a.json": "{}",
      "event/sub/b.js": "1",
      "event/.js": "1",
      "rtScript/c.js": "1",
      "event/d.js": "1",
    },
    ["event/d"],
  ],
  [
    "packages and tests beside the scripts",
    {
      "node_modules/event/a.js": "1",
      ".git/event/a.js": "1",
      "tests/modules/a_spec.js": "1",
      "typings/event/a.js": "1",
      "z/event/b.js": "1",
      "z/tests/modules/b_spec.js": "1",
      "z/package.json": "{}",
      "z/Makefile": "",
      "z/MetaCollections/c.json": "[]",
    },
    ["event/b"],
  ],
  [
    "a folder around the kinds, and one of a kind's name without scripts",
    { "modules/readme.txt": "", "GameSparks/event/a.js": "1" },
    ["event/a"],
  ],
  ["TypeScript", { "event/a.ts": "var a: number = 1;", "event/b.ts": "1", "event/b.js": "2" }, ["event/a", "event/b"]],
  ["TypeScript and what was made of it", { "dist/event/a.js": "1", "dist/event/a.d.ts": "1" }, ["event/a"]],
];

test.for(LAYOUTS)("finds the scripts of %s", async ([, files, scripts]) => {
  const loaded = await loadScripts({ folder: await game(files) });
  expect([...loaded.byName.keys()].sort()).toEqual([...scripts].sort());
  expect(loaded.problems).toEqual([]);
});

test("the root takes precedence over subfolders, and the first subfolder over others", async () => {
  const both = await loadScripts({ folder: await game({ "request/a.js": "1", "x/event/b.js": "1" }) });
  expect([...both.byName.keys()]).toEqual(["request/a"]);
  const two = await loadScripts({ folder: await game({ "x/request/a.js": "1", "y/event/b.js": "1" }) });
  expect([...two.byName.keys()]).toEqual(["request/a"]);
  expect(two.byName.get("request/a")?.file).toBe("x/request/a.js");
  expect(two.problems).toEqual([
    { kind: "syntax", file: "y", message: expect.stringContaining("This folder is ignored") },
  ]);
});

test("a file takes precedence over a script in the configuration", async () => {
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

test("only the script with a syntax error is unavailable, and its place is reported", async () => {
  const folder = await game({
    "event/good.js": "\uFEFF// banner\r\nvar a = 1;",
    "event/bad.js": "var a;\n\nif (a {",
    "event/large.js": " ".repeat(MAX_SCRIPT_BYTES + 1),
    "event/returns.js": "return 1;",
    "event/enum.ts": "var a: number;\n  enum A { B }",
    "event/types.ts": "var a: = 1;",
    "event/module.ts": "export const a: number = 1;",
  });
  const { byName, problems } = await loadScripts({ folder });
  expect(problems).toEqual([
    { kind: "syntax", file: "event/large.js", message: expect.stringContaining("larger") },
    { kind: "syntax", file: "event/bad.js", line: 3, column: 7, message: "Unexpected token" },
    { kind: "syntax", file: "event/enum.ts", line: 2, column: 3, message: expect.stringContaining("enum") },
    { kind: "syntax", file: "event/module.ts", line: 1, column: 1, message: expect.stringContaining("export") },
    { kind: "syntax", file: "event/returns.js", line: 1, column: 1, message: expect.stringContaining("return") },
    { kind: "syntax", file: "event/types.ts", line: 1, column: 8, message: expect.any(String) },
  ]);
  expect(isBroken(byName.get("event/good")!.prepared)).toBe(false);
  for (const name of ["bad", "large", "returns", "enum", "types", "module"]) {
    expect(isBroken(byName.get(`event/${name}`)!.prepared), name).toBe(true);
  }
});

test("types are replaced with spaces, and a later load parses only changed scripts", async () => {
  const folder = await game({ "event/a.ts": "var a: number = 1;", "event/b.js": "1" });
  const first = await loadScripts({ folder });
  expect(first.byName.get("event/a")?.prepared).toMatchObject({ code: "var a         = 1;" });
  await writeFile(join(folder, "event/b.js"), "2");
  const second = await loadScripts({ folder }, first);
  expect(second.byName.get("event/a")?.prepared).toBe(first.byName.get("event/a")?.prepared);
  expect(second.byName.get("event/b")?.prepared).toMatchObject({ code: "2" });
});

test("types nested too deep do not affect later scripts, and Node prints no warning", async () => {
  const warnings: Error[] = [];
  const keep = (warning: Error) => warnings.push(warning);
  process.on("warning", keep);
  const folder = await game({ "event/a.ts": "(".repeat(200_000), "event/b.ts": "var b: number = 1;" });
  const { byName, problems } = await loadScripts({ folder });
  expect(problems).toMatchObject([{ kind: "syntax", file: "event/a.ts" }]);
  expect(byName.get("event/b")?.prepared).toMatchObject({ code: "var b         = 1;" });
  await setImmediate();
  process.off("warning", keep);
  expect(warnings).toEqual([]);
});

test("a game without a folder has the scripts of its configuration", async () => {
  const embedded = [{ type: "event", shortCode: "a", source: "1" }];
  const { byName, problems, folders } = await loadScripts({ folder: "", embedded });
  expect([...byName.keys()]).toEqual(["event/a"]);
  expect([problems, folders]).toEqual([[], []]);
});
