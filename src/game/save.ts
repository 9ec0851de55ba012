import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CONFIG_FILE } from "./load.ts";

/** The configuration as text: every member in its order, those that the server does not read included. */
export function exportDocument(document: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Writes the game's configuration into its folder. It is there whole, or as it was before. */
export async function saveDocument(folder: string, document: Readonly<Record<string, unknown>>): Promise<string> {
  const file = join(folder, CONFIG_FILE);
  await writeWhole(file, exportDocument(document));
  return file;
}

/** Writes beside the file, flushes, and renames, so that nobody ever reads half of it. */
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
