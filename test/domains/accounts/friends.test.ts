import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { announceArrival } from "../../../src/domains/accounts/arrivals.ts";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { connect } from "../../../src/domains/accounts/connect.ts";
import { disconnect } from "../../../src/domains/accounts/disconnect.ts";
import { areFriends, friendIdsOf } from "../../../src/domains/accounts/friends.ts";
import { accountsDomain } from "../../../src/domains/accounts/index.ts";
import { register } from "../../../src/domains/accounts/registration.ts";
import { type PlayerId, playerIdOf } from "../../../src/ids.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { SystemId } from "../../../src/providers/provider.ts";
import type { Store } from "../../../src/store/store.ts";
import { atEveryPoint } from "../../support/interleave.ts";
import { sideBySide } from "../../support/side-by-side.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const NEWCOMER = { currencies: [0, 0, 0, 0, 0, 0], by: SERVER, now: Date.UTC(2026, 0, 2) };
const ROUNDS = 50;

const collections = Object.values(accounts({ collection: (name) => ({ name }) as never })).map(({ name }) => name);
const racing = sideBySide(engines[0]!, collections, (store) => prepareCollections(accountsDomain, store));

describe.each([...engines, racing])("friends by an external account, on $name", ({ name, open }) => {
  let opened: OpenStore;
  let store: Store;
  let count = 0;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareCollections(accountsDomain, store);
  });
  afterEach(() => opened.discard());

  /** As a connect request does, which links the account to a new player, or logs its owner in. */
  const join = async (id: string, friends: string[] | undefined, by = store, systemId: SystemId = "FB") => {
    await announceArrival(by, { systemId, externalId: id }, NEWCOMER.now);
    const profile = { id, ...(friends && { friends: friends.map((friend) => ({ id: friend })) }) };
    const connection = { ...NEWCOMER, systemId, field: "accessToken", profile, flags: {}, segments: {} };
    return (await by.transaction((tx) => connect(tx, undefined, connection))).player;
  };
  const link = async (player: PlayerId, systemId: SystemId, id: string, friends: string[]) => {
    const profile = { id, friends: friends.map((friend) => ({ id: friend })) };
    const connection = { ...NEWCOMER, systemId, field: "accessToken", profile, flags: {}, segments: {} };
    await store.transaction((tx) => connect(tx, player, connection));
  };
  const registered = async () => {
    const userName = `user-${++count}`;
    return playerIdOf((await store.transaction((tx) => register(tx, { ...NEWCOMER, userName }, "hash")))._id);
  };
  const friends = async (player: PlayerId) => (await friendIdsOf(store, player)).map(playerIdOf).sort();
  const via = async () =>
    Object.fromEntries((await accounts(store).friendships.find({}).toArray()).map((each) => [each._id, each.via]));

  it("who join later become friends when they join", async () => {
    const ada = await join("ada", ["grace", "edsger"]);
    expect(await friends(ada)).toEqual([]);
    const grace = await join("grace", ["ada"]);
    expect([await friends(ada), await friends(grace)]).toEqual([[grace], [ada]]);
    const edsger = await join("edsger", ["ada"]);
    expect(await friends(ada)).toEqual([grace, edsger].sort());
    expect(await friends(edsger)).toEqual([ada]);
  });

  it("have every account that made them friends as their source", async () => {
    const [ada, grace] = [await registered(), await registered()];
    await link(ada, "FB", "ada", []);
    await link(grace, "FB", "grace", ["ada"]);
    const pair = [ada, grace].sort().join(":");
    expect(await via()).toEqual({ [pair]: ["FB"] });
    await link(ada, "ST", "7", []);
    await link(grace, "ST", "8", ["7"]);
    expect(await via()).toEqual({ [pair]: ["FB", "ST"] });
    await link(grace, "ST", "8", ["7"]);
    await link(grace, "FB", "grace", []);
    expect(await via()).toEqual({ [pair]: ["ST"] });
    await store.transaction((tx) => disconnect(tx, ada, "ST", { by: SERVER, now: 0 }));
    expect(await via()).toEqual({});
  });

  it("are neither lost nor doubled by a list that names someone twice, oneself, or is not readable", async () => {
    const ada = await join("ada", []);
    const grace = await join("grace", ["ada", "ada", "grace", "nobody"]);
    expect(await friends(grace)).toEqual([ada]);
    await join("grace", undefined);
    expect(await friends(ada)).toEqual([grace]);
    expect(await areFriends(store, ada, grace)).toBe(true);
  });

  it("who connect for the first time at the same moment see each other", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [first, second] = [`a${round}`, `b${round}`];
      const [ada, grace] = await Promise.all([join(first, [second]), join(second, [first])]);
      expect([await friends(ada!), await friends(grace!)], `round ${round}`).toEqual([[grace], [ada]]);
    }
    expect(await accounts(store).arrivals.countDocuments({})).toBe(0);
  });

  it("see each other wherever one connect falls into the other", async () => {
    const points = await atEveryPoint(name === racing.name, async (pauseBefore, otherIsDone) => {
      const [first, second] = [`a${++count}`, `b${count}`];
      const other: { grace?: PlayerId } = {};
      const paused = pauseBefore(store, async () => {
        other.grace = await join(second, [first]);
      });
      const ada = await join(first, [second], paused);
      await otherIsDone();
      expect(await friends(ada)).toEqual([other.grace]);
    });
    expect(points).toBeGreaterThan(5);
  });
});
