import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestCloudCode, withScripts } from "./support.ts";
import { LEAVES, TRACES } from "./traces.ts";

/**
 * What V8 14.6 keeps in a context for itself: constructors that no property leads to (of iterators, of WebAssembly's
 * modules), copies of functions that it compares with, the object behind the global object. 335,000 calls of all
 * built-ins with all kinds of values returned none of them. A name that is new here needs the same look.
 */
const UNREACHABLE = [
  "function",
  ...["AbstractModuleSource", "Arguments", "Array Iterator", "MapIterator", "Module", "RegExpStringIterator"],
  ...["Segment Iterator", "Segments", "SetIterator", "StringIterator", "WebAssembly"],
  ...["arrayBufferConstructor_DoNotInitialize", "console", "customSections", "exports", "get [Symbol.toStringTag]"],
  ...["getContinuationPreservedEmbedderData", "imports", "isTraceCategoryEnabled", "next", "return"],
  ...["setContinuationPreservedEmbedderData", "throw", "trace"],
]
  .map((name) => (name === "function" ? name : `function ${name}`))
  .concat([
    "object",
    "object Object,Function,Array",
    "object constructor",
    "object constructor,Symbol(Symbol.toStringTag)",
    "object next,return,throw",
  ]);

let hosts: TestCloudCode;
beforeAll(async () => {
  const sources: Record<string, string> = { "modules/LEAVES": LEAVES };
  for (const [index, [, leave, find]] of TRACES.entries()) {
    sources[`leave${index}`] = leave;
    sources[`find${index}`] = `Spark.setScriptData("found", ${find});`;
  }
  hosts = await withScripts(sources, { lanes: 1 });
});
afterAll(() => hosts.cloudCode.close());

test.for(TRACES.map(([what], index) => [what, index] as const))(
  "a later run sees no trace of %s",
  async ([, index]) => {
    // A realm that is still being put back has another one beside it for a while: with three rounds one meets its own trace.
    for (let round = 0; round < 3; round++) {
      await hosts.run(`leave${index}`);
      const { scriptData, failure } = await hosts.run(`find${index}`);
      expect(failure).toBeUndefined();
      expect(scriptData).toEqual({ found: "undefined" });
    }
  },
);

test("every built-in of the engine is frozen, compared or unreachable for scripts", async () => {
  const program = fileURLToPath(new URL("heap.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", program]);
  const { objects, unguarded } = JSON.parse(stdout) as { objects: number; unguarded: string[] };
  expect(objects).toBeGreaterThan(800);
  expect(unguarded).toEqual(UNREACHABLE);
});
