import { setImmediate as nextTurn } from "node:timers/promises";
import type { ScriptFailure, ScriptKind } from "../kernel/scripts/result.ts";
import type { PreparedScript } from "./prepare.ts";
import { filesInFolder, isKind, type ScriptFile, type SearchedFolder, scriptsAmong } from "./script-files.ts";
import { scriptsInZip } from "./script-zip.ts";

/** Larger scripts are not loaded. */
export const MAX_SCRIPT_BYTES = 1_048_576;
const MAX_SCRIPTS = 20_000;
/** Parsing yields to the event loop this often. */
const PARSE_MS = 10;

export interface LoadedScript {
  kind: ScriptKind;
  name: string;
  /** Path inside the game folder. For a script embedded in the configuration, the path that it would have there. */
  file: string;
  source: string;
  prepared: PreparedScript | ScriptFailure;
}

export interface LoadedScripts {
  byName: ReadonlyMap<string, LoadedScript>;
  problems: ScriptFailure[];
  folders: readonly SearchedFolder[];
}

export function scriptKey(kind: ScriptKind, name: string): string {
  return `${kind}/${name}`;
}

export function isBroken(prepared: PreparedScript | ScriptFailure): prepared is ScriptFailure {
  return "message" in prepared;
}

type Source = Omit<LoadedScript, "prepared">;

/**
 * Loads a game's Cloud Code: `<kind>/<short code>.js` (or `.ts`) in the folder or one level below, or else in a zip
 * export; and scripts embedded in the configuration that have no file. Scripts with errors are reported in `problems`.
 * @param before an earlier result; only scripts that changed since are parsed
 */
export async function loadScripts(
  game: { folder: string; embedded?: readonly { type: string; shortCode: string; source: string }[] },
  before?: LoadedScripts,
): Promise<LoadedScripts> {
  const problems: ScriptFailure[] = [];
  const problem = (file: string, message: string): void => {
    problems.push({ kind: "syntax", message, file });
  };
  const byName = new Map<string, LoadedScript>();
  const sources = embeddedSources(game.embedded ?? [], problem);
  const { files, folders } = await filesOf(game.folder, problem);
  for (const file of files) {
    const { kind, name, bytes } = file;
    const key = scriptKey(kind, name);
    if (!sources.has(key) && sources.size >= MAX_SCRIPTS) {
      problem(file.file, `A game may have at most ${MAX_SCRIPTS} scripts.`);
    } else if (bytes > MAX_SCRIPT_BYTES) {
      const message = `The script is larger than ${MAX_SCRIPT_BYTES} bytes.`;
      problem(file.file, message);
      sources.delete(key);
      byName.set(key, {
        kind,
        name,
        file: file.file,
        source: "",
        prepared: { kind: "syntax", message, file: file.file },
      });
    } else sources.set(key, await sourceOf(file));
  }
  if (sources.size === 0) return { byName, problems, folders };

  // Imported on demand, to keep the parser out of the start of games without scripts.
  const { prepareScript } = await import("./prepare.ts");
  const isTyped = [...sources.values()].some(({ file }) => file.endsWith(".ts"));
  const withoutTypes = isTyped ? (await import("./typescript.ts")).withoutTypes : undefined;
  let pausedAt = performance.now();
  for (const [key, script] of sources) {
    if (performance.now() - pausedAt > PARSE_MS) {
      await nextTurn();
      pausedAt = performance.now();
    }
    const known = before?.byName.get(key);
    const isKnown = known !== undefined && known.file === script.file && known.source === script.source;
    const prepared = isKnown ? known.prepared : prepare(script, prepareScript, withoutTypes);
    if (isBroken(prepared)) problems.push(prepared);
    byName.set(key, { ...script, prepared });
  }
  return { byName, problems, folders };
}

/** Finds scripts in the folder, or else in a zip in it. A game in memory has no folder. */
async function filesOf(
  folder: string,
  problem: (file: string, message: string) => void,
): Promise<{ files: ScriptFile[]; folders: readonly SearchedFolder[] }> {
  if (folder === "") return { files: [], folders: [] };
  const { found, folders } = await filesInFolder(folder);
  const files = scriptsAmong(found, "", problem);
  return { files: files.length > 0 ? files : await scriptsInZip(folder, MAX_SCRIPT_BYTES, problem), folders };
}

function embeddedSources(
  embedded: readonly { type: string; shortCode: string; source: string }[],
  problem: (file: string, message: string) => void,
): Map<string, Source> {
  const sources = new Map<string, Source>();
  for (const { type, shortCode, source } of embedded) {
    const kind = kindOf(type);
    if (kind === undefined) problem("config.json", `The script ${shortCode} has an unknown kind: ${type}.`);
    else sources.set(scriptKey(kind, shortCode), { kind, name: shortCode, file: `${kind}/${shortCode}.js`, source });
  }
  return sources;
}

async function sourceOf({ kind, name, file, read }: ScriptFile): Promise<Source> {
  return { kind, name, file, source: (await read()).replace(/^\uFEFF/, "") };
}

function prepare(
  { file, source }: Source,
  prepareScript: (file: string, source: string) => PreparedScript | ScriptFailure,
  withoutTypes: ((file: string, source: string) => string | ScriptFailure) | undefined,
): PreparedScript | ScriptFailure {
  const text = withoutTypes && file.endsWith(".ts") ? withoutTypes(file, source) : source;
  return typeof text === "string" ? prepareScript(file, text) : text;
}

/** The script kind of a configuration's `type`. Exports also write `eventChallenge` and `module`. */
function kindOf(type: string): ScriptKind | undefined {
  const dashed = type
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .replace(/_/g, "-")
    .toLowerCase();
  return [dashed, `${dashed}s`].find(isKind);
}
