import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { serverSettings } from "../../src/config.ts";
import { domains, messages } from "../../src/domains/index.ts";

const root = new URL("../../src/domains/", import.meta.url);
const folders = readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const repeated = (names: string[]) => names.filter((name, at) => names.indexOf(name) !== at);

describe("the list of domains", () => {
  it("contains exactly the folders of src/domains", () => {
    expect(domains.map(({ name }) => name).sort()).toEqual(folders.sort());
  });

  it.each([
    ["setting", [serverSettings, ...domains.map(({ settings }) => settings)].flatMap((each) => Object.keys(each))],
    ["collection", domains.flatMap(({ collections }) => collections.map(({ name }) => name))],
    ["call of scripts", domains.flatMap(({ calls }) => Object.keys(calls))],
    ["class of messages", domains.flatMap((domain) => domain.messages.map(({ name }) => name))],
    ["service", domains.flatMap(({ service }) => (service ? [service.class.name] : []))],
  ])("has each %s once", (_, names) => {
    expect(names.length).toBeGreaterThan(0);
    expect(repeated(names)).toEqual([]);
  });
});

/** ScriptMessage → script-message */
const fileName = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();

describe.each([...messages.values()])("$name", ({ name, description, fields, example }) => {
  it("has a file in its domain, a description of itself and each field, and an example", () => {
    const { name: domain } = domains.find((each) => each.messages.some((message) => message.name === name))!;
    const places = [`${domain}/${fileName(name)}.ts`, `${domain}/messages/${fileName(name)}.ts`];
    expect(places.filter((place) => existsSync(new URL(place, root)))).toHaveLength(1);
    expect(description).toMatch(/\.$/);
    for (const field of Object.values(fields.properties)) expect(field.description).toMatch(/\.$/);
    expect(example["@class"]).toBe(`.${name}`);
    for (const field of fields.required ?? []) expect(example).toHaveProperty(field);
  });
});
