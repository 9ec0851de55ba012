import type { Config } from "../config.ts";
import type { Game } from "../game/game.ts";
import type { CloudCode } from "./cloudcode.ts";
import type { HostEvent } from "./host-pool.ts";
import { loadScripts } from "./load.ts";
import { noCloudCode } from "./none.ts";

/** The game's Cloud Code: its folders, and the scripts inside its configuration. A game without scripts costs nothing. */
export async function openCloudCode(
  game: Pick<Game, "folder" | "embeddedScripts">,
  config: Config,
  onHostEvent: (event: HostEvent) => void,
): Promise<CloudCode> {
  if (game.folder === "" && game.embeddedScripts.length === 0) return noCloudCode;
  const scripts = await loadScripts({ folder: game.folder, embedded: game.embeddedScripts });
  if (scripts.byName.size === 0) return { ...noCloudCode, problems: () => scripts.problems };
  const { startCloudCode } = await import("./start.ts");
  return startCloudCode({
    scripts,
    hosts: config.scriptHosts,
    timeoutMs: config.scriptTimeoutMs,
    memoryMb: config.scriptMemoryMb,
    queued: config.scriptsQueued,
    logLines: config.scriptLogLines,
    onHostEvent,
  });
}
