import { constants } from "node:fs";
import { copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MAX_SCRIPT_BYTES } from "../cloudcode/load.ts";
import { SCRIPT_KINDS } from "../cloudcode/script-files.ts";
import { scriptsInZip } from "../cloudcode/script-zip.ts";
import { GameError } from "../game/errors.ts";
import { CONFIG_FILE, findConfig, foldersIn, readConfig, unusable } from "../game/folder.ts";
import { gameOf } from "../game/load.ts";
import { writeWhole } from "../game/save.ts";
import { START_COMMAND } from "./start-command.ts";

/** The folders of an export that hold Cloud Code; realtime scripts are kept for a server that runs them. */
const SCRIPT_FOLDERS = [...SCRIPT_KINDS, "rtScript", "rtModules"];

/**
 * Makes a game's folder of an exported configuration, or of a folder that has one and Cloud Code folders. Every byte
 * stays as it was. Nothing that is there is overwritten; the configuration comes last, so that a folder that has one is
 * whole.
 */
export async function importGame(args: string[]): Promise<number> {
  const [from, folder] = args;
  if (!from || !folder || args.length > 2) {
    process.stderr.write("Say what and where to: rekindle import EXPORT FOLDER\n");
    return 2;
  }
  try {
    const isFolder = (await statOf(from)).isDirectory();
    const file = isFolder ? await findConfig(from) : from;
    const text = await readConfig(file);
    const game = gameOf(text, file, folder);
    const to = join(folder, CONFIG_FILE);
    if (await exists(to)) throw new GameError(`${to} is there already. Name a folder without a game.`);
    const copied = isFolder ? await copyScripts(from, folder) : 0;
    await writeWhole(to, text).catch((error) => {
      throw unusable(to, error);
    });
    const scripts = copied + game.embeddedScripts.length;
    process.stdout.write(`${game.name} (${game.apiKey}) is in ${to}, with ${scripts} scripts.\n`);
    for (const problem of game.problems) process.stdout.write(`NOTE: ${problem}\n`);
    if (!isFolder) process.stdout.write("If it has Cloud Code folders, put them beside it.\n");
    process.stdout.write(`Start it: ${START_COMMAND} --game ${folder}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof GameError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/**
 * Copies the script folders of a folder and of those one below it to the same places, or its zip export where it has no
 * such folders. Answers how many scripts there are.
 */
async function copyScripts(from: string, to: string): Promise<number> {
  let copied = 0;
  for (const place of ["", ...(await foldersIn(from))]) {
    for (const kind of SCRIPT_FOLDERS) {
      const entries = await readdir(join(from, place, kind), { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (!entry.isFile() || !/\.[jt]s$/.test(entry.name)) continue;
        await copy(join(from, place, kind, entry.name), join(to, place, kind, entry.name));
        copied++;
      }
    }
  }
  if (copied > 0) return copied;
  const zipped = await scriptsInZip(from, MAX_SCRIPT_BYTES, () => {});
  const zip = zipped[0]?.file.split("/", 1)[0];
  if (zip !== undefined) await copy(join(from, zip), join(to, zip));
  return zipped.length;
}

async function copy(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to, constants.COPYFILE_EXCL);
  } catch (error) {
    throw unusable(to, error);
  }
}

async function statOf(path: string) {
  return stat(path).catch((error) => {
    throw unusable(path, error);
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
