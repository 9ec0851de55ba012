import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { referencePages } from "../tools/reference.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const decisions = readdirSync(new URL("docs/decisions/", root)).map((file) => `docs/decisions/${file}`);
const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md", "examples/starter/README.md"];
for (const file of readdirSync(new URL("docs/", root), { recursive: true }) as string[]) {
  if (file.endsWith(".md")) pages.push(`docs/${file}`);
}

/** The anchors that GitHub gives to a page's headings. */
function anchors(page: URL): string[] {
  const headings = [...readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("documentation", () => {
  it.each([...referencePages().keys()])("%s is what the definitions say; `npm run docs` writes it", (path) => {
    expect(read(path)).toBe(referencePages().get(path));
  });

  it.each(pages)("%s names only files that exist", (page) => {
    const named = [...read(page).matchAll(/`((?:src|test|docs|bench|examples|tools)\/[\w./-]*)`/g)].map(
      ([, path]) => path!,
    );
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, path]) => new URL(path!, new URL(page, root)),
    );
    const missing = [...named.map((path) => new URL(path, root)), ...links].filter((url) => !existsSync(url));
    expect(missing.map(String)).toEqual([]);
  });

  it.each(pages)("%s links to headings that exist", (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)];
    const broken = links.filter(([, path, anchor]) => {
      const target = new URL(path || page.split("/").at(-1)!, new URL(page, root));
      return !anchors(target).includes(anchor!);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it.each(decisions)("%s is two screens at most", (page) => {
    expect(read(page).split("\n").length).toBeLessThanOrEqual(81);
  });

  it("every page is listed in docs/README.md", () => {
    const listed = [...read("docs/README.md").matchAll(/\]\(([^)#]+)\)/g)].map(
      ([, path]) => new URL(path!, new URL("docs/README.md", root)).href,
    );
    const unlisted = pages.filter((page) => !listed.includes(new URL(page, root).href));
    expect(unlisted).toEqual(["docs/README.md"]);
  });

  it("README's commands are scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const called = [...read("README.md").matchAll(/npm (?:run )?(start|test|[\w:]+)\b/g)].map(([, name]) => name!);
    const ofNpm = ["ci", "install", "pack", "run"];
    expect(called.filter((name) => !ofNpm.includes(name) && !(name in scripts))).toEqual([]);
  });
});
