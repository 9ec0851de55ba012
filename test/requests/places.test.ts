import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { TObject, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { describe, expect, it } from "vitest";
import type { AnyRequest } from "../../src/requests/definition.ts";
import { requests } from "../../src/requests/index.ts";
import { coerce } from "../../src/server/coerce.ts";
import { problemOf } from "../support/answers.ts";

/** A request has four places: its file, its line in the category's index, its test, and a worked example. */
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

describe.each([...requests.values()])("$name", (request) => {
  const place = `${request.category}/${fileName(request)}`;

  it("has its file and its test at the mirrored path", () => {
    expect(existsSync(new URL(`src/requests/${place}.ts`, root)), `src/requests/${place}.ts`).toBe(true);
    expect(existsSync(new URL(`test/requests/${place}.test.ts`, root)), `test/requests/${place}.test.ts`).toBe(true);
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
    const tests = readFileSync(new URL(`test/requests/${place}.test.ts`, root), "utf8");
    const untested = request.errors.filter(({ key, value }) => !tests.includes(key) || !tests.includes(value));
    expect(untested.map(({ key, value }) => `${key}: ${value}`)).toEqual([]);
  });
});

it("finds every request file in the index", () => {
  const written = folders.flatMap((folder) =>
    readdirSync(new URL(`src/requests/${folder.name}/`, root))
      .map((file) => `src/requests/${folder.name}/${file}`)
      .filter((file) => /^export const \w+ = define\w+\(\{/m.test(readFileSync(new URL(file, root), "utf8"))),
  );
  const indexed = [...requests.values()].map((r) => `src/requests/${r.category}/${fileName(r)}.ts`);
  expect(written.sort()).toEqual(indexed.sort());
});

function undescribed(schema: TObject): string[] {
  return Object.entries(schema.properties as Record<string, TSchema>)
    .filter(([, field]) => !field.description?.endsWith("."))
    .map(([name]) => name);
}
