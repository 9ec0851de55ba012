import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { connect } from "../../../src/domains/accounts/connect.ts";
import { friendIdsOf } from "../../../src/domains/accounts/friends.ts";
import { accountsDomain } from "../../../src/domains/accounts/index.ts";
import { linkKey } from "../../../src/domains/accounts/links.ts";
import { register } from "../../../src/domains/accounts/registration.ts";
import { newPlayerId, objectIdOf, playerIdOf } from "../../../src/ids.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import type { Store } from "../../../src/store/store.ts";

const CHILD = fileURLToPath(new URL("../../support/disconnect-child.ts", import.meta.url));
const PLAYERS = 12;
const FRIENDS = 300;
/** Each round kills a bit later, so that all parts of a disconnect are interrupted. */
const ROUNDS = 12;

let folder: string;
/** A store of players with many Facebook friends; each round uses a copy. */
let connected: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-crash-"));
  connected = join(folder, "connected.db");
  const store = await openEmbeddedStore({ path: connected });
  await prepareCollections(accountsDomain, store);
  for (let n = 0; n < PLAYERS; n++) await addPlayer(store, n);
  await store.close();
});
afterAll(() => rm(folder, { recursive: true }));

it("a server killed during disconnects has done each of them completely or not at all", async () => {
  let unfinished = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const path = join(folder, `${round}.db`);
    await copyFile(connected, path);
    const acknowledged = await runUntilKilled(path, { after: round % 6, ms: (round * 3) % 17 });
    const store = await openEmbeddedStore({ path });
    const states = await statesOf(store);
    await store.close();

    expect(Object.keys(states)).toHaveLength(PLAYERS);
    for (const [player, state] of Object.entries(states)) {
      if (acknowledged.includes(player)) expect(state).toEqual(DISCONNECTED);
      else expect([CONNECTED, DISCONNECTED]).toContainEqual(state);
    }
    unfinished += Object.values(states).filter((state) => state.friends > 0).length;
  }
  // Otherwise every child ended before it was killed, and nothing was tested.
  expect(unfinished).toBeGreaterThan(0);
});

const CONNECTED = { linked: true, says: true, friends: FRIENDS, listed: true, revoking: false };
const DISCONNECTED = { linked: false, says: false, friends: 0, listed: false, revoking: true };

async function addPlayer(store: Store, n: number): Promise<void> {
  const newcomer = { currencies: [0, 0, 0, 0, 0, 0], by: SERVER, now: 0 };
  const friends = Array.from({ length: FRIENDS }, (_, i) => ({ id: `friend-${n}-${i}` }));
  await accounts(store).links.insertMany(
    friends.map(({ id }) => ({
      _id: linkKey("FB", id),
      systemId: "FB",
      externalId: id,
      playerId: objectIdOf(newPlayerId()),
      connectedAt: new Date(0),
      friendships: 0,
    })),
  );
  const { _id } = await store.transaction((tx) => register(tx, { ...newcomer, userName: `star-${n}` }, "hash"));
  const profile = { id: `star-${n}`, friends };
  const link = {
    ...newcomer,
    systemId: "FB" as const,
    field: "accessToken",
    profile,
    tokens: { token: "sealed" },
    flags: {},
    segments: {},
  };
  await store.transaction((tx) => connect(tx, playerIdOf(_id), link));
}

/** What remains of each star's link: the link, the entry in the player, friendships, the friend list. */
async function statesOf(store: Store): Promise<Record<string, typeof CONNECTED>> {
  const { players, links, externalFriends, tokenRevocations } = accounts(store);
  const states: Record<string, typeof CONNECTED> = {};
  for (const player of await players.find({}).toArray()) {
    states[playerIdOf(player._id)] = {
      linked: (await links.countDocuments({ playerId: player._id })) === 1,
      says: player.externalIds.FB !== undefined,
      friends: (await friendIdsOf(store, playerIdOf(player._id))).length,
      // Each star's userName is its id at Facebook.
      revoking: (await tokenRevocations.countDocuments({ externalId: player.userName })) === 1,
      listed: (await externalFriends.countDocuments({ playerId: player._id })) > 0,
    };
  }
  return states;
}

/** Kills the child `ms` after acknowledgement `after`. Returns the acknowledged players. */
async function runUntilKilled(path: string, kill: { after: number; ms: number }): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const acknowledged: string[] = [];
  let seen = -1;
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line !== "ready" && line !== "done") acknowledged.push(line);
    seen += 1;
    if (seen === kill.after) void delay(kill.ms).then(() => child.kill("SIGKILL"));
  }
  await exited;
  return acknowledged;
}
