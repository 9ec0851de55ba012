import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { referencePages } from "../tools/reference.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/compatibility.md", "examples/starter/README.md"];
for (const folder of ["docs/decisions/", "docs/guides/", "docs/reference/"]) {
  for (const file of readdirSync(new URL(folder, root))) pages.push(folder + file);
}

describe("the docs", () => {
  it.each([...referencePages().keys()])("%s is what the definitions say; `npm run docs` writes it", (path) => {
    expect(read(path)).toBe(referencePages().get(path));
  });

  it.each(pages)("%s names only files that are there", (page) => {
    const named = [...read(page).matchAll(/`((?:src|test|docs|bench|examples|tools)\/[\w./-]*)`/g)].map(
      ([, path]) => path!,
    );
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, path]) => new URL(path!, new URL(page, root)),
    );
    const missing = [...named.map((path) => new URL(path, root)), ...links].filter((url) => !existsSync(url));
    expect(missing.map(String)).toEqual([]);
  });

  it("README's commands are scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const called = [...read("README.md").matchAll(/npm (?:run )?(start|test|[\w:]+)\b/g)].map(([, name]) => name!);
    const ofNpm = ["ci", "install", "pack", "run"];
    expect(called.filter((name) => !ofNpm.includes(name) && !(name in scripts))).toEqual([]);
  });
});
