import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import type ivm from "isolated-vm";

/** `.ts` where the server runs from its sources, `.js` in the published package. */
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const ENTRY = new URL(`../realm/entry${EXTENSION}`, import.meta.url).href;

const sources = new Map<string, string>();

/**
 * Evaluates a realm's code in `context` and hands its entry's exports to `use`. Compiled once per realm, since V8 ties a
 * module to one context, and by the isolate's own thread. The handles of the modules are let go at once: each keeps its
 * whole realm in memory.
 */
export async function evaluateRealm<T>(
  isolate: ivm.Isolate,
  context: ivm.Context,
  use: (exports: ivm.Reference<Record<string, unknown>>) => Promise<T>,
): Promise<T> {
  const compiled = new Map<string, Promise<ivm.Module>>();
  const addresses = new Map<ivm.Module, string>();
  const load = (address: string): Promise<ivm.Module> => {
    let module = compiled.get(address);
    if (!module) {
      module = isolate.compileModule(sourceOf(address), { filename: nameOf(address) });
      compiled.set(address, module);
    }
    return module;
  };
  const known = async (address: string): Promise<ivm.Module> => {
    const module = await load(address);
    addresses.set(module, address);
    return module;
  };
  const entry = await known(ENTRY);
  await entry.instantiate(context, (specifier, referrer) => known(new URL(specifier, addresses.get(referrer)).href));
  await entry.evaluate();
  const exports = entry.namespace;
  const used = await use(exports);
  exports.release();
  for (const module of compiled.values()) (await module).release();
  return used;
}

function sourceOf(address: string): string {
  let source = sources.get(address);
  if (source === undefined) {
    source = readFileSync(new URL(address), "utf8");
    if (EXTENSION === ".ts") source = stripTypeScriptTypes(source);
    sources.set(address, source);
  }
  return source;
}

/** How frames of the sandbox's own code are named in stack traces: nothing of this machine's folders. */
function nameOf(address: string): string {
  return `rekindle:${address.slice(address.lastIndexOf("/") + 1)}`;
}
