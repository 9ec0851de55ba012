import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileProblem, isFileError } from "../files.ts";
import { GameError } from "./errors.ts";

/** The full configuration of a game, in its folder or, as exports into a repository lie, one folder below it. */
export const CONFIG_FILE = "config.json";
const MAX_CONFIG_BYTES = 64 * 1024 * 1024;

/** The path of a game folder's configuration. */
export async function findConfig(folder: string): Promise<string> {
  const inside = join(folder, CONFIG_FILE);
  const below: string[] = [];
  try {
    if (await isFile(inside)) return inside;
    for (const name of await foldersIn(folder)) {
      const file = join(folder, name, CONFIG_FILE);
      if (await isFile(file)) below.push(file);
    }
  } catch (error) {
    throw unusable(folder, error);
  }
  if (below.length > 1) {
    throw new GameError(
      `${folder} has several ${CONFIG_FILE}: ${below.join(", ")}. Name the folder of the one to use.`,
    );
  }
  const [only] = below;
  if (only === undefined) {
    throw new GameError(`${folder} is no game's folder: it has no ${CONFIG_FILE}, the game's full configuration.`);
  }
  return only;
}

/** A configuration's text, at most 64 MiB of it. */
export async function readConfig(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_CONFIG_BYTES) throw new GameError(`${file} is larger than ${MAX_CONFIG_BYTES} bytes.`);
    return await readFile(file, "utf8");
  } catch (error) {
    throw unusable(file, error);
  }
}

/** The folders in a folder that can hold parts of a game: not `node_modules`, none whose name begins with a dot. */
export async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return folders.filter((name) => name !== "node_modules" && !name.startsWith(".")).sort();
}

/** A file operation's error as a sentence; any other as it is. */
export function unusable(path: string, error: unknown): unknown {
  if (!isFileError(error)) return error;
  const isFolderNeeded = error.code === "ENOTDIR" && basename(path) !== CONFIG_FILE;
  const problem = isFolderNeeded ? "is a file; name the folder that the game is in" : fileProblem(error);
  return new GameError(`${path} ${problem}.`);
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return found?.isFile() ?? false;
}
