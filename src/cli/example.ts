import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LoadedGame, loadGame } from "../game/load.ts";
import { facebook } from "../providers/facebook.ts";
import { settingsIn } from "../providers/index.ts";

/** The published package has a compiled stand-in, since Node does not strip types under node_modules. */
const STAND_IN = import.meta.url.endsWith(".ts")
  ? "../../examples/starter/stand-ins/facebook.ts"
  : "../example-stand-ins/facebook.js";

interface StandIn {
  startFacebookStandIn(options: { appId: string; appSecret: string; users: unknown; usersComeBack: boolean }): Promise<{
    url: string;
    close(): Promise<void>;
  }>;
}

/** Loads the example game and starts a local stand-in for Facebook, so that the example needs no Facebook account. */
export async function startExample(folder: string): Promise<{ game: LoadedGame; end: () => Promise<void> }> {
  const game = await loadGame(folder);
  const settings = settingsIn(game.integrations, facebook);
  if (!settings) throw new Error(`${folder} has no Facebook integration`);
  const users: unknown = JSON.parse(await readFile(join(folder, "facebook-users.json"), "utf8"));
  const { startFacebookStandIn } = (await import(new URL(STAND_IN, import.meta.url).href)) as StandIn;
  const { appId, appSecret } = settings;
  const standIn = await startFacebookStandIn({ appId, appSecret, users, usersComeBack: true });
  const integration = { ...(game.integrations["facebook"] as object), graphUrl: standIn.url };
  return {
    game: { ...game, integrations: { ...game.integrations, facebook: integration } },
    end: () => standIn.close(),
  };
}
