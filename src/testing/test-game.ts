import { rm } from "node:fs/promises";
import type { App } from "../app.ts";
import type { ScriptRunRecord } from "../cloudcode/script-record.ts";
import { challengesIn } from "../domains/challenges/index.ts";
import { scheduleCollection } from "../domains/schedules/index.ts";
import { playersCredential } from "../game/credentials.ts";
import type { Credential, Stage } from "../game/game.ts";
import { placed } from "../kernel/scripts/place.ts";
import type { ScriptFailure, ScriptKind } from "../kernel/scripts/result.ts";
import { SYSTEM_SCRIPTS } from "../kernel/scripts/system-scripts.ts";
import { settled } from "../kernel/settled.ts";
import type { Collection, Store } from "../store/store.ts";
import type { FakeClock } from "./fake-clock.ts";
import { type AnyFrame, TestPlayer } from "./test-player.ts";

const TIMED = [
  [SYSTEM_SCRIPTS.everyMinute, 60_000],
  [SYSTEM_SCRIPTS.everyHour, 3_600_000],
  [SYSTEM_SCRIPTS.everyDay, 86_400_000],
] as const;
const POLL_MS = 1_000;

export interface ScriptOutcome {
  scriptData: AnyFrame;
  scriptErrors: AnyFrame;
  /** Present if the script failed. */
  failure?: ScriptFailure;
}

export type ScriptLog = ScriptRunRecord["log"][number] & { script: string };

export interface TestCallback {
  query?: Record<string, string>;
  /** Text, or a value to send as JSON. Without a body the method is GET. */
  body?: string | object;
  player?: TestPlayer;
}

export interface TestClock {
  now(): number;
  /** Advances the clock and resolves when the work that became due has run. */
  advance(ms: number): Promise<void>;
}

export interface TestGameParts {
  app: App;
  clock: FakeClock;
  store: Store;
  stage: Stage;
  data: string;
  runs: ScriptRunRecord[];
  serverLog: Record<string, unknown>[];
}

/** A game on its own server, with a clock that the test moves. */
export class TestGame {
  /** Every script run, failed or not, in the order in which the runs ended. */
  readonly runs: readonly ScriptRunRecord[];
  /** The server's own log lines. */
  readonly serverLog: readonly Record<string, unknown>[];
  readonly #parts: TestGameParts;
  #newcomers = 0;

  constructor(parts: TestGameParts) {
    this.#parts = parts;
    this.runs = parts.runs;
    this.serverLog = parts.serverLog;
  }

  get logs(): ScriptLog[] {
    return this.runs.flatMap(({ script, log }) => log.map((line) => ({ script, ...line })));
  }

  get failures(): ScriptFailure[] {
    return this.runs.flatMap(({ failure }) => failure ?? []);
  }

  /** The socket URL, for tests with a real SDK. */
  get url(): string {
    const { app } = this.#parts;
    return `${app.url}/ws/${this.#credential().name}/${app.services.game.apiKey}`;
  }

  get dataFolder(): string {
    return this.#parts.data;
  }

