import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../src/domains/accounts/collections.ts";
import { connect } from "../src/domains/accounts/connect.ts";
import { changeDetails } from "../src/domains/accounts/details.ts";
import { playerOfDevice } from "../src/domains/accounts/devices.ts";
import { disconnect } from "../src/domains/accounts/disconnect.ts";
import { accountsDomain } from "../src/domains/accounts/index.ts";
import { requireUnchangedPassword } from "../src/domains/accounts/login.ts";
import { createPlayer } from "../src/domains/accounts/players.ts";
import { issueToken, ownerOfToken, revokeTokens, useToken } from "../src/domains/accounts/tokens.ts";
import { dataDomain } from "../src/domains/data/index.ts";
import { DATA_LIMITS } from "../src/domains/data/limits.ts";
import { dataTypes } from "../src/domains/data/types.ts";
import { filesDomain } from "../src/domains/files/index.ts";
import { addUpload } from "../src/domains/files/uploads.ts";
import { schedulesDomain } from "../src/domains/schedules/index.ts";
import { Schedules, TooManySchedules } from "../src/domains/schedules/schedules.ts";
import { RequestError } from "../src/errors.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../src/ids.ts";
import { SERVER } from "../src/kernel/actor.ts";
import { prepareCollections } from "../src/kernel/domain.ts";
import { prepareGuards } from "../src/store/guard.ts";
import type { Collection, Store } from "../src/store/store.ts";
import { FakeClock } from "./support/app.ts";
import { atEveryPoint } from "./support/interleave.ts";
import { sideBySide } from "./support/side-by-side.ts";
import { engines } from "./support/stores.ts";

/** What domains promise where transactions have snapshot isolation and no more, as MongoDB's have. */
const NOW = Date.UTC(2026, 0, 2);
const NEWCOMER = { currencies: [0, 0, 0, 0, 0, 0] };
const TOKENS = { authTokenDays: 90, authTokensPerPlayer: 10 };

const collections = [
  ...Object.values(accounts({ collection: (name) => ({ name }) as never })).map(({ name }) => name),
  ...["guard", "upload", "schedule", "dataType", "switches"],
];
const snapshots = sideBySide(engines[0]!, collections, async (store) => {
  await prepareGuards(store);
  await prepareCollections(accountsDomain, store);
});

let store: Store;
let discard: () => Promise<void>;
beforeEach(async () => {
  ({ store, discard } = await snapshots.open());
});
afterEach(() => discard());

describe("snapshot isolation", () => {
  const switchOff = (switches: Collection, _id: number, meet: () => Promise<void>, write: boolean) =>
    store.transaction(async (tx) => {
      const inside = tx.collection(switches.name);
      if (write) await inside.updateOne({ _id: "promise" }, { $inc: { version: 1 } });
      const on = await inside.countDocuments({ on: true });
      await meet();
      if (on >= 2) await inside.updateOne({ _id }, { $set: { on: false } });
    });

  it.each([
    ["lets write skew through where a transaction does not write what it relies on", false, 0],
    ["forbids it where it does", true, 1],
  ])("%s", async (_name, write, left) => {
    const switches = store.collection("switches");
    await switches.insertMany([{ _id: 0, on: true }, { _id: 1, on: true }, { _id: "promise" }]);
    const meet = meeting(2);
    await Promise.all([switchOff(switches, 0, meet, write), switchOff(switches, 1, meet, write)]);
    expect(await switches.countDocuments({ on: true })).toBe(left);
  });
});

describe("limits hold, however many come at once", () => {
  const SIX = Array.from({ length: 6 }, (_, i) => i);

  it("uploaded files of a player", async () => {
    await prepareCollections(filesDomain, store);
    const player = await newPlayer();
    const file = { player, fileName: "a", text: "a", metaData: "null", now: NOW };
    const ids = await Promise.all(SIX.map(() => addUpload(store, file, 2)));
    expect(ids.filter((id) => id !== undefined)).toHaveLength(2);
    expect(await store.collection("upload").countDocuments({})).toBe(2);
  });

  it("schedules of a player", async () => {
    await prepareCollections(schedulesDomain, store);
    const player = await newPlayer();
    const schedules = new Schedules({
      clock: new FakeClock(),
      config: { schedulesPerPlayer: 2, schedulesPerStage: 100, scriptTimeoutMs: 1_000 },
      jobs: { closing: false },
      scripts: { has: () => true, run: () => Promise.reject(new Error("no module runs here")) },
      dropped: () => undefined,
    });
    const plan = { module: "M", delayMs: 1_000, data: "{}", player, key: undefined };
    const planned = await Promise.allSettled(SIX.map(() => schedules.add(store, plan)));
    expect(planned.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    for (const outcome of planned) {
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(TooManySchedules);
    }
    expect(await store.collection("schedule").countDocuments({})).toBe(2);
  });

  it("types of items", async () => {
    await prepareCollections(dataDomain, store);
    const types = Array.from({ length: DATA_LIMITS.types - 2 }, (_, i) => ({ _id: `t${i}` }));
    await store.collection("dataType").insertMany(types);
    await dataTypes(store).prepare("first", undefined);
    const made = await Promise.allSettled(SIX.map((i) => dataTypes(store).prepare(`more${i}`, undefined)));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await store.collection("dataType").countDocuments({})).toBe(DATA_LIMITS.types);
    await dataTypes(store).indexed();
  });
});

