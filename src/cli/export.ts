import { GameError } from "../game/errors.ts";
import { findConfig, readConfig, unusable } from "../game/folder.ts";
import { gameOf } from "../game/load.ts";
import { writeWhole } from "../game/save.ts";

/** Writes a game's configuration unchanged, including the parts that the server does not read. */
export async function exportGame(args: string[]): Promise<number> {
  const [folder, file] = args;
  if (!folder || args.length > 2) {
    process.stderr.write("Missing argument: rekindle export FOLDER [FILE]\n");
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
