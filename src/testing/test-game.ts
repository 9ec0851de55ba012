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

/** Scripts that run on the mark, and their periods. */
const TIMED = [
  [SYSTEM_SCRIPTS.everyMinute, 60_000],
  [SYSTEM_SCRIPTS.everyHour, 3_600_000],
  [SYSTEM_SCRIPTS.everyDay, 86_400_000],
] as const;
/** How often a server looks what has become due. */
const LOOK_MS = 1_000;

/** What a script that belongs to no request left. */
export interface ScriptOutcome {
  scriptData: AnyFrame;
  scriptErrors: AnyFrame;
  /** Present: it did not come to its end. */
  failure?: ScriptFailure;
}

/** A line that a script logged. */
export type ScriptLog = ScriptRunRecord["log"][number] & { script: string };

/** What another server calls the callback address with. */
export interface TestCallback {
  query?: Record<string, string>;
  /** Text, or what is sent as JSON text; without one the method is GET. */
  body?: string | object;
  /** Of the credential "server" alone. */
  player?: TestPlayer;
}

export interface TestClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves the clock on, and resolves when what became due by it has run. */
  advance(ms: number): Promise<void>;
}

/** What is made by `startGame`, and ends with the game. */
export interface TestGameParts {
  app: App;
  clock: FakeClock;
  store: Store;
  stage: Stage;
  /** Of the server's data; removed at the end. */
  data: string;
  runs: ScriptRunRecord[];
  serverLog: Record<string, unknown>[];
}

/** A game on a server of its own, with a clock that the test moves. */
export class TestGame {
  /** Every run of a script that came to its end or failed, in that order. */
  readonly runs: readonly ScriptRunRecord[];
  /** What the server itself logged, a line each. */
  readonly serverLog: readonly Record<string, unknown>[];
  readonly #parts: TestGameParts;
  #newcomers = 0;

  constructor(parts: TestGameParts) {
    this.#parts = parts;
    this.runs = parts.runs;
    this.serverLog = parts.serverLog;
  }

  /** What scripts logged. */
  get logs(): ScriptLog[] {
    return this.runs.flatMap(({ script, log }) => log.map((line) => ({ script, ...line })));
  }

  /** Why scripts failed, each with file and line. */
  get failures(): ScriptFailure[] {
    return this.runs.flatMap(({ failure }) => failure ?? []);
  }

  /** The socket's URL, for tests with a real SDK. */
  get url(): string {
    const { app } = this.#parts;
    return `${app.url}/ws/${this.#credential().name}/${app.services.game.apiKey}`;
  }

  /** Where its data is while it runs. */
  get dataFolder(): string {
    return this.#parts.data;
  }

  /** The game's time, which stands until it is moved. */
  get clock(): TestClock {
    return { now: () => this.#parts.clock.now(), advance: (ms) => this.#advance(ms) };
  }

  /**
   * A player on a new connection: the one of this name, made by a DeviceAuthenticationRequest where there is none, with
   * the game's own scripts of it.
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
      throw new Error([`${name} cannot enter: ${JSON.stringify(response["error"])}`, ...failed].join("\n"));
    }
    return new TestPlayer(client, store, () => this.settled());
  }

  /** Sends a request as nobody, such as a RegistrationRequest. */
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

  /** Runs a module as a schedule does. */
  runModule(
    name: string,
    data: Record<string, unknown> = {},
    options: { player?: TestPlayer } = {},
  ): Promise<ScriptOutcome> {
    return this.#run("modules", name, data, options.player);
  }

  /**
   * Calls the game's callback address as another server does: as a credential whose `callbacks` script answers, or as
   * "server", which GS_CALLBACK_URL answers. A script reads the query by name and the body as `REQUEST_BODY`.
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

  /** A runtime collection, to be filled before a test and looked into after it: the server's own, with MongoDB's verbs. */
  collection(name: string): Collection {
    return this.#parts.store.collection(`script.${name}`);
  }

  /** A meta collection. */
  metaCollection(name: string): Collection {
    return this.#parts.store.collection(`meta.${name}`);
  }

  /** Runs what is due by now, as a server does about every second. `clock.advance` does it too. */
  async look(): Promise<void> {
    await this.#parts.app.poll();
    await this.settled();
  }

  /** Resolves when nothing is under way any more, such as a message. */
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

  /** From one thing that becomes due to the next, so that each finds the clock at its own time. */
  async #advance(ms: number): Promise<void> {
    const { clock } = this.#parts;
    const end = clock.now() + ms;
    for (let lookedAt = Number.NEGATIVE_INFINITY; ; ) {
      // What is planned without a delay comes with the next look, as on a server whose clock goes by itself.
      const at = Math.max(await this.#nextDue(end), lookedAt + LOOK_MS, clock.now());
      clock.advance(Math.min(at, end) - clock.now());
      await this.look();
      lookedAt = clock.now();
      if (at >= end) break;
    }
  }

  /** When something becomes due next, or `end` where nothing does before. */
  async #nextDue(end: number): Promise<number> {
    const { app, clock, store } = this.#parts;
    const ripe = { due: { $lte: new Date(end) } };
    const earliest = { sort: { due: 1 } } as const;
    const next = await scheduleCollection(store).findOne(ripe, earliest);
    const challenge = await challengesIn(store).findOne(ripe, earliest);
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
