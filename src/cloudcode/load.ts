import { setImmediate as nextTurn } from "node:timers/promises";
import type { ScriptFailure, ScriptKind } from "../kernel/scripts/result.ts";
import type { PreparedScript } from "./prepare.ts";
import { filesInFolder, isKind, type ScriptFile, type SearchedFolder, scriptsAmong } from "./script-files.ts";
import { scriptsInZip } from "./script-zip.ts";

/** A larger script is out of service. */
export const MAX_SCRIPT_BYTES = 1_048_576;
const MAX_SCRIPTS = 20_000;
/** How long scripts are parsed without a pause for the server's other work. */
const PARSE_MS = 10;

export interface LoadedScript {
  kind: ScriptKind;
  name: string;
  /** Path inside the game folder; as a folder would have it where it came from the configuration. */
  file: string;
  source: string;
  /** How it is run, or why it cannot be. */
  prepared: PreparedScript | ScriptFailure;
}

export interface LoadedScripts {
  byName: ReadonlyMap<string, LoadedScript>;
  problems: ScriptFailure[];
  /** The folders that scripts were looked for in. */
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
 * Reads a game's Cloud Code: one file per script, `<kind>/<short code>.js` (or `.ts`), at the root of the folder or in
 * one folder below it; else those of a zip export in the folder; and the scripts that travel inside the configuration,
 * where there is no file of theirs. Anything else is skipped. A script that cannot be parsed is out of service and told
 * of in `problems`; no script stops the others, and a folder without scripts is none of these problems.
 * @param before what an earlier load gave: only scripts that changed since are parsed
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
    if (!sources.has(key) && sources.size >= MAX_SCRIPTS) problem(file.file, `A game may have ${MAX_SCRIPTS} scripts.`);
    else if (bytes > MAX_SCRIPT_BYTES) {
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

  // The parser is loaded for games that have scripts only: a start without them stays fast.
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

/** The scripts in the folder, else in a zip in it; a game that is in memory alone has none. */
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
    if (kind === undefined) problem("config.json", `The script ${shortCode} is of a kind that is not known: ${type}.`);
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

/** The kind that a configuration's script names by `type`; exports write `eventChallenge` and `module` for some. */
function kindOf(type: string): ScriptKind | undefined {
  const dashed = type
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .replace(/_/g, "-")
    .toLowerCase();
  return [dashed, `${dashed}s`].find(isKind);
}
