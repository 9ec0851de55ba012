import type { TProperties } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { describe, expect, test } from "vitest";
import { publishers } from "../../src/publishers/index.ts";
import { SettingsSchema } from "../../src/settings-schema.ts";

const schemas = publishers.flatMap(({ settings }) => Object.entries(settings as TProperties));

test("settings collide with none, and secrets are marked", () => {
  const names = schemas.map(([name]) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  // A setting of the same name elsewhere would replace the schema.
  const properties: TProperties = SettingsSchema.properties;
  for (const [name, schema] of schemas) expect(properties[name], name).toBe(schema);
  for (const [name, schema] of schemas) expect(schema["secret"] ?? false, name).toBe(/(Secret|Token)$/.test(name));
});

describe("a setting with a URL", () => {
  const urls = schemas.filter(([name]) => name.endsWith("Url"));

  test.each([
    { url: "https://graph.example/v1.0", fits: true },
    { url: "http://127.0.0.1:8080/v4", fits: true },
    { url: "http://localhost", fits: true },
    { url: "http://[::1]:9/x", fits: true },
    { url: "", fits: false },
    { url: "http://graph.example/v1.0", fits: false },
    { url: "http://127.0.0.1.evil.example/", fits: false },
    { url: "http://localhost.evil.example/", fits: false },
    { url: "http://localhost@evil.example/", fits: false },
    { url: "https://user:password@graph.example/", fits: false },
    { url: "https://graph.example/?a=b", fits: false },
    { url: "https://graph.example/#a", fits: false },
    { url: "ftp://graph.example/", fits: false },
    { url: "https://graph.example/a b", fits: false },
  ])("$url: $fits", ({ url, fits }) => {
    expect(urls.length).toBeGreaterThan(20);
    for (const [name, schema] of urls) expect(Value.Check(schema, url), name).toBe(fits);
  });
});
