import { access, constants, mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { removeAdminFile, writeAdminFile } from "../apis/admin/file.ts";
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
import { createFirstAdmin, type FirstAdmin } from "./first-admin.ts";
import { installLastResort } from "./last-resort.ts";
import { stopSignal } from "./stop-signal.ts";
import { welcome } from "./welcome.ts";

/** The example game, next to `src/` and to `dist/`. */
export const EXAMPLE_FOLDER = fileURLToPath(new URL("../../examples/starter", import.meta.url));

/** Why the server cannot start, as a sentence for the operator. */
class StartError extends Error {
  override name = "StartError";
}

/** Exit code 0 after a stop; 1 if the server could not start; 2 for an invalid setting. */
export async function start(args: string[]): Promise<number> {
  try {
    const config = readSettings({ args, env: process.env });
    // A signal during the start takes effect once the start is complete.
    const stopped = stopSignal();
    const { app, end } = await startServer(config);
    installLastResort(app.services);
    await stopped;
    process.stdout.write("Stopping: finishing requests in flight.\n");
    await removeAdminFile(config.data, app.adminToken);
    await app.close();
    await end();
    // Exit explicitly: a library's timer must not delay the exit.
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
    // A file opens now or never. MongoDB may become available later, so requests wait for it instead.
    let firstAdmin: FirstAdmin | undefined;
    if (config.mongodbUrl === "") {
      await app.services.stores.open(config.defaultStage);
      await writeAdminFile(config.data, { host: config.host, port: app.port, token: app.adminToken });
      firstAdmin = await createFirstAdmin(app, config);
    }
    process.stdout.write(welcome({ config, game, app, isExample, firstAdmin }));
    return { app, end };
  } catch (error) {
    await app?.close();
    await end();
    throw readable(error, config);
  }
}

/** The configured game, or the example game with its Facebook stand-in. */
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
    throw new StartError(`The data folder ${folder} ${problem}. Set --data to a writable folder.`);
  }
}

function readable(error: unknown, config: Settings): unknown {
  if (error instanceof StoreError || error instanceof SandboxError) return new StartError(error.message);
  const { code } = error as NodeJS.ErrnoException;
  const address = `${config.host}:${config.port}`;
  if (code === "EADDRINUSE")
    return new StartError(`${address} is already in use. Set --port to another port, or to 0 for a free one.`);
  if (code === "EACCES")
    return new StartError(`This user may not listen on ${address}. Set --port to a port above 1023.`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "EINVAL") {
    return new StartError(`${config.host} is not an address of this machine. Set --host.`);
  }
  return error;
}

function complain(error: Error, exitCode: number): number {
  process.stderr.write(`${error.message}\n`);
  return exitCode;
}
