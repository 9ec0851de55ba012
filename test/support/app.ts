import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { Value } from "@sinclair/typebox/value";
import { type App, startApp } from "../../src/app.ts";
import { contentOf } from "../../src/game/content.ts";
import type { Credential, Game } from "../../src/game/game.ts";
import { createLog } from "../../src/kernel/log.ts";
import type { AppOptions } from "../../src/services.ts";
import { type Settings, SettingsSchema } from "../../src/settings-schema.ts";
import { FakeClock } from "../../src/testing/fake-clock.ts";
import { hasScriptsOf } from "./answers.ts";
import { TestClient } from "./client.ts";
import { PATIENT_MS } from "./patience.ts";

export { FakeClock };

export const API_KEY = "testgame0001";
export const DEVICE_SECRET = "device secret";
export const SERVER_SECRET = "server secret";

export function testCredential(name: string, credential: Partial<Credential> = {}): Credential {
  return {
    name,
    type: name,
    secret: `${name} secret`,
    canHavePlayer: true,
    canListen: true,
    canCallback: false,
    coppaCompliant: false,
    restPolicy: "Allowed",
    allows: () => true,
    ...credential,
  };
}

/** A game with the credentials `device`, `server` and `server-send`, and further ones. */
export function testGame(credentials: Credential[] = [], game: Partial<Game> = {}): Game {
  const all = [
    testCredential("device"),
    testCredential("server", { canHavePlayer: false, canCallback: true }),
    testCredential("server-send", { canHavePlayer: false, canListen: false }),
    ...credentials,
  ];
  return {
    apiKey: API_KEY,
    name: "Test game",
    folder: "",
    credentials: new Map(all.map((c) => [c.name, c])),
    integrations: {},
    newPlayerCurrencies: [0, 0, 0, 0, 0, 0],
    events: new Map(),
    dataTypes: new Map(),
    ...contentOf({}, "", []),
    messages: new Map(),
    embeddedScripts: [],
    document: {},
    ...game,
  };
}

/** Every setting's default but a free port and a patient store, no log but what the test reads, and what the test sets. */
export function testConfig(settings: Partial<Settings> = {}): Settings {
  return {
    ...(Value.Create(SettingsSchema) as Settings),
    port: 0,
    logLevel: "info",
    queryTimeoutMs: PATIENT_MS,
    ...settings,
  };
}

export interface TestApp extends App {
  readonly clock: FakeClock;
  /** The log, each line parsed. */
  readonly log: Record<string, unknown>[];
  readonly data: string;
  /** A client of the device credential after its handshake. */
  client(options?: { authToken?: string; sessionId?: string }): Promise<TestClient>;
  /** The socket's URL of a credential. */
  socketUrl(credential?: string): string;
  /** Closes the server and everything that was connected, and removes its data. */
  discard(): Promise<void>;
}

export interface TestAppOptions extends Omit<AppOptions, "config" | "game" | "clock" | "log"> {
  config?: Partial<Settings>;
  game?: Game;
  /** A folder to keep: it is not removed. */
  data?: string;
}

/** Starts a real server in this process, on a free port and a fresh data folder. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { config: settings, game = testGame(), data: kept, ...others } = options;
  const data = kept ?? (await mkdtemp(join(tmpdir(), "rekindle-app-")));
  const config = testConfig({ data, ...settings });
  const clock = new FakeClock();
  const log: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      for (const line of String(chunk).split("\n")) if (line !== "") log.push(JSON.parse(line));
      done();
    },
  });
  const app = await startApp({ config, game, clock, log: createLog(config, sink), ...others });
  const clients: TestClient[] = [];
  const socketUrl = (credential = "device") => `${app.url}/ws/${credential}/${API_KEY}`;
  return {
    ...app,
    clock,
    log,
    data,
    socketUrl,
    async client(handshake = {}) {
      const client = await TestClient.connect(socketUrl(), { secret: DEVICE_SECRET, ...handshake });
      clients.push(client);
      client.hasScripts = (sent) => hasScriptsOf(app.services.cloudCode, sent);
      return client;
    },
    async discard() {
      for (const { socket } of clients) socket.terminate();
      await app.close();
      if (kept === undefined) await rm(data, { recursive: true, force: true });
    },
  };
}
