import { GameError } from "../game/errors.ts";
import { loadGame } from "../game/load.ts";
import { exportDocument, writeWhole } from "../game/save.ts";

/** Writes a game's configuration as it would go back to where it came from, parts that the server does not read included. */
export async function exportGame(args: string[]): Promise<number> {
  const [folder, file] = args;
  if (!folder || args.length > 2) {
    process.stderr.write("rekindle export FOLDER [FILE]\n");
    return 2;
  }
  try {
    const text = exportDocument((await loadGame(folder)).document);
    if (file) await writeWhole(file, text);
    else process.stdout.write(text);
    return 0;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!(error instanceof GameError) && code === undefined) throw error;
    process.stderr.write(`${message}\n`);
    return 1;
  }
}
