import { access, constants, mkdir } from "node:fs/promises";
import { isIP } from "node:net";
import { fileURLToPath } from "node:url";
import { type App, startApp } from "../app.ts";
import type { Config } from "../config.ts";
import { GameError } from "../game/errors.ts";
import type { Game } from "../game/game.ts";
import { loadGame } from "../game/load.ts";
import { readSettings, SettingsError } from "../settings.ts";
import { startExample } from "./example.ts";
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
    const { app, end } = await startServer(config);
    await stopSignal();
    process.stdout.write("Stopping: answering what is in flight.\n");
    process.once("SIGINT", () => process.exit(1)).once("SIGTERM", () => process.exit(1));
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

async function startServer(config: Config): Promise<{ app: App; end: () => Promise<void> }> {
  if (config.mongodbUrl === "") await makeDataFolder(config.data);
  const { game, end, isExample } = await openGame(config);
  try {
    const app = await startApp({ config, game });
    process.stdout.write(welcome({ config, game, app, isExample, exposed: !isLoopback(config.host) }));
    return { app, end };
  } catch (error) {
    await end();
    throw readable(error, config);
  }
}

/** The game that the settings name, or the example with its stand-in for Facebook. */
async function openGame(config: Config): Promise<{ game: Game; isExample: boolean; end: () => Promise<void> }> {
  if (config.game !== "") return { game: await loadGame(config.game), isExample: false, end: async () => {} };
  return { ...(await startExample(EXAMPLE_FOLDER)), isExample: true };
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new StartError(`The data folder ${folder} cannot be used: ${(error as Error).message}. Set --data.`);
  }
}

function readable(error: unknown, config: Config): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const address = `${config.host}:${config.port}`;
  if (code === "EADDRINUSE") return new StartError(`${address} is in use already. Set --port to another, or to 0.`);
  if (code === "EACCES") return new StartError(`${address} may not be listened on: ${message}. Set --port above 1023.`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new StartError(`${config.host} is no address of this machine. Set --host.`);
  }
  return error;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

function complain(error: Error, exitCode: number): number {
  process.stderr.write(`${error.message}\n`);
  return exitCode;
}
