import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { GameError } from "../game/errors.ts";
import { CONFIG_FILE, gameOf, parseDocument } from "../game/load.ts";
import { saveDocument } from "../game/save.ts";

/** Makes a game's folder of an exported configuration, which is kept as it is. A game that is there is not overwritten. */
export async function importGame(args: string[]): Promise<number> {
  const [from, folder] = args;
  if (!from || !folder || args.length > 2) {
    process.stderr.write("rekindle import EXPORT FOLDER\n");
    return 2;
  }
  try {
    const document = parseDocument(await readFile(from, "utf8"), from);
    const game = gameOf(document, from, folder);
    if (await exists(join(folder, CONFIG_FILE))) {
      throw new GameError(`${join(folder, CONFIG_FILE)} is there already. Name a folder without a game.`);
    }
    const file = await saveDocument(folder, document);
    const scripts = game.embeddedScripts.length;
    process.stdout.write(`${game.name} (${game.apiKey}) is in ${file}, with ${scripts} scripts inside it.\n`);
    process.stdout.write(`Put its Cloud Code folders beside it, then: rekindle start --game ${folder}\n`);
    return 0;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!(error instanceof GameError) && code === undefined) throw error;
    process.stderr.write(`${message}\n`);
    return 1;
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
