import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { connect } from "../../../src/domains/accounts/connect.ts";
import { deletePlayer } from "../../../src/domains/accounts/delete-player.ts";
import { playerOfDevice } from "../../../src/domains/accounts/devices.ts";
import { accountsDomain } from "../../../src/domains/accounts/index.ts";
import type { SealedTokens } from "../../../src/domains/accounts/link-tokens.ts";
import { login } from "../../../src/domains/accounts/login.ts";
import { createPasswords } from "../../../src/domains/accounts/passwords.ts";
import { touchPlayer } from "../../../src/domains/accounts/players.ts";
import { register } from "../../../src/domains/accounts/registration.ts";
import { release, reserve } from "../../../src/domains/accounts/reserved.ts";
import { issueToken } from "../../../src/domains/accounts/tokens.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../../src/ids.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { ExternalProfile } from "../../../src/providers/provider.ts";
import type { Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const NOW = Date.UTC(2026, 0, 2);
const NEWCOMER = { currencies: [100, 5, 0, 0, 0, 0], by: SERVER, now: NOW };

let opened: OpenStore;
let store: Store;
beforeEach(async () => {
  opened = await engines[0]!.open();
  store = opened.store;
  await prepareCollections(accountsDomain, store);
});
afterEach(() => opened.discard());

const registered = async (userName: string) =>
  playerIdOf((await store.transaction((tx) => register(tx, { ...NEWCOMER, userName }, "hash")))._id);
const link = (player: PlayerId, profile: Pick<ExternalProfile, "id" | "friends">, tokens?: SealedTokens) =>
  store.transaction((tx) =>
    connect(tx, player, {
      ...NEWCOMER,
      systemId: "FB",
      field: "accessToken",
      profile,
      tokens,
      flags: {},
      segments: {},
    }),
  );
const playerOf = async (player: PlayerId) => (await accounts(store).players.findOne({ _id: objectIdOf(player) }))!;

/** The number of documents in each collection, except for jobs and announcements. */
async function counts(): Promise<Record<string, number>> {
  const { tokenRevocations: _, arrivals: __, ...others } = accounts(store);
  const all = Object.values(others).map(async (one) => [one.name, await one.countDocuments({})] as const);
  return Object.fromEntries(await Promise.all(all));
}

describe("a deleted player", () => {
  const passwords = createPasswords({ atOnce: 2, queued: 10 });
  const everything = async (userName: string, friends: string[]) => {
    const player = await registered(userName);
    await link(player, { id: userName, friends: friends.map((id) => ({ id })) }, { token: "sealed" });
    const device = { deviceId: userName, deviceOS: "IOS", segments: {} };
    const made = await store.transaction((tx) => playerOfDevice(tx, device, NEWCOMER));
    await accounts(store).devices.updateOne({ playerId: made.player._id }, { $set: { playerId: objectIdOf(player) } });
    await accounts(store).players.deleteOne({ _id: made.player._id });
    await issueToken(store, player, NOW, { authTokenDays: 1, authTokensPerPlayer: 5 });
    const limits = { loginFailuresBeforeLock: 3, loginLockMinutes: 1 };
    await login(store, passwords, { userName, password: "wrong", now: NOW }, limits).catch(() => {});
    return player;
  };

  it("leaves no documents behind, and other players lose only what they shared", async () => {
    const grace = await everything("grace", ["nobody"]);
    const before = await counts();
    expect(Object.values(before).filter((n) => n === 0)).toHaveLength(1);
    const ada = await everything("ada", ["grace"]);
    expect(Object.values(await counts()).filter((n) => n === 0)).toEqual([]);
    expect(await store.transaction((tx) => deletePlayer(tx, ada, { by: SERVER, now: NOW }))).toBe(true);
    expect(await counts()).toEqual(before);
    const job = { _id: "FB:ada", systemId: "FB", externalId: "ada", token: "sealed", due: new Date(0) };
    expect(await accounts(store).tokenRevocations.find({}).toArray()).toEqual([job]);
    expect((await accounts(store).links.findOne({}))?.playerId).toEqual(objectIdOf(grace));
    expect(await store.transaction((tx) => deletePlayer(tx, ada, { by: SERVER, now: NOW }))).toBe(false);
  });
});

describe("the token of a link", () => {
  const later = new Date(NOW + 2);
  it.each<[string, SealedTokens | undefined, object]>([
    ["new, with an expiry", { token: "new", tokenExpires: later }, { token: "new", tokenExpires: later }],
    ["new, without an expiry", { token: "new" }, { token: "new" }],
    ["new, but not stored", { tokenExpires: later }, { tokenExpires: later }],
    ["missing: the old one stays", undefined, { token: "old", tokenExpires: new Date(NOW + 1) }],
  ])("is updated at the next connect from a profile whose token is %s", async (_, tokens, kept) => {
    const player = await registered("ada");
    await link(player, { id: "1" }, { token: "old", tokenExpires: new Date(NOW + 1) });
    await link(player, { id: "1" }, tokens);
    const { token, tokenExpires } = (await accounts(store).links.findOne({}))!;
    expect({ ...(token !== undefined && { token }), ...(tokenExpires && { tokenExpires }) }).toEqual(kept);
  });
});

it("lastSeen is written once a minute, and immediately if there are segments", async () => {
  const player = await registered("ada");
  const seen = async (now: number, segments = {}) => {
    await touchPlayer(store, player, now, segments);
    return (await playerOf(player)).lastSeen.getTime() - NOW;
  };
  expect(await seen(NOW + 59_999)).toBe(0);
  expect(await seen(NOW + 60_000)).toBe(60_000);
  expect(await seen(NOW + 60_001, { league: "gold" })).toBe(60_001);
  expect((await playerOf(player)).segments).toEqual({ league: "gold" });
});

it("a whole balance can be reserved, but not more, and nothing if one currency is insufficient", async () => {
  const player = await registered("ada");
  const setAside = (amounts: Record<string, number>) => store.transaction((tx) => reserve(tx, player, amounts));
  const purse = async () => {
    const { currencies, reservedCurrencies = {} } = await playerOf(player);
    return [currencies.slice(0, 2), reservedCurrencies];
  };
  expect(await setAside({ currency1: 1, currency2: 6, GEMS: 1 })).toEqual(["currency2", "GEMS"]);
  expect(await purse()).toEqual([[100, 5], {}]);
  expect(await setAside({ currency1: 100, currency2: 5 })).toEqual([]);
  expect(await purse()).toEqual([[0, 0], { currency1: 100, currency2: 5 }]);
  expect(await setAside({ currency1: 1 })).toEqual(["currency1"]);
  await store.transaction((tx) => release(tx, player, { currency1: 100, currency2: 5 }, { currency1: 150 }));
  expect(await purse()).toEqual([[150, 0], { currency1: 0, currency2: 0 }]);
});
