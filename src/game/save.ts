import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { findConfig } from "./folder.ts";
import type { Game } from "./game.ts";

/**
 * The game's configuration as text: every member in its order, those that the server does not read included. Whole
 * numbers beyond 2^53 and members named by numbers are as JavaScript keeps them: rounded, and first in order.
 */
export function exportGame(game: Pick<Game, "document">): string {
  return `${JSON.stringify(game.document, null, 2)}\n`;
}

/** Writes the game's configuration back to where it was loaded from, and answers the path. */
export async function saveGame(game: Pick<Game, "document" | "folder">): Promise<string> {
  const file = await findConfig(game.folder);
  await writeWhole(file, exportGame(game));
  return file;
}

/**
 * Writes beside the file, flushes, and renames, so that nobody ever reads half of it: it is there whole, or as it was
 * before. Only this user can read it, as configurations hold secrets.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const beside = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const handle = await open(beside, "wx", 0o600);
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
