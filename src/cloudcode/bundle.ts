import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { stripTypes } from "../strip-types.ts";

const IMPORT = /^import\s+(?:(\w+)|\{([^}]*)\})\s+from\s+"([^"]+)";$/gm;
const EXPORT = /^export (?:((?:async )?function\b\*? ?|class |const )(?:(\w+)|\{([^}]*)\})|\{([^}]*)\};$)/gm;

interface Bundled {
  /** The constant that holds its exports. */
  name: string;
  exports: Map<string, string>;
}

/**
 * The text of one function that stands for a module of this server and all that it imports, and returns its exports. V8
 * takes half as long for it as for seventy modules, and what it compiled can be kept. It is without types, so that whoever
 * runs it needs no TypeScript. The function's argument is a `require` for packages.
 *
 * For modules as this server's are: named exports that are never assigned again, one to a declaration, and no cycles.
 * Refuses others by an Error. Lines in it are not those of the files.
 */
export function bundle(entry: URL, texts: ReadonlyMap<string, string> = new Map()): string {
  const modules = new Map<string, Bundled>();
  const parts: string[] = [];
  const underWay = new Set<string>();

  const add = (address: string): Bundled => {
    const known = modules.get(address);
    if (known) return known;
    if (underWay.has(address)) throw new Error(`${address} imports itself by way of others`);
    underWay.add(address);
    const { text, exports } = moduleText(address, texts.get(address) ?? sourceOf(address), add);
    const bundled = { name: `$module${modules.size}`, exports };
    modules.set(address, bundled);
    const members = [...exports].map(([as, own]) => `${as}: ${own}`).join(", ");
    parts.push(`const ${bundled.name} = (function () {\n${text}\nreturn { ${members} };\n})();\n`);
    return bundled;
  };
  const { name } = add(entry.href);
  return `(function (require) {\n"use strict";\n${parts.join("")}return ${name};\n})`;
}

/** A module's text with other modules' exports as constants, and its own exports: the names that it has for them. */
function moduleText(
  address: string,
  source: string,
  add: (address: string) => Bundled,
): { text: string; exports: Map<string, string> } {
  const exports = new Map<string, string>();
  const imported = (_all: string, whole: string | undefined, names: string | undefined, from: string): string => {
    const wanted = pairs(names ?? "", / as /);
    const constants = whole ?? `{ ${wanted.map((pair) => pair.join(": ")).join(", ")} }`;
    if (!from.startsWith(".")) return `const ${constants} = require(${JSON.stringify(from)});`;
    const other = add(new URL(from, address).href);
    const missing = whole ?? wanted.find(([name]) => !other.exports.has(name))?.[0];
    if (missing !== undefined) throw new Error(`${address}: ${from} exports no ${missing}`);
    return `const ${constants} = ${other.name};`;
  };
  const exporting = (_all: string, kind: string | undefined, name: string, members: string, list: string): string => {
    if (kind === undefined) {
      for (const [own, as] of pairs(list, / as /)) exports.set(as, own);
      return "";
    }
    for (const [, own] of name === undefined ? pairs(members, /: /) : [[name, name] as const]) exports.set(own, own);
    return `${kind}${name ?? `{${members}}`}`;
  };
  const text = source.replace(IMPORT, imported).replace(EXPORT, exporting);
  const unknown = /^(?:import|export)\b.*/m.exec(text);
  if (unknown) throw new Error(`${address}: "${unknown[0]}" cannot be bundled`);
  return { text, exports };
}

/**
 * The texts of a module and all that it imports, by address, for `bundle`. To read and strip one takes a millisecond or two,
 * and others have their turn in between.
 */
export async function textsOf(entry: URL): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const open = [entry.href];
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    if (texts.has(address)) continue;
    const text = sourceOf(address);
    texts.set(address, text);
    for (const [, , , from] of text.matchAll(IMPORT)) {
      if (from?.startsWith(".")) open.push(new URL(from, address).href);
    }
    await setImmediate();
  }
  return texts;
}

/** Of `a, b as c`, or another word or sign between two names. */
function pairs(names: string, between: RegExp): [name: string, as: string][] {
  const all = names.split(",").map((name) => name.trim());
  return all.filter(Boolean).map((name) => {
    const [first = "", second = first] = name.split(between);
    return [first, second];
  });
}

function sourceOf(address: string): string {
  const source = readFileSync(new URL(address), "utf8");
  return address.endsWith(".ts") ? stripTypes(source) : source;
}
