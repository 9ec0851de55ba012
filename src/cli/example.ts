import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LoadedGame, loadGame } from "../game/load.ts";
import { facebookSettings } from "../providers/settings.ts";
import { type FacebookUser, startFacebookStandIn } from "../stand-ins/facebook.ts";

/**
 * The example game, with a stand-in for Facebook on a free port of this machine: the game's Facebook integration points
 * there for as long as this process runs, so that nobody needs an account at Facebook to try it.
 */
export async function startExample(folder: string): Promise<{ game: LoadedGame; end: () => Promise<void> }> {
  const game = await loadGame(folder);
  const settings = facebookSettings(game.integrations);
  if (!settings) throw new Error(`${folder} has no Facebook integration`);
  const users = JSON.parse(await readFile(join(folder, "facebook-users.json"), "utf8")) as FacebookUser[];
  const standIn = await startFacebookStandIn({ ...settings, users });
  const facebook = { ...(game.integrations["facebook"] as object), graphUrl: standIn.url };
  return {
    game: { ...game, integrations: { ...game.integrations, facebook } },
    end: () => standIn.close(),
  };
}
