import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { TObject, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { describe, expect, it } from "vitest";
import { providers } from "../../src/providers/index.ts";
import type { AnyProvider } from "../../src/providers/provider.ts";
import type { AnyRequest } from "../../src/requests/definition.ts";
import { requests } from "../../src/requests/index.ts";
import { coerce } from "../../src/server/coerce.ts";
import { problemOf } from "../support/answers.ts";

/**
 * A request has four places: its file, its line in the category's index, its test, and a worked example. A request that
 * connects an external account comes with its provider, and is tested with all others of its kind.
 */
const root = new URL("../../", import.meta.url);
const folders = readdirSync(new URL("src/requests/", root), { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);

/** SocialDisconnectRequest → social-disconnect */
function fileName(request: AnyRequest): string {
  return request.name
    .replace(/Request$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();
}

const CONNECT_TESTS = "requests/authentication/connect-requests.test.ts";

/** GameCenter → providers/game-center */
function providerPlace({ name }: AnyProvider): string {
  return `providers/${name.replaceAll(" ", "-").toLowerCase()}`;
}

describe.each([...requests.values()])("$name", (request) => {
  const provider = providers.find(({ requests }) => requests.includes(request.name));
  const place = `requests/${request.category}/${fileName(request)}`;
  const tests = provider
    ? [`test/${CONNECT_TESTS}`, `test/${providerPlace(provider)}.test.ts`]
    : [`test/${place}.test.ts`];

  it("has its file and its test at the mirrored path", () => {
    for (const file of [`src/${provider ? providerPlace(provider) : place}.ts`, ...tests])
      expect(existsSync(new URL(file, root)), file).toBe(true);
  });

  it("has a worked example of its own classes", () => {
    expect(request.examples.length).toBeGreaterThan(0);
    for (const example of request.examples) {
      expect(example.request["@class"]).toBe(`.${request.name}`);
      expect(example.response["@class"]).toBe(`.${request.responseName}`);
      expect(problemOf(example.response)).toBeUndefined();
      const sent = coerce(request.fields, example.request);
      expect([...Value.Errors(request.fields, sent)].map(({ path, message }) => `${path}: ${message}`)).toEqual([]);
    }
  });

  it("says a sentence about every field and every refusal", () => {
    const silent = [...undescribed(request.fields), ...undescribed(request.response)];
    expect(silent).toEqual([]);
    for (const { meaning, cure } of request.errors)
      expect([meaning, cure]).toEqual(Array(2).fill(expect.stringMatching(/\.$/)));
  });

  it("tests every refusal that it documents", () => {
    const texts = tests.map((file) => readFileSync(new URL(file, root), "utf8")).join();
    // The table of connect requests refuses by the keys that each provider names.
    const known = [provider?.key, provider?.notConfigured?.key, provider?.notConfigured?.value];
    const isTested = (text: string) => known.includes(text) || texts.includes(text);
    const untested = request.errors.filter(({ key, value }) => !isTested(key) || !isTested(value));
    expect(untested.map(({ key, value }) => `${key}: ${value}`)).toEqual([]);
  });
});

it("finds every request file in the index", () => {
  const written = folders.flatMap((folder) =>
    readdirSync(new URL(`src/requests/${folder.name}/`, root))
      .map((file) => `src/requests/${folder.name}/${file}`)
      .filter((file) => /^export const \w+ = define\w+\(\{/m.test(readFileSync(new URL(file, root), "utf8"))),
  );
  const own = [...requests.values()].filter(({ name }) => !providers.some((one) => one.requests.includes(name)));
  const indexed = own.map((r) => `src/requests/${r.category}/${fileName(r)}.ts`);
  expect(written.sort()).toEqual(indexed.sort());
});

it("finds every provider's file in the list of providers", () => {
  const written = readdirSync(new URL("src/providers/", root)).filter((file) =>
    / = defineProvider\(\{/.test(readFileSync(new URL(`src/providers/${file}`, root), "utf8")),
  );
  expect(written.map((file) => `providers/${file}`).sort()).toEqual(
    providers.map((provider) => `${providerPlace(provider)}.ts`).sort(),
  );
});

function undescribed(schema: TObject): string[] {
  return Object.entries(schema.properties as Record<string, TSchema>)
    .filter(([, field]) => !field.description?.endsWith("."))
    .map(([name]) => name);
}
