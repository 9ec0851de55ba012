import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KeyFileDamaged, keyInFolder } from "../../../src/domains/accounts/token-key-file.ts";
import { keyFrom, keysOf, newKey, TokenVault } from "../../../src/domains/accounts/token-vault.ts";
import { SettingsError } from "../../../src/setting.ts";
import { readSettings } from "../../../src/settings.ts";

const [OLD, NEW] = [newKey(), newKey()];
const vaultOf = (...keys: string[]) => new TokenVault(keysOf(keys.join(",")));

describe("a sealed token", () => {
  const vault = vaultOf(NEW, OLD);

  it("has a version, a key id, a nonce and a ciphertext, and reveals neither token nor key", () => {
    const sealed = vault.seal("EAABsbCS1iHg", "token FB:1");
    expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]{16}\.[\w-]+$/);
    expect(sealed).not.toContain("EAAB");
    expect(sealed).not.toContain(NEW.slice(0, 8));
    expect(vault.seal("EAABsbCS1iHg", "token FB:1")).not.toBe(sealed);
    expect(vault.open(sealed, "token FB:1")).toEqual({ text: "EAABsbCS1iHg" });
  });

  it.each(["", "a", "ü😀", "x".repeat(10_000)])("opens to the same text", (text) => {
    expect(vault.open(vault.seal(text, "p"), "p")).toEqual({ text });
  });

  it("does not open for another link or purpose", () => {
    const sealed = vault.seal("secret", "token FB:1");
    for (const other of ["token FB:2", "refreshToken FB:1", "token AM:1", ""]) {
      expect(vault.open(sealed, other)).toEqual({ unreadable: "damaged" });
    }
  });

  it("does not open if any of its bytes was changed", () => {
    const sealed = vault.seal("secret", "p");
    const start = "v1.12345678.".length;
    for (let at = start; at < sealed.length; at++) {
      if (sealed[at] === ".") continue;
      // The last character of a part can have unused bits; another one in the middle of the alphabet changes the rest.
      const changed = sealed.slice(0, at) + (sealed[at] === "A" ? "g" : "A") + sealed.slice(at + 1);
      expect(vault.open(changed, "p"), `byte ${at}`).toEqual({ unreadable: "damaged" });
    }
  });

  it.each(["", "EAABsbCS1iHg", "v1", "v1.a.b.c", "v2.12345678.1234567890123456.1234567890123456789012", "v1...."])(
    "that never was one does not open: %s",
    (text) => {
      expect(vault.open(text, "p")).toEqual({ unreadable: "damaged" });
    },
  );

  it("opens with an older key, and new ones use the first", () => {
    const before = vaultOf(OLD).seal("secret", "p");
    expect(vault.open(before, "p")).toEqual({ text: "secret" });
    const after = vault.seal("secret", "p");
    expect(vaultOf(OLD).open(after, "p")).toEqual({ unreadable: "unknown key" });
    expect(vaultOf(NEW).open(after, "p")).toEqual({ text: "secret" });
  });
});

describe("the setting tokenKeys", () => {
  const read = (tokenKeys: string) =>
    readSettings({ args: [], env: { REKINDLE_TOKEN_KEYS: tokenKeys } }) as { tokenKeys: string };

  it.each([
    ["one key", OLD],
    ["two keys", `${OLD},${NEW}`],
    ["keys with spaces", ` ${OLD} , ${NEW} `],
    ["none", ""],
  ])("accepts %s", (_, keys) => {
    expect(read(keys).tokenKeys).toBe(keys);
    if (keys !== "") expect(keysOf(keys)[0]).toEqual(Buffer.from(OLD, "base64"));
  });

  it.each([
    ["a short key", Buffer.alloc(31).toString("base64")],
    ["a long key", Buffer.alloc(33).toString("base64")],
    ["text", "correct horse battery staple"],
    ["an empty entry", `${OLD},`],
    ["a bad second key", `${OLD},hidden`],
  ])("refuses %s, names itself, and does not quote it", (_, keys) => {
    for (const attempt of [() => read(keys), () => keysOf(keys)]) {
      let error: unknown;
      try {
        attempt();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(SettingsError);
      const { message } = error as Error;
      expect(message).toMatch(/TOKEN_KEYS|tokenKeys/);
      for (const part of keys.split(",").filter((each) => each !== "")) expect(message).not.toContain(part);
    }
  });
});

describe("the key file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "rekindle-key-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is created once, readable for the server's user alone, and read afterwards", async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => keyInFolder(folder)));
    for (const key of all) expect(key).toEqual(all[0]);
    expect(await keyInFolder(folder)).toEqual(all[0]);
    expect(await readdir(folder)).toEqual(["token-key"]);
    expect((await stat(join(folder, "token-key"))).mode & 0o777).toBe(0o600);
    expect(keyFrom(await readFile(join(folder, "token-key"), "utf8"))).toEqual(all[0]);
  });

  it("that holds no key is an error and stays as it is", async () => {
    for (const content of ["", "not a key\n"]) {
      await writeFile(join(folder, "token-key"), content);
      await expect(keyInFolder(folder)).rejects.toThrow(KeyFileDamaged);
      expect(await readFile(join(folder, "token-key"), "utf8")).toBe(content);
    }
  });

  it("cannot be created in a missing folder", async () => {
    await expect(keyInFolder(join(folder, "missing"))).rejects.toThrow("ENOENT");
  });
});
