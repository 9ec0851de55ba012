import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ScriptFailure, ScriptKind } from "./cloudcode.ts";
import type { PreparedScript } from "./prepare.ts";

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

/** A larger script is out of service. */
export const MAX_SCRIPT_BYTES = 1_048_576;
const MAX_SCRIPTS = 20_000;

export interface LoadedScript {
  kind: ScriptKind;
  name: string;
  /** Path inside the game folder; `config.json` where it came from there. */
  file: string;
  /** How it is run, or why it cannot be. */
  prepared: PreparedScript | ScriptFailure;
}

export interface LoadedScripts {
  byName: ReadonlyMap<string, LoadedScript>;
  problems: ScriptFailure[];
}

export function scriptKey(kind: ScriptKind, name: string): string {
  return `${kind}/${name}`;
}

export function isBroken(prepared: PreparedScript | ScriptFailure): prepared is ScriptFailure {
  return "message" in prepared;
}

/**
 * Reads a game's Cloud Code: one file per script, `<kind>/<short code>.js`, at the root of the folder or in one folder
 * below it. Anything else in these folders is skipped. Scripts that travel inside the configuration come after the
 * files: a file wins. A script that cannot be parsed is out of service and told of in `problems`; no script stops the
 * others, and a folder without scripts is none of these problems.
 */
export async function loadScripts(game: {
  folder: string;
  embedded?: readonly { type: string; shortCode: string; source: string }[];
}): Promise<LoadedScripts> {
  const sources = new Map<string, { kind: ScriptKind; name: string; file: string; source: string }>();
  const problems: ScriptFailure[] = [];
  const problem = (file: string, message: string): void => {
    problems.push({ kind: "syntax", message, file });
  };

  for (const { type, shortCode, source } of game.embedded ?? []) {
    const kind = kindOf(type);
    if (kind === undefined) problem("config.json", `The script ${shortCode} is of a kind that is not known: ${type}.`);
    else sources.set(scriptKey(kind, shortCode), { kind, name: shortCode, file: `${kind}/${shortCode}.js`, source });
  }
  for (const { kind, name, file, path, bytes } of await scriptFiles(game.folder, problem)) {
    if (bytes > MAX_SCRIPT_BYTES) problem(file, `The script is larger than ${MAX_SCRIPT_BYTES} bytes.`);
    else if (sources.size >= MAX_SCRIPTS) problem(file, `A game may have ${MAX_SCRIPTS} scripts.`);
    else {
      const source = (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
      sources.set(scriptKey(kind, name), { kind, name, file, source });
    }
  }

  const byName = new Map<string, LoadedScript>();
  if (sources.size === 0) return { byName, problems };
  // The parser is loaded for games that have scripts only: a start without them stays fast.
  const { prepareScript } = await import("./prepare.ts");
  for (const [key, { kind, name, file, source }] of sources) {
    const prepared = prepareScript(file, source);
    if (isBroken(prepared)) problems.push(prepared);
    byName.set(key, { kind, name, file, prepared });
  }
  return { byName, problems };
}

interface ScriptFile {
  kind: ScriptKind;
  name: string;
  file: string;
  path: string;
  bytes: number;
}

async function scriptFiles(folder: string, problem: (file: string, message: string) => void): Promise<ScriptFile[]> {
  const root = await foldersIn(folder);
  if (root.some(isKind)) return filesOf(folder, "", root);
  const below: { name: string; folders: string[] }[] = [];
  for (const name of root.sort()) {
    if (name === "node_modules" || name.startsWith(".")) continue;
    const folders = await foldersIn(join(folder, name));
    if (folders.some(isKind)) below.push({ name, folders });
  }
  const [chosen, ...others] = below;
  for (const { name } of others) {
    problem(name, `Cloud Code is read from ${chosen?.name} alone: this folder has scripts too, and only one may.`);
  }
  return chosen ? filesOf(join(folder, chosen.name), `${chosen.name}/`, chosen.folders) : [];
}

async function filesOf(base: string, prefix: string, folders: string[]): Promise<ScriptFile[]> {
  const files: ScriptFile[] = [];
  for (const kind of folders.filter(isKind)) {
    const entries = await readdir(join(base, kind), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = entry.name.slice(0, -3);
      if (!entry.isFile() || !entry.name.endsWith(".js") || name === "" || name.startsWith(".")) continue;
      const path = join(base, kind, entry.name);
      const { size } = await stat(path);
      files.push({ kind, name, file: `${prefix}${kind}/${entry.name}`, path, bytes: size });
    }
  }
  return files;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function isKind(name: string): name is ScriptKind {
  return (SCRIPT_KINDS as readonly string[]).includes(name);
}

/** The kind that a configuration's script names by `type`; exports write `eventChallenge` and `module` for some. */
function kindOf(type: string): ScriptKind | undefined {
  const dashed = type
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .replace(/_/g, "-")
    .toLowerCase();
  return [dashed, `${dashed}s`].find(isKind);
}
