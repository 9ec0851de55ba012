import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Game } from "../game/game.ts";
import { writeWhole } from "../game/save.ts";
import type { ScriptKind } from "../kernel/scripts/result.ts";
import { KeyedMutex } from "../queues/keyed-mutex.ts";
import { isBroken, type LoadedScript, type LoadedScripts, loadScripts, MAX_SCRIPT_BYTES, scriptKey } from "./load.ts";

/** Why a script cannot be read or saved: a sentence with the cure. */
export class ScriptRefused extends Error {
  override name = "ScriptRefused";
}

export interface ScriptEntry {
  /** `event/LAP` */
  script: string;
  kind: ScriptKind;
  name: string;
  /** Path inside the game folder. A script of the configuration gets this file when it is saved. */
  file: string;
  bytes: number;
  /** False for a script in a zip. */
  canSave: boolean;
  problem?: { message: string; line?: number; column?: number };
}

type GameScripts = Pick<Game, "folder" | "embeddedScripts">;

/** One save at a time, so that the check for changes by others is exact within this server. */
const saves = new KeyedMutex();
/** The last load of each game, so that only changed scripts are parsed again. */
const loads = new WeakMap<object, LoadedScripts>();

/** The game's scripts as they are on disk now. Cost: reads every script, and parses those that changed since the last call. */
export async function listScripts(game: GameScripts): Promise<ScriptEntry[]> {
  const { byName } = await load(game);
  const entries = [...byName.values()].map(entryOf);
  return entries.sort((one, other) => (one.script < other.script ? -1 : 1));
}

/** @throws ScriptRefused for an unknown script */
export async function readScript(
  game: GameScripts,
  script: string,
): Promise<ScriptEntry & { text: string; hash: string }> {
  const found = (await load(game)).byName.get(script);
  if (!found) throw new ScriptRefused(`The game has no script ${script}.`);
  return { ...entryOf(found), text: found.source, hash: hashOf(found.source) };
}

/**
 * Writes a script's text to its file, or to a new one, as a whole. The text is parsed before.
 * @param edit `before`: the hash of the text that was edited; undefined for a new script
 * @throws ScriptRefused if the text has an error, the script has changed since, or it is in a zip
 */
export function saveScript(
  game: GameScripts,
  edit: { kind: ScriptKind; name: string; text: string; before: string | undefined },
): Promise<{ file: string; hash: string }> {
  return saves.run(game.folder, () => save(game, edit));
}

async function save(
  game: GameScripts,
  { kind, name, text, before }: { kind: ScriptKind; name: string; text: string; before: string | undefined },
): Promise<{ file: string; hash: string }> {
  if (game.folder === "") throw new ScriptRefused("The game has no folder.");
  if (Buffer.byteLength(text) > MAX_SCRIPT_BYTES) {
    throw new ScriptRefused(`A script may have at most ${MAX_SCRIPT_BYTES} bytes.`);
  }
  const { byName } = await load(game);
  const script = scriptKey(kind, name);
  const found = byName.get(script);
  if (found && before === undefined) throw new ScriptRefused(`${script} exists already. Read it first.`);
  if (!found && before !== undefined) throw new ScriptRefused(`${script} has been deleted. Save it as a new script.`);
  if (found && hashOf(found.source) !== before) {
    throw new ScriptRefused(`${found.file} has changed since it was read. Read it again.`);
  }
  const file = found?.file ?? `${baseOf([...byName.values()])}${script}.js`;
  if (isZipped({ file }))
    throw new ScriptRefused("The game's scripts are in a zip. Unpack it in the game folder first.");
  await check(file, text);
  await refuseOutside(game.folder, file);
  const path = join(game.folder, file);
  await writeWhole(path, text, await modeOf(path));
  return { file, hash: hashOf(text) };
}

async function load(game: GameScripts): Promise<LoadedScripts> {
  const scripts = await loadScripts({ folder: game.folder, embedded: game.embeddedScripts }, loads.get(game));
  loads.set(game, scripts);
  return scripts;
}

/** The folder around the kinds, with its slash; "" if they are at the top level. */
function baseOf([first]: readonly LoadedScript[]): string {
  const folders = first === undefined ? [] : first.file.split("/").slice(0, -2);
  return folders.map((name) => `${name}/`).join("");
}

async function check(file: string, text: string): Promise<void> {
  const { prepareScript } = await import("./prepare.ts");
  const withoutTypes = file.endsWith(".ts") ? (await import("./typescript.ts")).withoutTypes : undefined;
  const plain = withoutTypes ? withoutTypes(file, text) : text;
  const prepared = typeof plain === "string" ? prepareScript(file, plain) : plain;
  if (!isBroken(prepared)) return;
  const place = prepared.line === undefined ? "" : `Line ${prepared.line}, column ${prepared.column ?? 1}: `;
  throw new ScriptRefused(`${place}${prepared.message}`);
}

/** A folder of a kind may be a link to elsewhere. */
async function refuseOutside(folder: string, file: string): Promise<void> {
  const inside = await realpath(folder);
  const target = await realpath(join(folder, file, "..")).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return inside;
    throw error;
  });
  if (target !== inside && !target.startsWith(`${inside}${sep}`)) {
    throw new ScriptRefused(`${file} is outside the game folder, by a link. Edit it there.`);
  }
}

/** A file keeps its permissions. */
async function modeOf(path: string): Promise<number> {
  const known = await stat(path).catch(() => undefined);
  return known ? known.mode & 0o777 : 0o644;
}

function isZipped({ file }: Pick<LoadedScript, "file">): boolean {
  return /\.zip\//i.test(file);
}

function entryOf({ kind, name, file, source, prepared }: LoadedScript): ScriptEntry {
  const broken = isBroken(prepared) ? prepared : undefined;
  return {
    script: scriptKey(kind, name),
    ...{ kind, name, file, bytes: Buffer.byteLength(source), canSave: !isZipped({ file }) },
    ...(broken && {
      problem: {
        message: broken.message,
        ...(broken.line !== undefined && { line: broken.line }),
        ...(broken.column !== undefined && { column: broken.column }),
      },
    }),
  };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
