import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { apis } from "../../src/apis/index.ts";
import { arrangements } from "./arrangements.ts";

/** Where the parts of a route belong (CONTRIBUTING.md, "Adding a route to an HTTP API"). */
const filesIn = (folder: string) => {
  const path = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
  return readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => `${path}${name}`);
};
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe.each(apis)("the $name API", (api) => {
  const sources = filesIn(`src/apis/${api.name}`);
  const tests = filesIn(`test/apis/${api.name}`).filter((name) => name.endsWith(".test.ts"));
  const tested = tests.map((name) => readFileSync(name, "utf8")).join("\n");
  const at = new Set(
    api.routes.flatMap((route) => [route, ...(route.aliases ?? [])].map((one) => `${one.method} ${one.path}`)),
  );

  it("documents its errors, and their envelope", () => {
    expect(api.errors?.length).toBeGreaterThan(5);
    expect(api.errorSchema).toBeDefined();
  });

  it("has no two routes of one name or at one place", () => {
    expect(new Set(api.routes.map(({ name }) => name)).size).toBe(api.routes.length);
    expect(at.size).toBe(api.routes.reduce((sum, { aliases = [] }) => sum + 1 + aliases.length, 0));
  });

  describe.each(api.routes)("$name", (route) => {
    it("has a file of its own", () => {
      expect(sources.filter((name) => name.endsWith(`/${kebab(route.name)}.ts`))).toHaveLength(1);
    });

    it("has a summary in whole sentences, and a description of each parameter and member", () => {
      expect(route.summary).toMatch(/^[A-Z].*\.$/s);
      const fields = [route.params, route.query, route.body].flatMap(({ properties = {} }) =>
        Object.entries(properties),
      );
      expect(
        fields.filter(([, field]) => !(field as { description?: string }).description).map(([name]) => name),
      ).toEqual([]);
    });

    it("declares each parameter of its path", () => {
      const named = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
      expect(named.filter((name) => !Object.hasOwn(route.params.properties, name!))).toEqual([]);
    });

    it("has a schema of its response", () => {
      expect(Object.keys(route.response["properties"] ?? route.response["anyOf"] ?? {})).not.toEqual([]);
    });

    it("says in a sentence when it refuses", () => {
      expect(route.errors.filter(({ meaning, status }) => !/^[A-Z].*\.$/s.test(meaning) || status < 400)).toEqual([]);
    });

    it("has an example that succeeds, and a row with what its examples rely on", () => {
      expect(route.examples.filter(({ status }) => status < 400).length).toBeGreaterThan(0);
      expect(arrangements[api.name]).toHaveProperty(route.name);
    });

    it("has a test, which names it", () => {
      expect(tested).toMatch(new RegExp(`\\b${route.name}\\b`));
    });
  });
});
