import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { findConfig } from "./folder.ts";
import type { Game } from "./game.ts";

/** The configuration as text, unknown members included. JavaScript rounds integers beyond 2^53. */
export function exportGame(game: Pick<Game, "document">): string {
  return `${JSON.stringify(game.document, null, 2)}\n`;
}

/** Writes the configuration back to the file that it was loaded from and returns its path. */
export async function saveGame(game: Pick<Game, "document" | "folder">): Promise<string> {
  const file = await findConfig(game.folder);
  await writeWhole(file, exportGame(game));
  return file;
}

/**
 * Writes a file atomically: readers see the old or the new text. By default for this user only, as configurations hold secrets.
 */
export async function writeWhole(file: string, text: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const beside = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const handle = await open(beside, "wx", mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
