import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LoadedGame, loadGame } from "../game/load.ts";
import { facebookSettings } from "../providers/settings.ts";

/** Compiled code has the stand-in compiled beside it, as Node strips no types of what is in node_modules. */
const STAND_IN = import.meta.url.endsWith(".ts")
  ? "../../examples/starter/stand-ins/facebook.ts"
  : "../example-stand-ins/facebook.js";

interface StandIn {
  startFacebookStandIn(options: { appId: string; appSecret: string; users: unknown }): Promise<{
    url: string;
    close(): Promise<void>;
  }>;
}

/**
 * The example game, with a stand-in for Facebook on a free port of this machine: the game's Facebook integration points
 * there for as long as this process runs, so that nobody needs an account at Facebook to try it.
 */
export async function startExample(folder: string): Promise<{ game: LoadedGame; end: () => Promise<void> }> {
  const game = await loadGame(folder);
  const settings = facebookSettings(game.integrations);
  if (!settings) throw new Error(`${folder} has no Facebook integration`);
  const users: unknown = JSON.parse(await readFile(join(folder, "facebook-users.json"), "utf8"));
  const { startFacebookStandIn } = (await import(new URL(STAND_IN, import.meta.url).href)) as StandIn;
  const { appId, appSecret } = settings;
  const standIn = await startFacebookStandIn({ appId, appSecret, users });
  const facebook = { ...(game.integrations["facebook"] as object), graphUrl: standIn.url };
  return {
    game: { ...game, integrations: { ...game.integrations, facebook } },
    end: () => standIn.close(),
  };
}
