import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { SettingsError } from "../src/setting.ts";
import { describeSettings, readSettings, settingsHelp } from "../src/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "rekindle-settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
function file(content: unknown): string {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("settings", () => {
  it("have defaults", () => {
    expect(readSettings({ args: [], env: {} })).toMatchObject({ host: "127.0.0.1", port: 8080, logLevel: "info" });
  });

  it("come from the command line, then the environment, then the file", () => {
    const config = file({ port: 1, logLevel: "warn", host: "0.0.0.0" });
    const env = { REKINDLE_CONFIG: config, REKINDLE_PORT: "2", REKINDLE_LOG_LEVEL: "error", PATH: "/bin" };
    const read = readSettings({ args: ["--port", "3"], env });
    expect(read).toMatchObject({ port: 3, logLevel: "error", host: "0.0.0.0" });
    const other = readSettings({
      args: ["--config", file({ port: 4 }), "--data=/d"],
      env: { REKINDLE_CONFIG: config },
    });
    expect(other).toMatchObject({ port: 4, data: "/d", host: "127.0.0.1" });
  });

  it("are read in the format of each source", () => {
    expect(readSettings({ args: ["--port=0", "--data=a=b", "--game", ""], env: {} })).toMatchObject({
      port: 0,
      data: "a=b",
      game: "",
    });
    expect(readSettings({ args: ["--port", "1", "--port", "2"], env: {} }).port).toBe(2);
    expect(readSettings({ args: [], env: { REKINDLE_CONFIG: "", REKINDLE_PORT: " 5 " } }).port).toBe(5);
    expect(readSettings({ args: ["--config", file(`\uFEFF${JSON.stringify({ port: "6" })}`)], env: {} }).port).toBe(6);
  });

  it("ignore variables reserved for tests", () => {
    expect(() => readSettings({ args: [], env: { REKINDLE_TEST_MONGODB_URL: "x" } })).not.toThrow();
  });

  describe("are refused with a sentence that names the setting, its source and the allowed values", () => {
    const path = (name: string) => join(folder, name);
    it.each([
      ["an unknown flag", ["--prot", "1"], "Unknown setting --prot on the command line. Did you mean --port?"],
      [
        "an unknown flag with its value",
        ["--metrics-tokne=hidden"],
        "--metrics-tokne on the command line. Did you mean --metrics-token?",
      ],
      [
        "a flag like no other",
        ["--zzzzzzzzz", "1"],
        "Unknown setting --zzzzzzzzz on the command line. Run with --help to list all",
      ],
      ["a short flag", ["-p", "1"], "Unknown setting -p on the command line."],
      ["a flag that says no", ["--no-port"], "Unknown setting --no-port"],
      ["a flag without value", ["--port"], "--port on the command line needs a value: a whole number from 0 to 65535."],
      [
        "a flag followed by another",
        ["--log-level", "--port", "1"],
        "--log-level on the command line needs a value: one of info",
      ],
      [
        "a file's flag without file",
        ["--config"],
        "--config on the command line needs a value: the path of a JSON file.",
      ],
      ["a word that is not a flag", ["8080"], 'Unexpected argument "8080": settings are given as --name value.'],
      ["a word after two dashes", ["--", "x"], 'Unexpected argument "x": settings are'],
      ["an invalid number", ["--port", "many"], '--port must be a whole number from 0 to 65535, not "many".'],
      ["a number with a fraction", ["--port", "80.5"], '--port must be a whole number from 0 to 65535, not "80.5".'],
      [
        "a number in another notation",
        ["--port", "0x50"],
        '--port must be a whole number from 0 to 65535, not "0x50".',
      ],
      ["no number", ["--port", ""], '--port must be a whole number from 0 to 65535, not "".'],
      ["no address", ["--host="], '--host must be an address or host name of this machine, not "".'],
      ["a number too large", ["--port", "65536"], "--port must be a whole number from 0 to 65535"],
      [
        "a number too small",
        ["--max-connections=-1"],
        '--max-connections must be a whole number, 1 or more, not "-1".',
      ],
      [
        "a word that is no choice",
        ["--default-stage", "test"],
        '--default-stage must be one of preview, live, not "test".',
      ],
      ["a word that is nearly one", ["--log-level", "wran"], 'silent, not "wran". Did you mean warn?'],
      [
        "a URL of another kind",
        ["--public-url", "http://u:hidden@host"],
        '--public-url must be a ws:// or wss:// URL, not "http://host".',
      ],
      [
        "a database of another kind",
        ["--mongodb-url", "hidden"],
        "--mongodb-url must be a mongodb:// or mongodb+srv:// URL, not the value given.",
      ],
    ])("%s", (_, args, sentence) => {
      const read = () => readSettings({ args, env: {} });
      expect(read).toThrow(SettingsError);
      expect(read).toThrow(sentence);
      expect(read).not.toThrow("hidden");
    });

    it.each([
      [
        "a number in a variable",
        { REKINDLE_MAX_CONNECTIONS: "0" },
        'REKINDLE_MAX_CONNECTIONS in the environment must be a whole number, 1 or more, not "0".',
      ],
      [
        "an unknown variable",
        { REKINDLE_PROT: "1" },
        "Unknown setting REKINDLE_PROT in the environment. Did you mean REKINDLE_PORT?",
      ],
      [
        "a variable like no other",
        { REKINDLE_ZZZZZZZ: "hidden" },
        "Unknown setting REKINDLE_ZZZZZZZ in the environment. Run with --help to list all settings.",
      ],
      [
        "a variable that a flag overrules",
        { REKINDLE_LOG_LEVEL: "loud" },
        "REKINDLE_LOG_LEVEL in the environment must be one of info",
      ],
      ["a file that is named there", { REKINDLE_CONFIG: path("nowhere.json") }, "nowhere.json does not exist."],
    ])("%s", (_, env, sentence) => {
      const read = () => readSettings({ args: ["--log-level", "info"], env });
      expect(read).toThrow(SettingsError);
      expect(read).toThrow(sentence);
      expect(read).not.toThrow("hidden");
    });

    it.each([
      ["an unknown member", { prot: 1 }, 'Unknown setting "prot" in the settings file'],
      ["a flag's name", { "log-level": "info" }, 'Unknown setting "log-level" in the settings file'],
      ["a member that every object has", { constructor: 1 }, 'Unknown setting "constructor" in the settings file'],
      ["a prototype", '{"__proto__": {"port": 1}}', 'Unknown setting "__proto__" in the settings file'],
      ["a wrong type", { port: true }, ".json must be a whole number from 0 to 65535, not true."],
      [
        "an object",
        { host: { name: "hidden" } },
        ".json must be an address or host name of this machine, not an object.",
      ],
      ["null", { port: null }, ".json must be a whole number from 0 to 65535, not null."],
      ["a list in place of all", [1], ".json must contain one JSON object, not a list."],
      ["half a file", "{", ".json is not valid JSON: Expected property name or '}' at line 1, column 2."],
      [
        "a word that is none",
        '{\n "metricsToken": hidden\n}',
        ".json is not valid JSON: unexpected character at line 2, column 18.",
      ],
      ["more than settings", " ".repeat(1_048_577), ".json is larger than 1048576 bytes."],
    ])("in the file, %s", (_, content, sentence) => {
      const config = file(content);
      const read = () => readSettings({ args: ["--config", config], env: {} });
      expect(read).toThrow(SettingsError);
      expect(read).toThrow(sentence);
      expect(read).toThrow(config);
      expect(read).not.toThrow("hidden");
    });

    it("a folder instead of the file", () => {
      const read = () => readSettings({ args: ["--config", folder], env: {} });
      expect(read).toThrow(`The settings file ${folder} is a folder, not a file.`);
    });

    it("a secret, which the message does not contain", () => {
      const path = file({ mongodbUrl: { password: "hidden" } });
      expect(() => readSettings({ args: ["--config", path], env: {} })).toThrow(
        /mongodbUrl" in .* not the value given\.$/,
      );
    });
  });

  it("are described without secrets", () => {
    const args = ["--mongodb-url", "mongodb://user:hidden@host/", "--public-url", "wss://user:hidden@host/path"];
    const described = describeSettings(readSettings({ args, env: {} }));
    expect(described).toMatchObject({ mongodbUrl: "(set)", metricsToken: "(not set)", port: 8080 });
    expect(described).toMatchObject({ publicUrl: "wss://host/path" });
    expect(JSON.stringify(described)).not.toContain("hidden");
  });

  it("are all in the help with their descriptions", () => {
    const help = settingsHelp().split("\n");
    expect(help).toHaveLength(Object.keys(readSettings({ args: [], env: {} })).length);
    for (const line of help) expect(line).toMatch(/^ {2}--[a-z-]+ +\S.*[.)]$/);
  });
});
