import { readFileSync } from "node:fs";
import { Session } from "node:inspector";
import vm from "node:vm";
import { builtSandbox } from "../../src/cloudcode/built-sandbox.ts";

/**
 * Asks V8's heap for every object of a fresh context, then makes a realm of it and prints the objects that the realm
 * neither froze nor compares after each run. A new V8 that brings a hidden built-in shows here. A program of its own,
 * with one context only; the sandbox's own library has no working inspector.
 */
const context = vm.createContext(vm.constants.DONT_CONTEXTIFY);
const session = new Session();
session.connect();
const post = (method: string, params: object = {}): Promise<Record<string, { [member: string]: string }>> =>
  new Promise((resolve, reject) => {
    session.post(method, params, (error, result) => (error ? reject(error) : resolve(result as never)));
  });

let contextId = 0;
session.on("Runtime.executionContextCreated", (event) => {
  if (event.params.context.name.startsWith("VM")) contextId = event.params.context.id;
});
await post("Runtime.enable");

const prototype = await post("Runtime.evaluate", { expression: "Object.prototype", contextId });
const found = await post("Runtime.queryObjects", { prototypeObjectId: prototype["result"]!["objectId"] });
const objectId = found["objects"]!["objectId"];
await post("Runtime.callFunctionOn", {
  objectId,
  functionDeclaration: `function () {
    globalThis.heap = this;
    globalThis.removed = ["Atomics", "SharedArrayBuffer", "WebAssembly", "FinalizationRegistry", "WeakRef", "console", "Temporal"]
      .map((name) => globalThis[name]);
  }`,
});
const take = vm.runInContext(
  "({ heap, removed, global: globalThis, cleared: [delete globalThis.heap, delete globalThis.removed] })",
  context,
);

const { boot, guards } = vm.runInContext(readFileSync(builtSandbox().realm, "utf8"), context) as {
  boot(limits: object, modules: { applySync(): string }, host: null): void;
  guards(object: object): boolean;
};
boot({ logLines: 10, logChars: 1_000, resultChars: 1_000 }, { applySync: () => "" }, null);

const reachable = new Set<unknown>();
const visit = (value: unknown): void => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || reachable.has(value)) return;
  reachable.add(value);
  for (const key of Reflect.ownKeys(value)) {
    const property = Reflect.getOwnPropertyDescriptor(value, key);
    for (const part of [property?.value, property?.get, property?.set]) visit(part);
  }
};
const { heap, removed } = take as { heap: object[]; removed: object[] };
for (const value of removed) visit(value);
const unguarded: string[] = [];
for (const object of heap) {
  if (Object.isFrozen(object) || guards(object) || reachable.has(object)) continue;
  const name = typeof object === "function" ? object.name : Reflect.ownKeys(object).map(String).slice(0, 3).join();
  unguarded.push(`${typeof object} ${name}`.trim());
}
process.stdout.write(JSON.stringify({ objects: heap.length, unguarded: [...new Set(unguarded)].sort() }));
process.exit();
