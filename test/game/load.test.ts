import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { GameError } from "../../src/game/errors.ts";
import { loadGame } from "../../src/game/load.ts";
import { exportGame, saveGame } from "../../src/game/save.ts";
import { fullExport } from "./full-export.ts";

const DEVICE = { name: "device", secret: "s", type: "device", canHavePlayer: true, canListen: true };

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function folderOf(config: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
  folders.push(folder);
  if (config !== undefined) {
    await writeFile(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  }
  return folder;
}

const load = async (config: unknown) => loadGame(await folderOf(config));

const EXPORT = fullExport();

describe("a game's folder", () => {
  it("loads an unchanged export", async () => {
    const game = await load(EXPORT);
    expect(game).toMatchObject({ apiKey: "A123456b7cd8", name: "A game", newPlayerCurrencies: [5, 0, 0, 0, 0, 0] });
    expect(Object.fromEntries(game.credentials)).toMatchObject({
      server: { type: "server", canHavePlayer: false, canListen: true, canCallback: true, restPolicy: "Allowed" },
      "server-send": { canHavePlayer: false, canListen: false, canCallback: false },
      sftp: { type: "sftp", canHavePlayer: true, canListen: true },
      debug: { canHavePlayer: true, canListen: true },
      device: { secret: "device secret", canHavePlayer: true, coppaCompliant: false, restPolicy: "RequireAuthToken" },
    });
    expect(game.embeddedScripts).toEqual([{ type: "event", shortCode: "Add_Currency", source: "// source" }]);
    expect(game.problems).toEqual([]);
  });

  it("exports everything that it read, in the same order", async () => {
    const folder = await folderOf(EXPORT);
    const game = await loadGame(folder);
    expect(exportGame(game)).toBe(`${JSON.stringify(EXPORT, null, 2)}\n`);
    const file = await saveGame(game);
    expect(file).toBe(join(folder, "config.json"));
    expect(await readFile(file, "utf8")).toBe(exportGame(game));
    expect((await loadGame(folder)).document).toEqual(EXPORT);
    expect(await readdir(folder), "nothing is left beside it").toEqual(["config.json"]);
    expect((await stat(file)).mode & 0o077, "others cannot read the secrets").toBe(0);
  });

  it("loads a file with byte order mark and CRLF", async () => {
    const text = JSON.stringify(EXPORT, null, 4).replaceAll("\n", "\r\n");
    expect((await load(`\uFEFF${text}`)).document).toEqual(EXPORT);
  });

  it("loads with members left out instead of null", async () => {
    const game = await load({ apiKey: "k", "~credentials": [{ "@id": "/~credentials/device", secret: "s" }] });
    expect(game).toMatchObject({ name: "k", integrations: {}, newPlayerCurrencies: [0, 0, 0, 0, 0, 0] });
    expect(game.credentials.get("device")).toMatchObject({ type: "device", canHavePlayer: true, canListen: true });
  });

  it("loads and exports a configuration with thousands of items", async () => {
    const many = (make: (n: number) => object) => Array.from({ length: 5000 }, (_, n) => make(n));
    const large = {
      ...EXPORT,
      "~events": many((n) => ({ ...EXPORT["~events"][0], "@id": `/~events/E${n}`, shortCode: `E${n}` })),
      "~properties": many((n) => ({
        "@id": `/~properties/P${n}`,
        shortCode: `P${n}`,
        value: { [`k${n}`]: [n, null] },
      })),
      "~scripts": many((n) => ({ "@id": `/~scripts/event_E${n}`, script: `// ${n}`, type: "event" })),
    };
    const game = await load(large);
    expect(game.embeddedScripts).toHaveLength(5000);
    expect(exportGame(game)).toBe(`${JSON.stringify(large, null, 2)}\n`);
  });

  it("treats __proto__ and the like as ordinary names", async () => {
    const names = ["__proto__", "constructor", "prototype", "toString"];
    const credentials = names.map((name) => ({ name, secret: "s" }));
    const text = JSON.stringify({ ...EXPORT, "~credentials": [DEVICE, ...credentials] })
      .replace('"facebook":', '"__proto__":{"polluted":true},"facebook":')
      .replace('"apiKey":', '"__proto__":{"apiKey":"polluted"},"apiKey":');
    const game = await load(text);
    expect((game.integrations as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(game.apiKey).toBe("A123456b7cd8");
    expect([...game.credentials.keys()]).toEqual(["device", ...names]);
    expect(game.credentials.get("constructor")).toMatchObject({ type: "custom", canHavePlayer: false });
    expect(JSON.parse(exportGame(game))).toEqual(JSON.parse(text));
    expect(exportGame(game).match(/"__proto__":/g)).toHaveLength(2);
  });

  it("may have its configuration one folder below", async () => {
    const folder = await folderOf(undefined);
    for (const name of ["A123456b7cd8", "node_modules", ".git"]) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "config.json"), JSON.stringify(EXPORT));
    }
    const game = await loadGame(folder);
    expect(game).toMatchObject({ apiKey: "A123456b7cd8", folder });
    expect(await saveGame(game)).toBe(join(folder, "A123456b7cd8", "config.json"));
  });

  it("loads the starter game", async () => {
    const game = await loadGame(new URL("../../examples/starter", import.meta.url).pathname);
    expect(game).toMatchObject({ apiKey: "starter0example", problems: [] });
    expect([...game.credentials.keys()].sort()).toEqual(["debug", "device", "server", "server-send", "sftp"]);
    for (const { secret } of game.credentials.values()) expect(secret).toMatch(/^example-.*-everybody-knows$/);
  });

  it.each([
    [
      "a credential without a secret",
      [DEVICE, { name: "later", secret: null }],
      "~credentials[1] (later) has no secret",
    ],
    ["no device credential", [{ name: "mine", secret: "s" }], 'has no credential "device"'],
    ["a listed request without a name", [{ ...DEVICE, "~requests": [{}] }], "~requests[0] does not name a request"],
  ])("loads with %s and reports it", async (_, credentials, problem) => {
    const game = await load({ apiKey: "k", "~credentials": credentials });
    expect(game.problems).toEqual([expect.stringContaining(problem)]);
    expect(game.credentials.has("later")).toBe(false);
  });

  describe("allows a credential's requests", () => {
    const allows = async (requests: unknown, name: string) => {
      const game = await load({ apiKey: "k", "~credentials": [{ ...DEVICE, "~requests": requests }] });
      return game.credentials.get("device")!.allows(name);
    };
    it.each([
      ["nothing listed", [], "AccountDetailsRequest", true],
      ["nothing listed", [], "ListBulkJobsAdminRequest", false],
      ["nothing listed", [], "RevokePurchaseGoodsRequest", false],
      ["null", null, "AccountDetailsRequest", true],
      ["names", ["AccountDetailsRequest"], "AccountDetailsRequest", true],
      ["names", ["AccountDetailsRequest"], "LogEventRequest", false],
      ["names", ["ListBulkJobsAdminRequest"], "ListBulkJobsAdminRequest", true],
      ["names with a dot", [".LogEventRequest"], "LogEventRequest", true],
      ["references", [{ "@ref": "/~requests/LogEventRequest" }], "LogEventRequest", true],
      ["items with a name", [{ "@id": "/x/1", name: "LogEventRequest" }], "LogEventRequest", true],
      ["unreadable entries", [{}, 1, null], "LogEventRequest", false],
    ])("with %s: %j and %s", async (_, requests, name, allowed) => {
      expect(await allows(requests, name)).toBe(allowed);
    });
  });

  describe("is refused with the place and the reason", () => {
    const credentials = [DEVICE];
    it.each([
      ["no config.json", undefined, "it has no config.json"],
      [
        "an incomplete file",
        '{"a": {\n',
        "config.json is not valid JSON: Expected property name or '}' at line 2, column 1.",
      ],
      ["an empty file", "", "config.json is not valid JSON: it ends too early, at line 1, column 1."],
      ["an unquoted word", '{"a": 1,\n  "b": hidden}', "is not valid JSON: unexpected character at line 2, column 8."],
      [
        "a trailing comma",
        '{"a": 1,\n}',
        "is not valid JSON: Expected double-quoted property name at line 2, column 1.",
      ],
      [
        "two documents",
        '{"a": 1}\n{}',
        "is not valid JSON: Unexpected non-whitespace character after JSON at line 2, column 1.",
      ],
      ["a list", "[]", "must contain one JSON object, not a list."],
      ["no api key", { "~credentials": credentials }, "has no usable API key"],
      ["an api key with a slash", { apiKey: "a/b", "~credentials": credentials }, "has no usable API key"],
      ["an api key that is a number", { apiKey: 5 }, "apiKey must be text, but is a number."],
      ["no credentials", { apiKey: "k" }, "has no credential with a secret"],
      ["no secrets", { apiKey: "k", "~credentials": [{ name: "device" }] }, "has no credential with a secret"],
      [
        "a credential without a name",
        { apiKey: "k", "~credentials": [{ secret: "s" }] },
        "~credentials[0] has no name",
      ],
      [
        "two credentials with the same name",
        { apiKey: "k", "~credentials": [DEVICE, { name: "device", secret: null }] },
        '~credentials[1].name is "device", which another credential has already.',
      ],
      [
        "credentials of a wrong shape",
        { apiKey: "k", "~credentials": [DEVICE, { ...DEVICE, secret: 5 }] },
        "config.json: ~credentials[1].secret must be text, but is a number.",
      ],
      ["credentials by name", { apiKey: "k", "~credentials": {} }, "~credentials must be a list, but is an object."],
      ["a credential that is null", { "~credentials": [null] }, "~credentials[0] must be an object, but is null."],
      [
        "a flag in words",
        { "~credentials": [{ ...DEVICE, canListen: "yes" }] },
        "~credentials[0].canListen must be true or false, but is text.",
      ],
      [
        "an unknown REST policy",
        { apiKey: "k", "~credentials": [{ ...DEVICE, restPolicy: "Maybe" }] },
        '~credentials[0] (device).restPolicy must be Allowed, RequireAuthToken or Forbidden, but is "Maybe".',
      ],
      [
        "a bonus that is not an integer",
        { newUserCurrency3Bonus: 1.5 },
        "newUserCurrency3Bonus must be a whole number",
      ],
      ["integrations that are a list", { integrations: [] }, "integrations must be an object, but is a list."],
      [
        "a script that is not text",
        { "~scripts": [{ script: 1 }] },
        "~scripts[0].script must be text, but is a number.",
      ],
    ])("for %s", async (_, config, sentence) => {
      const folder = await folderOf(config);
      const loading = loadGame(folder);
      await expect(loading).rejects.toThrow(GameError);
      await expect(loading).rejects.toThrow(sentence);
      await expect(loading).rejects.toThrow(folder);
      await expect(loading).rejects.not.toThrow("hidden");
    });

    it("for a missing folder, a file and a folder with two games", async () => {
      const folder = await folderOf(undefined);
      await expect(loadGame(join(folder, "none"))).rejects.toThrow("none does not exist.");
      await writeFile(join(folder, "file"), "");
      await expect(loadGame(join(folder, "file"))).rejects.toThrow("file is a file; pass the folder");
      for (const name of ["a", "b"]) {
        await mkdir(join(folder, name));
        await writeFile(join(folder, name, "config.json"), "{}");
      }
      await expect(loadGame(folder)).rejects.toThrow("has several config.json");
    });

    it("for a configuration over the size limit", async () => {
      const folder = await folderOf(EXPORT);
      await truncate(join(folder, "config.json"), 64 * 1024 * 1024 + 1);
      await expect(loadGame(folder)).rejects.toThrow("is larger than 67108864 bytes.");
    });

    it("for an invalid integration, without quoting its value", async () => {
      const facebook = { facebookAppId: "1", facebookSecret: "hidden", graphUrl: "http://example.org/hidden" };
      const broken = load({ apiKey: "k", integrations: { facebook }, "~credentials": credentials });
      await expect(broken).rejects.toThrow("integrations.facebook.graphUrl must be an https URL");
      await expect(broken).rejects.not.toThrow("hidden");
    });
  });
});