describe("accounts", () => {
  it("a token that is exchanged while all are revoked: no token is left but one that came after", async () => {
    await atEveryPoint(true, async (pauseBefore, otherIsDone) => {
      const player = await newPlayer();
      const token = await issueToken(store, player, NOW, TOKENS);
      const paused = pauseBefore(store, () => store.transaction((tx) => revokeTokens(tx, player)));
      const exchanged = await paused.transaction(async (tx) => {
        if ((await useToken(tx, token, NOW)) !== player) return undefined;
        return issueToken(tx, player, NOW, TOKENS);
      });
      await otherIsDone();
      expect(await ownerOfToken(store, token, NOW)).toBeUndefined();
      if (exchanged !== undefined) expect(await ownerOfToken(store, exchanged, NOW)).toBeUndefined();
    });
  });

  it("a login while the password is changed: no token is left of the old one", async () => {
    await atEveryPoint(true, async (pauseBefore, otherIsDone) => {
      const player = await newPlayer();
      await accounts(store).passwords.insertOne({ _id: objectIdOf(player), hash: "old" });
      const change = () => store.transaction((tx) => changeDetails(tx, player, { newHash: "new" }));
      const token = await pauseBefore(store, change)
        .transaction(async (tx) => {
          await requireUnchangedPassword(tx, { player, hash: "old" });
          return issueToken(tx, player, NOW, TOKENS);
        })
        .catch(noneIfRefused);
      await otherIsDone();
      if (token !== undefined) expect(await ownerOfToken(store, token, NOW)).toBeUndefined();
    });
  });

  it("a login by a device while its player is upgraded: no token is left of the device", async () => {
    let round = 0;
    await atEveryPoint(true, async (pauseBefore, otherIsDone) => {
      const device = { deviceId: `device ${++round}`, deviceOS: "IOS", segments: {} };
      const newcomer = { ...NEWCOMER, now: NOW };
      const first = await store.transaction((tx) => playerOfDevice(tx, device, newcomer));
      const player = playerIdOf(first.player._id);
      const details = { userName: `upgraded ${round}`, newHash: "hash" };
      const upgrade = () => store.transaction((tx) => changeDetails(tx, player, details));
      const login = await pauseBefore(store, upgrade).transaction(async (tx) => {
        const found = await playerOfDevice(tx, device, newcomer);
        const owner = playerIdOf(found.player._id);
        return { owner, token: await issueToken(tx, owner, NOW, TOKENS) };
      });
      await otherIsDone();
      if (login.owner === player) expect(await ownerOfToken(store, login.token, NOW)).toBeUndefined();
    });
  });

  it("friends that come with a login while the account is disconnected: none is left by a link that is gone", async () => {
    let round = 0;
    await atEveryPoint(true, async (pauseBefore, otherIsDone) => {
      const [me, friend] = [`me${++round}`, `friend${round}`];
      const player = await login(store, me, []);
      await login(store, friend, []);
      await accounts(store).players.updateOne({}, { $unset: { userNameSource: "" } });
      await ownLogin(player);
      const paused = pauseBefore(store, () =>
        store.transaction((tx) => disconnect(tx, player, "FB", { by: SERVER, now: 0 })),
      );
      await login(paused, me, [friend]).catch(() => undefined);
      await otherIsDone();
      const { links, externalFriends, friendships } = accounts(store);
      const isLinked = (await links.findOne({ _id: `FB:${me}` })) !== null;
      const owner = isLinked ? await links.findOne({ _id: `FB:${me}` }) : null;
      if (owner && playerIdOf(owner.playerId) === player) return;
      const self = (await accounts(store).players.findOne({ userName: `own-${player}` }))!._id;
      expect(await externalFriends.countDocuments({ playerId: self })).toBe(0);
      expect(await friendships.countDocuments({ players: self })).toBe(0);
    });
  });

  /** So that nothing but the link is in the way of a disconnect. */
  async function ownLogin(player: PlayerId): Promise<void> {
    const { players, passwords } = accounts(store);
    const all = await players.find({}).toArray();
    const { _id } = all.find((each) => playerIdOf(each._id) === player)!;
    await players.updateOne({ _id }, { $set: { userName: `own-${player}` }, $unset: { userNameSource: "" } });
    await passwords.insertOne({ _id, hash: "no hash" });
  }

  async function login(into: Store, id: string, friends: string[]): Promise<PlayerId> {
    const { player } = await into.transaction((tx) =>
      connect(tx, undefined, {
        systemId: "FB",
        field: "accessToken",
        profile: { id, displayName: id, friends: friends.map((friend) => ({ id: friend })) },
        flags: {},
        segments: {},
        currencies: [0, 0, 0, 0, 0, 0],
        by: SERVER,
        now: NOW,
      }),
    );
    return player;
  }
});

async function newPlayer(): Promise<PlayerId> {
  const userName = `player-${Math.random()}`;
  return playerIdOf((await createPlayer(store, { userName, currencies: [0, 0, 0, 0, 0, 0], now: NOW }))._id);
}

function noneIfRefused(error: unknown): undefined {
  if (!(error instanceof RequestError)) throw error;
}

/** Lets each of `count` works read before any of them continues. */
function meeting(count: number): () => Promise<void> {
  const all = Promise.withResolvers<void>();
  let waiting = 0;
  return async () => {
    if (++waiting >= count) all.resolve();
    await all.promise;
  };
}
