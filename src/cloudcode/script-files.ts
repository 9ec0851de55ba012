import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ScriptKind } from "../kernel/scripts/result.ts";

/** Also the names of the folders, here and in exports. */
export const SCRIPT_KINDS: readonly ScriptKind[] = [
  "event",
  "event-challenge",
  "request",
  "response",
  "message-user",
  "message-global",
  "system",
  "callbacks",
  "modules",
];

/** Folders without scripts of the game. `__MACOSX` holds macOS's copies of files in a zip. */
const SKIPPED: readonly string[] = ["node_modules", "test", "tests", "typings", "__MACOSX"];

export interface ScriptFile {
  kind: ScriptKind;
  name: string;
  file: string;
  bytes: number;
  read(): Promise<string>;
}

/** A file and its path, in parts, below the searched folder. */
export interface FoundFile {
  path: readonly string[];
  bytes: number;
  read(): Promise<string>;
}

export type ReportProblem = (file: string, message: string) => void;

export function isKind(name: string): name is ScriptKind {
  return (SCRIPT_KINDS as readonly string[]).includes(name);
}

export function isSearched(name: string): boolean {
  return name !== "" && !name.startsWith(".") && !SKIPPED.includes(name);
}

/**
 * Picks the scripts among files: those at the top level, or else those in one folder around the kinds. A `.js` takes
 * precedence over its `.ts`, from which it was compiled.
 * @param place prefix of each path, such as `CloudCode.zip/`
 */
export function scriptsAmong(found: readonly FoundFile[], place: string, problem: ReportProblem): ScriptFile[] {
  const byBase = new Map<string, Map<string, ScriptFile>>();
  for (const { path, bytes, read } of found) {
    const base = path.length === 3 ? `${path[0]}/` : "";
    const [kind = "", fileName = ""] = path.slice(-2);
    const [, name, extension] = /^([^.].*)\.([jt]s)$/.exec(fileName) ?? [];
    if (path.length < 2 || path.length > 3 || (base !== "" && !isSearched(path[0] as string))) continue;
    if (!isKind(kind) || !name || name.endsWith(".d")) continue;
    const scripts = byBase.get(base) ?? new Map<string, ScriptFile>();
    byBase.set(base, scripts);
    const key = `${kind}/${name}`;
    if (extension === "ts" && scripts.has(key)) continue;
    scripts.set(key, { kind, name, file: `${place}${path.join("/")}`, bytes, read });
  }
  const [chosen, ...others] = [...byBase.keys()].sort();
  if (chosen === undefined) return [];
  for (const base of chosen === "" ? [] : others) {
    const message = `This folder is ignored: Cloud Code is loaded from ${place}${chosen} only.`;
    problem(`${place}${base.slice(0, -1)}`, message);
  }
  const scripts = [...(byBase.get(chosen)?.values() ?? [])];
  return scripts.sort((a, b) => (a.file < b.file ? -1 : 1));
}

export interface SearchedFolder {
  path: string;
  /** `anything`: the game folder; `kinds`: folders of script kinds; `scripts`: scripts of one kind. */
  holds: "anything" | "kinds" | "scripts";
}

export async function filesInFolder(folder: string): Promise<{ found: FoundFile[]; folders: SearchedFolder[] }> {
  const found: FoundFile[] = [];
  const folders: SearchedFolder[] = [];
  const list = async (path: readonly string[]): Promise<string[]> => {
    const entries = await readdir(join(folder, ...path), { withFileTypes: true });
    const isKindFolder = isKind(path.at(-1) ?? "");
    folders.push({
      path: join(folder, ...path),
      holds: path.length === 0 ? "anything" : isKindFolder ? "scripts" : "kinds",
    });
    for (const entry of entries) {
      if (!entry.isFile() || !/\.[jt]s$/.test(entry.name)) continue;
      const place = join(folder, ...path, entry.name);
      const { size } = await stat(place);
      found.push({ path: [...path, entry.name], bytes: size, read: () => readFile(place, "utf8") });
    }
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  };
  for (const name of await list([])) {
    if (isKind(name)) await list([name]);
    else if (isSearched(name)) {
      for (const below of await list([name])) if (isKind(below)) await list([name, below]);
    }
  }
  return { found, folders };
}