  get clock(): TestClock {
    return { now: () => this.#parts.clock.now(), advance: (ms) => this.#advance(ms) };
  }

  /**
   * Signs in a player of this name on a new connection, by a DeviceAuthenticationRequest that creates it if necessary.
   */
  async player(name: string = `Player ${++this.#newcomers}`): Promise<TestPlayer> {
    const { app, stage, store } = this.#parts;
    const client = app.localClient(stage, this.#credential());
    const device = { deviceId: name, deviceOS: "IOS", displayName: name };
    const before = this.failures.length;
    const { response } = await client.request({ "@class": ".DeviceAuthenticationRequest", ...device });
    await this.settled();
    const failed = this.failures.slice(before).map(placed);
    if (client.player === undefined || failed.length > 0) {
      client.signOut();
      throw new Error([`${name} cannot sign in: ${JSON.stringify(response["error"])}`, ...failed].join("\n"));
    }
    return new TestPlayer(client, store, () => this.settled());
  }

  /** Sends a request without a player, such as a RegistrationRequest. */
  async request(name: string, fields: Record<string, unknown> = {}): Promise<AnyFrame> {
    const { app, stage } = this.#parts;
    const client = app.localClient(stage, this.#credential());
    const { response } = await client.request({ "@class": `.${name}`, ...fields });
    client.signOut();
    return response;
  }

  /** Runs a system script, such as `GS_MINUTE`, now. */
  runSystem(name: string, options: { player?: TestPlayer } = {}): Promise<ScriptOutcome> {
    return this.#run("system", name, {}, options.player);
  }

  runModule(
    name: string,
    data: Record<string, unknown> = {},
    options: { player?: TestPlayer } = {},
  ): Promise<ScriptOutcome> {
    return this.#run("modules", name, data, options.player);
  }

  /**
   * Calls the game's callback address as another server does: as a credential with a `callbacks` script, or as
   * "server", for GS_CALLBACK_URL. Scripts read the query by name and the body as `REQUEST_BODY`.
   */
  async callback(credential: string, request: TestCallback = {}): Promise<{ status: number; body: string }> {
    const { app } = this.#parts;
    const { apiKey, credentials } = app.services.game;
    const secret = credentials.get(credential)?.secret;
    if (secret === undefined) throw new Error(`The game has no credential ${credential}.`);
    const { player, query = {}, body } = request;
    const whose = credential === "server" ? [secret, ...(player ? [player.id] : [])] : [credential, secret];
    const path = ["callback", apiKey, ...whose].map(encodeURIComponent).join("/");
    const post = body !== undefined && { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) };
    const answer = await fetch(`${app.httpUrl}/${path}?${new URLSearchParams(query)}`, post || {});
    const text = await answer.text();
    await this.settled();
    return { status: answer.status, body: text };
  }

  /** A runtime collection, to set up and inspect data. It is the server's own and has MongoDB's methods. */
  collection(name: string): Collection {
    return this.#parts.store.collection(`script.${name}`);
  }

  metaCollection(name: string): Collection {
    return this.#parts.store.collection(`meta.${name}`);
  }

  /** Runs work that is due now, as a server does about once a second. `clock.advance` does it too. */
  async poll(): Promise<void> {
    await this.#parts.app.poll();
    await this.settled();
  }

  /** Resolves when no work is running, such as message delivery. */
  settled(): Promise<void> {
    return settled(this.#parts.app);
  }

  /** Stops the server and removes its data. */
  async close(): Promise<void> {
    await this.#parts.app.close();
    await rm(this.#parts.data, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Advances from one due time to the next, so that the clock is right for each piece of work. */
  async #advance(ms: number): Promise<void> {
    const { clock } = this.#parts;
    const end = clock.now() + ms;
    for (let polledAt = Number.NEGATIVE_INFINITY; ; ) {
      // Work scheduled without a delay runs at the next poll, as on a real server.
      const at = Math.max(await this.#nextDue(end), polledAt + POLL_MS, clock.now());
      clock.advance(Math.min(at, end) - clock.now());
      await this.poll();
      polledAt = clock.now();
      if (at >= end) break;
    }
  }

  /** The earliest due time, or `end` if there is none before. */
  async #nextDue(end: number): Promise<number> {
    const { app, clock, store } = this.#parts;
    const due = { due: { $lte: new Date(end) } };
    const earliest = { sort: { due: 1 } } as const;
    const next = await scheduleCollection(store).findOne(due, earliest);
    const challenge = await challengesIn(store).findOne(due, earliest);
    const marks = TIMED.filter(([script]) => app.services.cloudCode.has("system", script)).map(
      ([, periodMs]) => (Math.floor(clock.now() / periodMs) + 1) * periodMs,
    );
    return Math.min(end, ...marks, next?.due.getTime() ?? end, challenge?.due?.getTime() ?? end);
  }

  async #run(
    kind: ScriptKind,
    name: string,
    data: Record<string, unknown>,
    player: TestPlayer | undefined,
  ): Promise<ScriptOutcome> {
    const { app, stage } = this.#parts;
    if (!app.services.cloudCode.has(kind, name)) throw new Error(`The game has no script ${kind}/${name}.`);
    const result = await app.services.scripts.run({ kind, name, stage, data, player: player?.id });
    await this.settled();
    const { scriptData, scriptErrors, failure } = result;
    return { scriptData, scriptErrors, ...(failure && { failure }) };
  }

  #credential(): Credential {
    return playersCredential(this.#parts.app.services.game.credentials);
  }
}
