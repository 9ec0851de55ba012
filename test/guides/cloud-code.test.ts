import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SettingsSchema } from "../../src/settings-schema.ts";
import { startGame } from "../../src/testing/index.ts";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const STARTER = at("examples/starter");
const guide = await readFile(at("docs/guides/cloud-code.md"), "utf8");
const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({ language, text: text! }));
const inLanguage = (language: string) => blocks.filter((b) => b.language === language).map(({ text }) => text);
/** Scripts that the guide alone has: `// event/BONUS.js` and the file. */
const own = inLanguage("js").flatMap((text) => {
  const [, file] = /^\/\/ (\w+\/\w+\.js)\n/.exec(text) ?? [];
  return file ? [{ file, text }] : [];
});

/** The starter game with the guide's own scripts. */
let game: string;
beforeAll(async () => {
  game = await mkdtemp(join(tmpdir(), "rekindle-guide-"));
  await cp(STARTER, game, { recursive: true });
  for (const { file, text } of own) {
    await mkdir(dirname(join(game, file)), { recursive: true });
    await writeFile(join(game, file), text);
  }
});
afterAll(() => rm(game, { recursive: true, force: true }));

/** Replaces what differs in every run by the names that the guide uses. */
function steady(text: string): string {
  return text
    .replace(/\b[0-9a-f]{24}\b/g, "PLAYER-ID")
    .replace(/(?:under|for) [\w-]{12}\./g, "for RUN-ID.")
    .replace(/\b[\d.]+ ms\b/g, "N ms");
}

function sh(command: string): Promise<string> {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env["PATH"]}` };
  return new Promise((resolve) => {
    execFile("sh", ["-c", `${command} 2>&1`], { cwd: at("."), env }, (_, stdout) => resolve(stdout));
  });
}

const commands = inLanguage("console").flatMap((text) =>
  [...text.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command, output]) => ({ command: command!, output })),
);

it.each(commands)("$command", async ({ command, output }) => {
  const ran = command.replace("npm run rekindle --", `"${process.execPath}" src/main.ts`);
  expect(ran).not.toBe(command);
  expect(steady(await sh(`${ran} --game "${game}"`))).toBe(output);
});

it("has the game's own files", async () => {
  const folders = ["event", "modules", "test"];
  const names = await Promise.all(
    folders.map(async (folder) => (await readdir(join(STARTER, folder))).map((name) => join(STARTER, folder, name))),
  );
  const files = await Promise.all(names.flat().map((name) => readFile(name, "utf8")));
  const shown = inLanguage("js").filter((text) => !own.some((script) => script.text === text));
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.filter((text) => !files.some((file) => file.includes(text.trimEnd())))).toEqual([]);
});

it("has the game's own configuration, and what the log says", async () => {
  const [event, logged, jsconfig, ...others] = inLanguage("json").map((text) => JSON.parse(text));
  const config = JSON.parse(await readFile(join(STARTER, "config.json"), "utf8"));
  expect(config["~events"]).toContainEqual(event);
  expect(jsconfig).toEqual(JSON.parse(await readFile(join(STARTER, "jsconfig.json"), "utf8")));
  expect(others).toEqual([]);

  const running = await startGame({ folder: game });
  try {
    await (await running.player("Ada")).logEvent("BONUS");
    const line = running.serverLog.find(({ failure }) => failure !== undefined);
    const { time: _, ...said } = line!;
    expect(said).toEqual({ ...logged, runId: expect.any(String), player: expect.any(String) });
  } finally {
    await running.close();
  }
});

it("the starter game's own tests pass, and its scripts suit the editor", async () => {
  const { scripts } = JSON.parse(await readFile(at("package.json"), "utf8"));
  expect(guide).toContain("npm run test:example");
  const tests = await sh(scripts["test:example"].replace("node ", `"${process.execPath}" `));
  expect(tests).toMatch(/^\S+ fail 0$/m);
  expect(tests).not.toMatch(/^\S+ pass 0$/m);
  const tsc = at("node_modules/typescript/lib/tsc.js");
  expect(await sh(`"${process.execPath}" "${tsc}" -p examples/starter/jsconfig.json`)).toBe("");
});

it("names settings that exist", () => {
  const named = [...guide.matchAll(/`((?:script|delivery)[A-Z]\w+)`/g)].map(([, name]) => name!);
  const known = Object.keys(SettingsSchema.properties);
  expect(named.filter((name) => !known.includes(name) && name !== "scriptVersion" && name !== "scriptData")).toEqual(
    [],
  );
});
