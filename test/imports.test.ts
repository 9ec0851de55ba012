import { existsSync, readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";
import { expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

/** From above to below. A file imports from its own line and from those below it; folders of one line leave each other alone. */
const LAYERS: readonly (readonly string[])[] = [
  ["main.ts"],
  ["cli", "testing"],
  ["app.ts"],
  ["services.ts"],
  ["settings.ts"],
  ["settings-schema.ts"],
  ["server"],
  ["apis"],
  ["requests", "cloudcode"],
  ["domains"],
  ["kernel"],
  ["jobs"],
  ["game"],
  ["providers", "publishers"],
  ["outgoing", "xml"],
  ["store", "cluster", "queues"],
];
/** Folders of helpers that the table does not name would be missed. */
const levels = new Map(LAYERS.flatMap((names, level) => names.map((name) => [name, level] as const)));

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
const roomOf = (file: string) => file.split("/")[0]!;
const domainOf = (file: string) => /^domains\/([^/]+)\//.exec(file)?.[1];

interface Import {
  from: string;
  to: string;
}

/** Every import of another file of the project, those of types included. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), "utf8");
  const specifiers = [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)";/gms)].map((found) => found[1]!);
  return [...specifiers, ...dynamic(text)].map((to) => ({ from: file, to: normalize(join(dirname(file), to)) }));
}

/** `import("./x.ts")`, of which the parser knows better than a pattern that it is no comment. */
function dynamic(text: string): string[] {
  if (!text.includes("import(")) return [];
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { type, source } = node as { type?: string; source?: { value?: unknown } };
    if (type === "ImportExpression" && typeof source?.value === "string" && source.value.startsWith(".")) {
      found.push(source.value);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parse(stripTypeScriptTypes(text), { ecmaVersion: "latest", sourceType: "module" }));
  return found;
}

const imports = files.flatMap(importsOf);
const shown = ({ from, to }: Import) => `${from} imports ${to}`;

it("imports name files that exist", () => {
  expect(imports.length).toBeGreaterThan(1_000);
  expect(imports.filter(({ to }) => !existsSync(join(SRC, to))).map(shown)).toEqual([]);
});

it("every folder of src has its place in the table of layers", () => {
  const folders = files.filter((file) => file.includes("/")).map(roomOf);
  expect([...new Set(folders)].filter((room) => !levels.has(room))).toEqual([]);
});

it("imports point one way: to the own layer or to those below", () => {
  const wrong = imports.filter(({ from, to }) => {
    const [above, below] = [levels.get(roomOf(from)), levels.get(roomOf(to))];
    if (below === undefined) return false;
    if (above === undefined) return true;
    return above > below || (above === below && roomOf(from) !== roomOf(to));
  });
  expect(wrong.map(shown)).toEqual([]);
});

it("a domain is imported by its index.ts alone", () => {
  const past = imports.filter(({ from, to }) => {
    const domain = domainOf(to);
    if (domain === undefined || domain === domainOf(from)) return false;
    return relative(`domains/${domain}`, to) !== "index.ts";
  });
  expect(past.map(shown)).toEqual([]);
});
