import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { messages } from "../../../src/domains/index.ts";

const root = new URL("../../../", import.meta.url);

/** ScriptMessage → script-message */
const fileName = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();

describe.each([...messages.values()])("$name", ({ name, description, fields, example }) => {
  it("has its file, a sentence for itself and each field, and an example", () => {
    expect(existsSync(new URL(`src/messages/${fileName(name)}.ts`, root))).toBe(true);
    expect(description).toMatch(/\.$/);
    for (const field of Object.values(fields.properties)) expect(field.description).toMatch(/\.$/);
    expect(example["@class"]).toBe(`.${name}`);
    for (const field of fields.required ?? []) expect(example).toHaveProperty(field);
  });
});
