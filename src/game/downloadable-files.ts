import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** A game's folder may hold the files of its downloadables here, each named as its short code, with or without an ending. */
export const DOWNLOADABLES_FOLDER = "downloadables";

export interface DownloadableFile {
  fileName: string;
  content: Buffer;
}

/**
 * The file of a downloadable; undefined where the game's folder has none, "too-large" where it has more than `maxBytes`.
 * Read anew each time. The short code is compared with the names of the folder and never part of a path.
 */
export async function readDownloadable(
  folder: string,
  shortCode: string,
  maxBytes: number,
): Promise<DownloadableFile | "too-large" | undefined> {
  if (folder === "") return undefined;
  const inside = join(folder, DOWNLOADABLES_FOLDER);
  const entries = await readdir(inside, { withFileTypes: true }).catch((error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const fileName = names.find((name) => name === shortCode) ?? names.sort().find((name) => stem(name) === shortCode);
  if (fileName === undefined) return undefined;
  const path = join(inside, fileName);
  if ((await stat(path)).size > maxBytes) return "too-large";
  return { fileName, content: await readFile(path) };
}

/** A file's name without its ending. */
function stem(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
