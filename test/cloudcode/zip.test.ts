import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { strToU8, type Zippable, zipSync } from "fflate";
import { expect, test } from "vitest";
import { isBroken, loadScripts, MAX_SCRIPT_BYTES } from "../../src/cloudcode/load.ts";

type Files = Record<string, string>;

const zipped = (files: Files): Uint8Array => {
  const entries: Zippable = {};
  for (const [name, text] of Object.entries(files)) entries[name] = strToU8(text);
  return zipSync(entries);
};

async function game(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-zip-"));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

const EXPORTS: [what: string, files: Files, scripts: string[]][] = [
  ["kinds at its root", { "event/a.js": "1", "modules/B C.js": "1" }, ["event/a", "modules/B C"]],
  ["a folder around them", { "game-1/": "", "game-1/event/": "", "game-1/event/a.js": "1" }, ["event/a"]],
  ["backslashes in its names", { "event\\a.js": "1" }, ["event/a"]],
  [
    "what is no script",
    { "__MACOSX/event/a.js": "1", "event/.a.js": "1", "rtScript/a.js": "1", "event/x/a.js": "1", "event/b.js": "1" },
    ["event/b"],
  ],
  [
    "names that lead out of it",
    { "../event/a.js": "1", "/event/b.js": "1", "event/../../c.js": "1", "event/..js": "1", "modules/d.js": "1" },
    ["modules/d"],
  ],
  ["nothing of Cloud Code", { "images/a.png": "1" }, []],
];

test.for(EXPORTS)("the scripts of a zip with %s", async ([, files, scripts]) => {
  const folder = await game({ "CloudCode.zip": zipped(files) });
  const { byName, problems } = await loadScripts({ folder });
  expect([...byName.keys()].sort()).toEqual(scripts);
  expect(problems).toEqual([]);
  expect(await readdir(folder)).toEqual(["CloudCode.zip"]);
});

test("files of a zip's scripts start with its name, and only a broken one is unavailable", async () => {
  const large = " ".repeat(MAX_SCRIPT_BYTES + 1);
  const folder = await game({
    "export.zip": zipped({
      "event/a.js": "\uFEFFvar ä = 1;",
      "event/b.js": "if (",
      "event/c.js": large,
      "event/d.ts": "var a: 1;",
    }),
  });
  const { byName, problems } = await loadScripts({ folder });
  expect(problems).toEqual([
    { kind: "syntax", file: "export.zip/event/c.js", message: expect.stringContaining("larger") },
    { kind: "syntax", file: "export.zip/event/b.js", line: 1, column: 5, message: "Unexpected token" },
  ]);
  expect(byName.get("event/a")).toMatchObject({ file: "export.zip/event/a.js", prepared: { code: "var ä = 1;" } });
  expect(byName.get("event/d")).toMatchObject({ prepared: { code: "var a   ;" } });
  expect(isBroken(byName.get("event/c")!.prepared)).toBe(true);
});

test("folders take precedence over zips, the first zip over others, zips over the configuration", async () => {
  const zip = zipped({ "event/a.js": "zip" });
  const embedded = ["a", "b"].map((shortCode) => ({ type: "event", shortCode, source: "embedded" }));
  const codes = async (files: Record<string, string | Uint8Array>): Promise<[object, number]> => {
    const { byName, problems } = await loadScripts({ folder: await game(files), embedded });
    const code = [...byName].map(([key, { prepared }]) => [key, "code" in prepared && prepared.code]);
    return [Object.fromEntries(code), problems.length];
  };
  expect(await codes({ "x.zip": zip })).toEqual([{ "event/a": "zip", "event/b": "embedded" }, 0]);
  expect(await codes({ "x.zip": zip, "event/c.js": "folder" })).toEqual([
    { "event/a": "embedded", "event/b": "embedded", "event/c": "folder" },
    0,
  ]);
  const other = zipped({ "event/a.js": "other" });
  expect(await codes({ "CloudCode.zip": zip, "A.zip": other })).toEqual([
    { "event/a": "zip", "event/b": "embedded" },
    1,
  ]);
  expect(await codes({ "b.zip": zip, "a.zip": zipped({ "art/a.png": "1" }) })).toEqual([
    { "event/a": "zip", "event/b": "embedded" },
    0,
  ]);
});

/** The sizes that a zip tells, at their place behind a signature: in the entry's own head, or in the list at the end. */
function withSizes(zip: Uint8Array, packed: number | undefined, unpacked: number | undefined): Uint8Array {
  const bytes = Buffer.from(zip);
  for (const [signature, place] of [
    ["PK\u0003\u0004", 18],
    ["PK\u0001\u0002", 20],
  ] as const) {
    for (let at = bytes.indexOf(signature, 0, "latin1"); at >= 0; at = bytes.indexOf(signature, at + 4, "latin1")) {
      if (packed !== undefined) bytes.writeUInt32LE(packed, at + place);
      if (unpacked !== undefined) bytes.writeUInt32LE(unpacked, at + place + 4);
    }
  }
  return bytes;
}

const many = (count: number, text: string): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`event/${index}.js`, text]));

const BAD: [what: string, content: () => Uint8Array, problem: RegExp][] = [
  ["no zip", () => strToU8("this is no zip"), /cannot be read: invalid zip/],
  ["cut short", () => zipped(many(3, "1")).slice(0, -30), /cannot be read/],
  ["too large", () => new Uint8Array(16 * 1_048_576 + 1), /larger than 16777216 bytes/],
  ["small, and a gigabyte of scripts", () => zipped(many(70, " ".repeat(1_000_000))), /scripts are larger than/],
  ["less in it than it says", () => withSizes(zipped({ "event/a.js": "var a" }), undefined, 900_000), /not as long/],
  ["entries over each other", () => withSizes(zipped(many(5, "1")), 900, undefined), /larger than the zip/],
];

test.for(BAD)("an invalid zip, %s, is a problem and not a crash", async ([, content, message]) => {
  const folder = await game({ "CloudCode.zip": content() });
  const { byName, problems } = await loadScripts({ folder });
  expect([...byName.keys()]).toEqual([]);
  expect(problems).toEqual([{ kind: "syntax", file: "CloudCode.zip", message: expect.stringMatching(message) }]);
});

test("no more is unpacked than the zip declares", async () => {
  const bomb = withSizes(zipped({ "event/a.js": "1;".repeat(400_000) }), undefined, 10);
  const { byName } = await loadScripts({ folder: await game({ "CloudCode.zip": bomb }) });
  expect(byName.get("event/a")?.source).toBe("1;1;1;1;1;");
});
