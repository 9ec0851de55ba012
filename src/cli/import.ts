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

/** The Cloud Code folders of an export. Realtime scripts are copied but not run by this server. */
const SCRIPT_FOLDERS = [...SCRIPT_KINDS, "rtScript", "rtModules"];

/**
 * Creates a game folder from an export. Files are copied byte for byte; existing files are never overwritten. The
 * configuration is written last, so a folder that has one is complete.
 */
export async function importGame(args: string[]): Promise<number> {
  const [from, folder] = args;
  if (!from || !folder || args.length > 2) {
    process.stderr.write("Missing argument: rekindle import EXPORT FOLDER\n");
    return 2;
  }
  try {
    const isFolder = (await statOf(from)).isDirectory();
    const file = isFolder ? await findConfig(from) : from;
    const text = await readConfig(file);
    const game = gameOf(text, file, folder);
    const to = join(folder, CONFIG_FILE);
    if (await exists(to)) throw new GameError(`${to} already exists. Choose a folder without a game.`);
    const copied = isFolder ? await copyScripts(from, folder) : 0;
    await writeWhole(to, text).catch((error) => {
      throw unusable(to, error);
    });
    const scripts = copied + game.embeddedScripts.length;
    process.stdout.write(`Imported ${game.name} (${game.apiKey}) to ${to} with ${scripts} scripts.\n`);
    for (const problem of game.problems) process.stdout.write(`NOTE: ${problem}\n`);
    if (!isFolder) process.stdout.write("If the game has Cloud Code folders, copy them into the same folder.\n");
    process.stdout.write(`To start it: ${START_COMMAND} --game ${folder}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof GameError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** Copies script folders from `from` and its direct subfolders, else the zip export. Returns the number of scripts. */
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
