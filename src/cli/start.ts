import { access, constants, mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type App, startApp } from "../app.ts";
import { SandboxError } from "../cloudcode/built-sandbox.ts";
import { fileProblem } from "../files.ts";
import { GameError } from "../game/errors.ts";
import { type LoadedGame, loadGame } from "../game/load.ts";
import { SettingsError } from "../setting.ts";
import { readSettings } from "../settings.ts";
import type { Settings } from "../settings-schema.ts";
import { StoreError } from "../store/errors.ts";
import { startExample } from "./example.ts";
import { installLastResort } from "./last-resort.ts";
import { stopSignal } from "./stop-signal.ts";
import { welcome } from "./welcome.ts";

/** The example game, beside `src/` as beside `dist/`. */
export const EXAMPLE_FOLDER = fileURLToPath(new URL("../../examples/starter", import.meta.url));

/** Why the server cannot start, in a sentence for whoever typed the command. */
class StartError extends Error {
  override name = "StartError";
}

/** Starts the server and answers once it has stopped: 0, or 1 where it could not start, or 2 for a bad setting. */
export async function start(args: string[]): Promise<number> {
  try {
    const config = readSettings({ args, env: process.env });
    // Listened for from here on: a signal during the start lets the start come to its end, and then stops.
    const stopped = stopSignal();
    const { app, end } = await startServer(config);
    installLastResort(app.services);
    await stopped;
    process.stdout.write("Stopping: answering what is in flight.\n");
    await app.close();
    await end();
    // A timer of a library must not hold up a stop that is complete.
    process.exit(0);
  } catch (error) {
    if (error instanceof SettingsError) return complain(error, 2);
    if (error instanceof GameError || error instanceof StartError) return complain(error, 1);
    throw error;
  }
}

async function startServer(config: Settings): Promise<{ app: App; end: () => Promise<void> }> {
  if (config.mongodbUrl === "") await makeDataFolder(config.data);
  const { game, end, isExample } = await openGame(config);
  let app: App | undefined;
  try {
    app = await startApp({ config, game });
    // A database in a file opens at once or never. MongoDB may come later: the first request that needs it waits.
    if (config.mongodbUrl === "") await app.services.stores.open(config.defaultStage);
    process.stdout.write(welcome({ config, game, app, isExample }));
    return { app, end };
  } catch (error) {
    await app?.close();
    await end();
    throw readable(error, config);
  }
}

/** The game that the settings name, or the example with its stand-in for Facebook. */
async function openGame(config: Settings): Promise<{ game: LoadedGame; isExample: boolean; end: () => Promise<void> }> {
  if (config.game !== "") return { game: await loadGame(config.game), isExample: false, end: async () => {} };
  return { ...(await startExample(EXAMPLE_FOLDER)), isExample: true };
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const isFile = await stat(folder).then(
      (found) => !found.isDirectory(),
      () => false,
    );
    const problem = isFile ? "is a file, not a folder" : fileProblem(error);
    throw new StartError(`The data folder ${folder} ${problem}. Set --data to one that can be written to.`);
  }
}

function readable(error: unknown, config: Settings): unknown {
  if (error instanceof StoreError || error instanceof SandboxError) return new StartError(error.message);
  const { code } = error as NodeJS.ErrnoException;
  const address = `${config.host}:${config.port}`;
  if (code === "EADDRINUSE") return new StartError(`${address} is in use already. Set --port to another, or to 0.`);
  if (code === "EACCES")
    return new StartError(`${address} may not be listened on by this user. Set --port above 1023.`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "EINVAL") {
    return new StartError(`${config.host} is no address of this machine. Set --host.`);
  }
  return error;
}

function complain(error: Error, exitCode: number): number {
  process.stderr.write(`${error.message}\n`);
  return exitCode;
}
