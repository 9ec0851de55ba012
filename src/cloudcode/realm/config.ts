import type { ConfigItems, ConfigKind } from "../config-items.ts";
import { nameArgument } from "./arguments.ts";
import { askHost } from "./host.ts";
import { dictionary, hasOwn, ownKeys, parse } from "./originals.ts";
import { liveRun } from "./run.ts";

/** A cache of JSON, by kind and short code. Only text survives a run; scripts get newly parsed objects. */
let known = dictionary<Record<string, string>>();
let version = 0;

/** @param method class and method, for errors */
export function configItem(kind: ConfigKind, method: string, shortCode: unknown): string | null {
  if (shortCode === null || shortCode === undefined) return null;
  const code = nameArgument(method, "shortCode", shortCode);
  const items = itemsOf(kind);
  return hasOwn(items, code) ? items[code]! : null;
}

export function configObjects<Made>(kind: ConfigKind, make: (json: string) => Made): Made[] {
  const items = itemsOf(kind);
  const codes = ownKeys(items) as string[];
  const made: Made[] = [];
  for (let at = 0; at < codes.length; at++) made[at] = make(items[codes[at]!]!);
  return made;
}

export function parsed<Kind extends ConfigKind>(json: string): ConfigItems[Kind] {
  return parse(json) as ConfigItems[Kind];
}

function itemsOf(kind: ConfigKind): Record<string, string> {
  const run = liveRun();
  if (run.version !== version) {
    version = run.version;
    known = dictionary();
  }
  if (hasOwn(known, kind)) return known[kind]!;
  const items = dictionary<string>();
  const answer = askHost("config.items", `,"${kind}"`) as [code: string, json: string][];
  for (let at = 0; at < answer.length; at++) items[answer[at]![0]] = answer[at]![1];
  known[kind] = items;
  return items;
}
