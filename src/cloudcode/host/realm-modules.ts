import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import type ivm from "isolated-vm";

/** `.ts` where the server runs from its sources, `.js` in the published package. */
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const ENTRY = new URL(`../realm/entry${EXTENSION}`, import.meta.url).href;

const sources = new Map<string, string>();

/** A realm's code as modules of `isolate`: compiled once per realm, since V8 ties a module to one context. */
export function compileRealm(isolate: ivm.Isolate, context: ivm.Context): ivm.Module {
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
  return entry;
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
