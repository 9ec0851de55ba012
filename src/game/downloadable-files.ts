import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Folder for a game's downloadable files, named by short code, with or without an extension. */
export const DOWNLOADABLES_FOLDER = "downloadables";

export interface DownloadableFile {
  fileName: string;
  content: Buffer;
}

/** Reads a downloadable's file. The short code is compared with the folder's entries and never used as a path. */
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

function stem(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
