import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { expect, test } from "vitest";
import { bundle } from "../../src/cloudcode/bundle.ts";

/** The bundle of `entry.ts` among these files. */
async function bundleOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-bundle-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return bundle(pathToFileURL(join(folder, "entry.ts")));
}

const evaluate = (text: string): Record<string, unknown> => vm.runInThisContext(text)((name: string) => ({ name }));

test("stands for a module and what it imports, each evaluated once", async () => {
  const text = await bundleOf({
    "entry.ts": `
import whole from "package";
import { name as named } from "node:other";
import { count, type Kind } from "./count.ts";
import { down,
  up as upwards,
} from "./numbers.ts";
import type { Nothing } from "./not-there.ts";
export { own as given, upwards };
const own: Kind = "own" + count; // the last comment
export class Thing { type: Kind = "a"; }
export async function later(): Promise<number> { return down(3); }
export const { first, second: other } = { first: 1, second: 2 };
export const packages = [(whole as { name: string }).name, named];
export const isStrict = (function (this: unknown) { return this === undefined; })();`,
    "numbers.ts":
      'import { count } from "./count.ts";\nexport function down(n: number) { return n - count; }\nexport const up = 5;',
    "count.ts":
      "export type Kind = string;\nexport const count = (globalThis.counted ??= { times: 0 }, ++globalThis.counted.times);",
  });
  const { Thing, later, ...others } = evaluate(text);
  expect(others).toEqual({
    given: "own1",
    upwards: 5,
    first: 1,
    other: 2,
    packages: ["package", "node:other"],
    isStrict: true,
  });
  expect(new (Thing as new () => object)()).toEqual({ type: "a" });
  expect(await (later as () => Promise<number>)()).toBe(2);
});

test.for([
  ["a default export", "export default 1;", /entry\.ts: "export default 1;" cannot be bundled/],
  ["a binding that may change", "export let a = 1;", /"export let a = 1;" cannot be bundled/],
  ["everything of another", 'export * from "./other.ts";', /cannot be bundled/],
  ["a namespace", 'import * as other from "./other.ts";', /cannot be bundled/],
  ["a name that is not exported", 'import { b } from "./other.ts";', /entry\.ts: \.\/other\.ts exports no b/],
  ["the default of one that has none", 'import b from "./other.ts";', /exports no b/],
  ["a cycle", `import { a } from "./back.ts";\nexport const b = a;`, /imports itself by way of others/],
  ["a module that is not there", 'import { a } from "./missing.ts";', /missing\.ts/],
] as const)("refuses %s", async ([, entry, message]) => {
  const files = {
    "entry.ts": entry,
    "other.ts": "export const a = 1;",
    "back.ts": 'import { b } from "./entry.ts";\nexport const a = 1;',
  };
  await expect(bundleOf(files)).rejects.toThrow(message);
});
