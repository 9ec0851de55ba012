import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileProblem, isFileError } from "../files.ts";
import { GameError } from "./errors.ts";

/** A game's full configuration, in the game's folder or, as in exported repositories, one folder below it. */
export const CONFIG_FILE = "config.json";
const MAX_CONFIG_BYTES = 64 * 1024 * 1024;

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
      `${folder} has several ${CONFIG_FILE}: ${below.join(", ")}. Pass the folder of the one to use.`,
    );
  }
  const [only] = below;
  if (only === undefined) {
    throw new GameError(`${folder} is not a game folder: it has no ${CONFIG_FILE}, the game's full configuration.`);
  }
  return only;
}

export async function readConfig(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_CONFIG_BYTES) throw new GameError(`${file} is larger than ${MAX_CONFIG_BYTES} bytes.`);
    return await readFile(file, "utf8");
  } catch (error) {
    throw unusable(file, error);
  }
}

/** The subfolders that may hold parts of a game: all but `node_modules` and hidden ones. */
export async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return folders.filter((name) => name !== "node_modules" && !name.startsWith(".")).sort();
}

/** Turns a file system error into a GameError; returns other errors unchanged. */
export function unusable(path: string, error: unknown): unknown {
  if (!isFileError(error)) return error;
  const isFolderNeeded = error.code === "ENOTDIR" && basename(path) !== CONFIG_FILE;
  const problem = isFolderNeeded ? "is a file; pass the folder that contains the game" : fileProblem(error);
  return new GameError(`${path} ${problem}.`);
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return found?.isFile() ?? false;
}
