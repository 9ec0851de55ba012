import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Value } from "@sinclair/typebox/value";
import { type App, startApp } from "../app.ts";
import type { CloudCode } from "../cloudcode/cloudcode.ts";
import { openCloudCode } from "../cloudcode/open.ts";
import { recorded, type ScriptRunRecord } from "../cloudcode/script-record.ts";
import type { Game, Stage } from "../game/game.ts";
import { loadGame } from "../game/load.ts";
import { createLog } from "../kernel/log.ts";
import { intoList } from "../kernel/log-lines.ts";
import { placed } from "../kernel/scripts/place.ts";
import { type Settings, SettingsSchema } from "../settings-schema.ts";
import { FakeClock } from "./fake-clock.ts";
import { TestGame } from "./test-game.ts";

export interface StartGameOptions {
  /** The game's folder as a path or a file URL, such as `new URL("..", import.meta.url)`. */
  folder: string | URL;
  /** The game's initial time: a Date, milliseconds since 1970 or an ISO date. 2026-01-02T03:04:05Z by default. */
  now?: Date | number | string;
  /** Server settings, such as `{ scriptTimeoutMs: 500 }`. */
  settings?: Partial<Settings>;
  /** "preview" by default. */
  stage?: Stage;
}

/**
 * Starts the real server in this process for a game's folder, with real script hosts, temporary empty data and a clock
 * that the test moves. Takes about a second; one server may serve a whole test file.
 * @throws GameError if the configuration cannot be used, and an Error that lists scripts that cannot be parsed
 */
export async function startGame({
  folder,
  now,
  settings = {},
  stage = "preview",
}: StartGameOptions): Promise<TestGame> {
  const game = await loadGame(typeof folder === "string" ? folder : fileURLToPath(folder));
  const clock = new FakeClock(now === undefined ? undefined : timeOf(now));
  const data = await mkdtemp(join(tmpdir(), "rekindle-testing-"));
  const fixed = { host: "127.0.0.1", port: 0, data, mongodbUrl: "", scriptHotReload: "off" } as const;
  const config: Settings = { ...(Value.Create(SettingsSchema) as Settings), ...settings, ...fixed };
  const runs: ScriptRunRecord[] = [];
  const serverLog: Record<string, unknown>[] = [];
  let app: App | undefined;
  try {
    const cloudCode = recorded(await openUnbroken(game, config), (run) => runs.push(run));
    app = await startApp({ config, game, clock, cloudCode, log: createLog(config, intoList(serverLog)), ticks: false });
    const store = await app.services.stores.open(stage);
    const running = new TestGame({ app, clock, store, stage, data, runs, serverLog });
    await running.poll();
    return running;
  } catch (error) {
    await app?.close();
    await rm(data, { recursive: true, force: true });
    throw error;
  }
}

async function openUnbroken(game: Game, config: Settings): Promise<CloudCode> {
  const cloudCode = await openCloudCode(game, config, () => {});
  const problems = cloudCode.problems();
  if (problems.length === 0) return cloudCode;
  await cloudCode.close();
  throw new Error(["The game has scripts that cannot be used:", ...problems.map(placed)].join("\n"));
}

function timeOf(now: Date | number | string): number {
  const time = new Date(now).getTime();
  if (Number.isNaN(time)) throw new TypeError(`now is not a date: ${String(now)}`);
  return time;
}
