import { Value } from "@sinclair/typebox/value";
import { startApp } from "../../src/app.ts";
import type { PlayerId } from "../../src/ids.ts";
import type { AppOptions } from "../../src/services.ts";
import { SettingsSchema } from "../../src/settings-schema.ts";
import { API_KEY } from "./game.ts";
import { serve } from "./program.ts";
import { linkFriends, makeFriends, seedDevices } from "./seed.ts";
import { linkAll, makeKey, makeProfileKeys } from "./seed-doors.ts";

const UNLIMITED = 1_000_000_000;

/**
 * The server as `startApp` composes it, with the embedded store in the folder that is the program's argument. Every
 * setting has its default, but for the rates of one socket and one key: a benchmark sends on a hundred sockets what games send on a
 * hundred thousand.
 */
export async function serveApp(options: Omit<AppOptions, "config">): Promise<void> {
  const config = {
    ...Value.Create(SettingsSchema),
    port: 0,
    data: process.argv[2]!,
    requestsPerSecond: UNLIMITED,
    requestBurst: UNLIMITED,
    apiReadsPerMinute: UNLIMITED,
    apiWritesPerMinute: UNLIMITED,
  };
  const app = await startApp({ ...options, config });
  const store = await app.services.stores.open(config.defaultStage);
  serve(
    {
      url: () => `${app.url}/ws/device/${API_KEY}`,
      seedDevices: (count: number) => seedDevices(store, count),
      makeFriends: (count: number) => makeFriends(store, count),
      makeKey: () => makeKey(store),
      makeProfileKeys: (players: PlayerId[]) => makeProfileKeys(store, players),
      linkAll: (players: PlayerId[]) => linkAll(store, players),
      linkFriends: (link: Parameters<typeof linkFriends>[1]) => linkFriends(store, link),
    },
    () => app.close(),
  );
}
