import { GameError } from "../game/errors.ts";
import { findConfig, readConfig, unusable } from "../game/folder.ts";
import { gameOf } from "../game/load.ts";
import { writeWhole } from "../game/save.ts";

/** Writes a game's configuration as it lies in its folder, parts that the server does not read included. */
export async function exportGame(args: string[]): Promise<number> {
  const [folder, file] = args;
  if (!folder || args.length > 2) {
    process.stderr.write("Say which game: rekindle export FOLDER [FILE]\n");
    return 2;
  }
  try {
    const from = await findConfig(folder);
    const text = await readConfig(from);
    gameOf(text, from, folder);
    if (file) await write(file, text);
    else process.stdout.write(text);
    return 0;
  } catch (error) {
    if (!(error instanceof GameError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeWhole(file, text);
  } catch (error) {
    throw unusable(file, error);
  }
}
