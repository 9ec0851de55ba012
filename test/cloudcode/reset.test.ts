import { readFileSync } from "node:fs";
import ivm from "isolated-vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtSandbox } from "../../src/cloudcode/built-sandbox.ts";
import { RealmCode } from "../../src/cloudcode/host/realm-code.ts";

/** What a script may leave that would call its code when the realm is put back, which no time limit would end. */
const TRAPS: [what: string, script: string][] = [
  [
    "a proxy under the global object",
    "Object.setPrototypeOf(globalThis, new Proxy({}, { ownKeys: again, getPrototypeOf: again, has: again }));",
  ],
  [
    "a proxy under the global object, and a global to delete",
    "globalThis.left = 1; globalThis.__proto__ = new Proxy({}, { deleteProperty: again, ownKeys: again });",
  ],
  ["a getter and a setter instead of a built-in", "Object.defineProperty(Math, 'max', { get: again, set: again });"],
  ["a getter among the globals", "Object.defineProperty(globalThis, 'left', { get: again, enumerable: true });"],
  [
    "a getter that descriptors inherit",
    "Object.defineProperty(Object.prototype, 'value', { get: again, set: again });",
  ],
];

type Argument = string | number | null | ivm.Copy<object>;

const code = new RealmCode(readFileSync(builtSandbox().realm, "utf8"));
let isolate: ivm.Isolate;
beforeAll(() => {
  isolate = new ivm.Isolate({ memoryLimit: 32 });
});
afterAll(() => isolate.dispose());

test.for(TRAPS)("no script code runs while a realm is restored: %s", ([, script]) => {
  const context = isolate.createContextSync();
  const exports = code.evaluate(isolate, context);
  const call = (name: string, ...args: Argument[]) =>
    (exports.getSync(name, { reference: true }) as ivm.Reference<(...args: Argument[]) => unknown>).applySync(
      undefined,
      args,
      { timeout: 10_000 },
    );
  const limits = { logLines: 10, logChars: 1_000, resultChars: 1_000 };
  call("boot", new ivm.ExternalCopy(limits).copyInto(), null, null);
  call("addScript", 1, 1, "trap.js", `(function () { function again() { for (;;); } ${script} })();`);
  const input = {
    data: {},
    player: null,
    stage: "live",
    apiKey: "",
    timeoutMs: 1_000,
    scriptData: {},
    scriptErrors: {},
  };
  call("start", 1, JSON.stringify(input));
  const [, isClean, output = ""] = /^([01])(.*)$/s.exec(String(call("finish"))) ?? [];
  expect(isClean).toBeDefined();
  expect(JSON.parse(output)).toMatchObject({ failure: null });
});
