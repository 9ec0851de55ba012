import type { Config } from "../config.ts";
import type { Game } from "../game/game.ts";
import { builtSandbox } from "./built-sandbox.ts";
import type { CloudCode } from "./cloudcode.ts";
import type { HostEvent } from "./host-pool.ts";
import { type LoadedScripts, loadScripts } from "./load.ts";
import { noCloudCode } from "./none.ts";
import type { ReloadEvent } from "./reload.ts";

/**
 * Opens the Cloud Code of a game. Without scripts it costs nothing, except for watching the folders if configured.
 * @throws SandboxError if the sandbox is not built
 */
export async function openCloudCode(
  game: Pick<Game, "folder" | "embeddedScripts"> & Partial<Pick<Game, "apiKey">>,
  config: Config,
  onHostEvent: (event: HostEvent) => void,
  onReload: (event: ReloadEvent) => void = () => {},
): Promise<CloudCode> {
  if (game.folder === "" && game.embeddedScripts.length === 0) return noCloudCode;
  builtSandbox();
  const load = (before?: LoadedScripts): Promise<LoadedScripts> =>
    loadScripts({ folder: game.folder, embedded: game.embeddedScripts }, before);
  const start = async (scripts: LoadedScripts) => {
    const { startCloudCode } = await import("./start.ts");
    return startCloudCode({
      scripts,
      hosts: config.scriptHosts,
      timeoutMs: config.scriptTimeoutMs,
      lanes: config.scriptLanes,
      cpuMs: config.scriptCpuMs,
      memoryMb: config.scriptMemoryMb,
      hostMemoryMb: config.scriptHostMemoryMb,
      resultChars: config.scriptResultChars,
      perPlayer: config.scriptsPerPlayer,
      cpuShare: config.scriptCpuShare,
      queued: config.scriptsQueued,
      logLines: config.scriptLogLines,
      logChars: config.scriptLogChars,
      hostCalls: config.scriptHostCalls,
      ...(game.apiKey !== undefined && { apiKey: game.apiKey }),
      onHostEvent,
    });
  };
  const scripts = await load();
  if (config.scriptHotReload === "on" && game.folder !== "") {
    const { followFolder } = await import("./reload.ts");
    return followFolder({ scripts, load, start, onReload });
  }
  if (scripts.byName.size === 0) return { ...noCloudCode, problems: () => scripts.problems };
  return start(scripts);
}
