import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import type ivm from "isolated-vm";

/** `.ts` where the server runs from its sources, `.js` in the published package. */
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const ENTRY = new URL(`../realm/entry${EXTENSION}`, import.meta.url).href;

const sources = new Map<string, string>();

/**
 * Evaluates a realm's code in `context` and hands its entry's exports to `use`. Compiled once per realm, since V8 ties a
 * module to one context. The handles of the modules are let go at once: each keeps its whole realm in memory.
 */
export function evaluateRealm<T>(
  isolate: ivm.Isolate,
  context: ivm.Context,
  use: (exports: ivm.Reference<Record<string, unknown>>) => T,
): T {
  const compiled = new Map<string, ivm.Module>();
  const addresses = new Map<ivm.Module, string>();
  const load = (address: string): ivm.Module => {
    const known = compiled.get(address);
    if (known) return known;
    const module = isolate.compileModuleSync(sourceOf(address), { filename: nameOf(address) });
    compiled.set(address, module);
    addresses.set(module, address);
    return module;
  };
  const entry = load(ENTRY);
  entry.instantiateSync(context, (specifier, referrer) => load(new URL(specifier, addresses.get(referrer)).href));
  entry.evaluateSync();
  const exports = entry.namespace;
  const used = use(exports);
  exports.release();
  for (const module of compiled.values()) module.release();
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
