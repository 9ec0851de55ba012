import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ObjectId } from "../../../src/bson.ts";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { type ChallengeDocument, challengesIn } from "../../../src/domains/challenges/document.ts";
import { challengeIdOf } from "../../../src/domains/challenges/step.ts";
import { Messages } from "../../../src/domains/messages/messages.ts";
import { contentOf } from "../../../src/game/content.ts";
import { eventsOf } from "../../../src/game/events.ts";
import type { Credential, Game } from "../../../src/game/game.ts";
import { startTestApp, type TestApp, type TestAppOptions, testGame } from "../../support/app.ts";
import type { AnyFrame, TestClient } from "../../support/client.ts";
import { isMessage } from "../messages/support.ts";

/** Challenge types: MOVE takes turns of DUEL, SHOT takes attempts of SCORE; TROPHY ends with an achievement. */
const DOCUMENT = {
  "~challenges": [
    { shortCode: "DUEL", name: "Duel", description: "Two.", turnBased: true, attemptConsumers: ["MOVE"], tags: "a,b" },
    { shortCode: "SCORE", name: "Score", attemptConsumers: ["SHOT"], leaderboard: { "@ref": "/~leaderboards/HIGH" } },
    { shortCode: "TROPHY", name: "Trophy", achievement: { "@ref": "/~achievements/CUP" } },
  ],
};
const EVENTS = [
  { shortCode: "MOVE", "~attributes": [{ shortCode: "FIELD", dataType: "int", defaultValue: "${1 + 1}" }] },
  { shortCode: "SHOT", "~attributes": [] },
  { shortCode: "TALK", "~attributes": [{ shortCode: "ATTRIBUTE", dataType: "int" }] },
];

/** Half a day after the start of the tests' clock. */
export const END = "2026-01-02T15:04Z";

export interface Player extends TestClient {
  userId: string;
}

export interface ChallengeApp extends TestApp {
  /** A client signed in with the device of that name. The player has it as display name, and 100 of currency 1. */
  player(name: string): Promise<Player>;
  /** Gives a player a display name and 100 of currency 1. */
  enrich(userId: string, name: string): Promise<void>;
  /** Issues a challenge that ends at END. Returns its id. */
  issue(by: Player, fields?: Record<string, unknown>): Promise<string>;
  stored(id: string): Promise<ChallengeDocument>;
  /** The player's balance and reserve of currency 1. */
  purse(player: Player): Promise<[owned: number, setAside: number]>;
  befriend(one: Player, other: Player): Promise<void>;
  /** Makes the changes that are due, and waits for their messages. */
  look(): Promise<void>;
}

/** A game with these challenge types. */
export function challengeGame(game: Partial<Game> = {}, credentials: Credential[] = []): Game {
  return testGame(credentials, { ...contentOf(DOCUMENT, "", []), events: eventsOf(EVENTS, "", []), ...game });
}

/** A real server with these challenge types, and scripts by path. */
export async function startChallengeApp(
  scripts: Record<string, string> = {},
  options: TestAppOptions = {},
): Promise<ChallengeApp> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-challenges-"));
  for (const [file, source] of Object.entries(scripts)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), source);
  }
  const game = challengeGame({ folder });
  const config = { requestsPerSecond: 10_000, requestBurst: 10_000, ...options.config };
  const app = await startTestApp({ game, ticks: false, ...options, config });
  const store = await app.services.stores.open("preview");
  const enrich = async (userId: string, name: string) => {
    const update = { $set: { displayName: name, "currencies.0": 100 } };
    await accounts(store).players.updateOne({ _id: ObjectId.createFromHexString(userId) }, update);
  };
  return {
    ...app,
    async player(name) {
      const client = (await app.client()) as Player;
      await ok(client.request("DeviceAuthenticationRequest", { deviceId: name, deviceOS: "IOS", displayName: name }));
      await enrich(client.userId, name);
      return client;
    },
    enrich,
    async issue(by, fields = {}) {
      const request = { challengeShortCode: "DUEL", accessType: "PUBLIC", endTime: END, ...fields };
      return (await ok(by.request("CreateChallengeRequest", request)))["challengeInstanceId"];
    },
    async stored(id) {
      return (await challengesIn(store).findOne({ _id: challengeIdOf(id) }))!;
    },
    async purse(player) {
      const { currency1, reservedCurrency1 } = await ok(player.request("AccountDetailsRequest"));
      return [currency1, reservedCurrency1.challenge ?? 0];
    },
    async befriend(one, other) {
      const ids = [one.userId, other.userId].sort();
      const players = ids.map((id) => ObjectId.createFromHexString(id));
      await accounts(store).friendships.insertOne({ _id: ids.join(":"), players, via: ["FB"] });
    },
    async look() {
      await app.services.jobs.poll("challenge");
      await app.services.jobs.settled();
      await app.services.service(Messages).settled();
    },
    async discard() {
      await app.discard();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function ok(response: Promise<AnyFrame>): Promise<AnyFrame> {
  const frame = await response;
  if (frame.error !== undefined) throw new Error(`refused: ${JSON.stringify(frame.error)}`);
  return frame;
}

/** The next message of that class, such as "Started". */
export function message(player: Player, name: string): Promise<AnyFrame> {
  return player.next((frame) => frame["@class"] === `.Challenge${name}Message`);
}

/** The classes of the player's unread messages, such as "Started". */
export async function untaken(app: TestApp, player: Player): Promise<string[]> {
  await app.services.service(Messages).settled();
  await player.request("AccountDetailsRequest");
  return player.inbox.filter(isMessage).map((frame) => String(frame["@class"]).replace(/^\.Challenge|Message$/g, ""));
}
