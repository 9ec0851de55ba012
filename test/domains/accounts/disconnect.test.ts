import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { type ConnectFlags, connect } from "../../../src/domains/accounts/connect.ts";
import { changeDetails } from "../../../src/domains/accounts/details.ts";
import { playerOfDevice } from "../../../src/domains/accounts/devices.ts";
import { disconnect } from "../../../src/domains/accounts/disconnect.ts";
import { friendIdsOf } from "../../../src/domains/accounts/friends.ts";
import { accountsDomain } from "../../../src/domains/accounts/index.ts";
import { getPlayer } from "../../../src/domains/accounts/players.ts";
import { register } from "../../../src/domains/accounts/registration.ts";
import { RequestError } from "../../../src/errors.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../../src/ids.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { ExternalFriend, SystemId } from "../../../src/providers/provider.ts";
import type { Store } from "../../../src/store/store.ts";
import { atEveryPoint } from "../../support/interleave.ts";
import { sideBySide } from "../../support/side-by-side.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const NOW = Date.UTC(2026, 0, 2);
const NEWCOMER = { currencies: [0, 0, 0, 0, 0, 0], by: SERVER, now: NOW };

const collections = Object.values(accounts({ collection: (name) => ({ name }) as never })).map(({ name }) => name);
const racing = sideBySide(engines[0]!, collections, (store) => prepareCollections(accountsDomain, store));

describe.each([...engines, racing])("the disconnect rule on $name", ({ name, open }) => {
  /** With concurrent transactions, only the races can have other results. */
  const describeRule: (what: string, tests: () => void) => void = name === racing.name ? () => {} : describe;
  let opened: OpenStore;
  let store: Store;
  let count = 0;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareCollections(accountsDomain, store);
  });
  afterEach(() => opened.discard());

  const registered = async (userName = `user-${++count}`) => {
    const made = await store.transaction((tx) =>
      register(tx, { ...NEWCOMER, userName, displayName: userName }, "no hash"),
    );
    return playerIdOf(made._id);
  };

  const device = async () => {
    const made = await store.transaction((tx) =>
      playerOfDevice(tx, { deviceId: `device-${++count}`, deviceOS: "IOS", segments: {} }, NEWCOMER),
    );
    return playerIdOf(made.player._id);
  };

  const link = async (
    player: PlayerId | undefined,
    systemId: SystemId,
    id: string,
    friends?: ExternalFriend[],
    into = store,
    flags: ConnectFlags = {},
    displayName = `Name of ${id}`,
  ) => {
    const linked = await into.transaction((tx) =>
      connect(tx, player, {
        ...NEWCOMER,
        systemId,
        field: "accessToken",
        profile: { id, displayName, ...(friends && { friends }) },
        tokens: { token: `sealed token of ${id}` },
        flags,
        segments: {},
      }),
    );
    return linked.player;
  };

  const unlink = (player: PlayerId, systemId: string | undefined, from = store) =>
    from.transaction((tx) => disconnect(tx, player, systemId, { by: SERVER, now: 0 }));

  const rename = (player: PlayerId, userName: string) =>
    store.transaction((tx) => changeDetails(tx, player, { userName }));

  const setPassword = (player: PlayerId, from = store) =>
    from.transaction((tx) => changeDetails(tx, player, { newHash: "another hash" }));

  const friends = async (player: PlayerId) => (await friendIdsOf(store, player)).map(playerIdOf);

  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(RequestError);
    return (error as RequestError).pairs;
  };

  /** The player's ways to log in: links, a password, a device. */
  const logins = async (player: PlayerId) => {
    const { links, passwords, devices } = accounts(store);
    const playerId = objectIdOf(player);
    const linked = await links.find({ playerId }).toArray();
    const password = await passwords.findOne({ _id: playerId });
    const devicesIn = await devices.countDocuments({ playerId, active: true });
    return [...linked.map((l) => l.systemId), ...(password ? ["password"] : []), ...(devicesIn ? ["device"] : [])];
  };

  /** The player's document and the links must agree. */
  const expectConsistent = async (player: PlayerId) => {
    const { links } = accounts(store);
    const linked = await links.find({ playerId: objectIdOf(player) }).toArray();
    const { externalIds } = await getPlayer(store, player);
    expect(Object.fromEntries(linked.map((l) => [l.systemId, l.externalId]))).toEqual(externalIds);
  };

  describeRule("refuses, in this order", () => {
    it.each([
      ["no systemId", undefined, { systemId: "REQUIRED" }],
      ["an empty systemId", "", { systemId: "REQUIRED" }],
      ["an unknown systemId", "ZZ", { systemId: "NOT_CONNECTED" }],
      ["a systemId in lower case", "fb", { systemId: "NOT_CONNECTED" }],
      ["the name of an inherited member", "constructor", { systemId: "NOT_CONNECTED" }],
      ["__proto__", "__proto__", { systemId: "NOT_CONNECTED" }],
      ["a system that is not linked", "GC", { systemId: "NOT_CONNECTED" }],
      ["the system that the userName came from", "FB", { userName: "CHANGE_REQUIRED" }],
    ])("%s", async (_, systemId, pairs) => {
      const player = await link(undefined, "FB", "1");
      expect(await refusal(unlink(player, systemId))).toEqual(pairs);
      expect(await logins(player)).toEqual(["FB"]);
    });

    it("the last login, even with a chosen userName", async () => {
      const player = await link(undefined, "FB", "1");
      await rename(player, "ada");
      expect(await refusal(unlink(player, "FB"))).toEqual({ password: "NOT_SET" });
      await setPassword(player);
      expect(await unlink(player, "FB")).toEqual({
        systemId: "FB",
        externalId: "1",
        friendsRemoved: 0,
        canceledPosts: 0,
      });
      expect(await logins(player)).toEqual(["password"]);
    });

    it("a second time", async () => {
      const player = await link(await registered(), "FB", "1");
      await unlink(player, "FB");
      expect(await refusal(unlink(player, "FB"))).toEqual({ systemId: "NOT_CONNECTED" });
    });
  });

  describeRule("counts as a login", () => {
    it("a password", async () => {
      const player = await link(await registered(), "FB", "1");
      await unlink(player, "FB");
      expect(await logins(player)).toEqual(["password"]);
    });

    it("another account", async () => {
      const player = await link(await link(await device(), "FB", "1"), "GC", "2");
      await unlink(player, "FB");
      expect(await logins(player)).toEqual(["GC", "device"]);
    });

    it("a device, but not a deactivated one", async () => {
      const player = await link(await device(), "FB", "1");
      await store.transaction((tx) => changeDetails(tx, player, { userName: "ada", newHash: "hash" }));
      expect(await logins(player)).toEqual(["FB", "password"]);
      await accounts(store).passwords.deleteOne({ _id: objectIdOf(player) });
      expect(await refusal(unlink(player, "FB"))).toEqual({ password: "NOT_SET" });

      const kept = await link(await device(), "FB", "2");
      await unlink(kept, "FB");
      expect(await logins(kept)).toEqual(["device"]);
    });

    it("a device whose player chose a userName without a password, its only login", async () => {
      const player = await link(await device(), "FB", "1");
      await rename(player, "ada");
      await unlink(player, "FB");
      expect(await logins(player)).toEqual(["device"]);
    });
  });

  describeRule("takes away", () => {
    it("the link with its token and friend list", async () => {
      const player = await link(await registered(), "FB", "1", [{ id: "99", name: "Not here" }]);
      await unlink(player, "FB");
      const { links, externalFriends } = accounts(store);
      expect(await links.countDocuments({})).toBe(0);
      expect(await externalFriends.countDocuments({})).toBe(0);
      expect((await getPlayer(store, player)).externalIds).toEqual({});
    });

    it("the synchronisation of the display name, also after connecting again", async () => {
      const synced = { syncDisplayName: true };
      const player = await link(await registered("ada"), "FB", "1", undefined, store, synced, "First");
      await link(player, "FB", "1", undefined, store, {}, "Second");
      expect(await getPlayer(store, player)).toMatchObject({ displayName: "Second", syncDisplayName: "FB" });
      await unlink(player, "FB");
      expect(await getPlayer(store, player)).not.toHaveProperty("syncDisplayName");
      await link(player, "FB", "1", undefined, store, {}, "Third");
      expect((await getPlayer(store, player)).displayName).toBe("Second");
    });

    it("not the synchronisation with another account", async () => {
      const player = await link(await registered(), "GC", "1", undefined, store, { syncDisplayName: true });
      await unlink(await link(player, "FB", "2"), "FB");
      expect((await getPlayer(store, player)).syncDisplayName).toBe("GC");
    });

    it("no link that belongs to another player now", async () => {
      const [ada, grace] = [await link(await registered(), "FB", "1"), await registered()];
      await accounts(store).links.updateOne({ _id: "FB:1" }, { $set: { playerId: objectIdOf(grace) } });
      await unlink(ada, "FB");
      expect(await logins(grace)).toEqual(["FB", "password"]);
    });

    it("friends with no other source, on both sides", async () => {
      const ada = await link(await registered(), "FB", "1");
      const grace = await link(await registered(), "FB", "2", [{ id: "1" }]);
      expect([await friends(ada), await friends(grace)]).toEqual([[grace], [ada]]);
      // Ada has no friend list: the friendship came from Grace's list.
      expect((await unlink(ada, "FB")).friendsRemoved).toBe(1);
      expect([await friends(ada), await friends(grace)]).toEqual([[], []]);
    });

    it("not friends with another source, until that is removed too", async () => {
      const ada = await link(await link(await registered(), "FB", "1"), "TW", "a");
      const grace = await link(await link(await registered(), "FB", "2", [{ id: "1" }]), "TW", "b", [{ id: "a" }]);
      expect((await unlink(ada, "FB")).friendsRemoved).toBe(0);
      expect([await friends(ada), await friends(grace)]).toEqual([[grace], [ada]]);
      expect((await unlink(grace, "TW")).friendsRemoved).toBe(1);
      expect([await friends(ada), await friends(grace)]).toEqual([[], []]);
    });

    it("not friends from a team", async () => {
      const ada = await link(await registered(), "FB", "1");
      const grace = await link(await registered(), "FB", "2", [{ id: "1" }]);
      await accounts(store).friendships.updateMany({}, { $addToSet: { via: "team:T" } });
      expect((await unlink(ada, "FB")).friendsRemoved).toBe(0);
      expect(await friends(grace)).toEqual([ada]);
    });

    it("no friends of other players", async () => {
      const ada = await link(await registered(), "FB", "1");
      const grace = await link(await registered(), "FB", "2", [{ id: "1" }]);
      const edsger = await link(await registered(), "FB", "3", [{ id: "1" }, { id: "2" }]);
      await unlink(ada, "FB");
      expect([await friends(ada), await friends(grace), await friends(edsger)]).toEqual([[], [edsger], [grace]]);
    });

    it("the account, which any player can then connect", async () => {
      const ada = await link(await registered(), "FB", "1");
      await unlink(ada, "FB");
      const grace = await registered();
      expect(await link(grace, "FB", "1")).toBe(grace);
      await expectConsistent(ada);
      await expectConsistent(grace);
    });
  });

  describe("under races", () => {
    it("two disconnects never remove the last two logins, in any interleaving", async () => {
      const points = await atEveryPoint(name === racing.name, async (pauseBefore, otherIsDone) => {
        const player = await link(await link(await device(), "FB", `f${++count}`), "GC", `g${count}`);
        await accounts(store).devices.deleteMany({ playerId: objectIdOf(player) });
        const paused = pauseBefore(store, () => unlink(player, "GC"));
        const outcome = await unlink(player, "FB", paused).catch((e: unknown) => e);
        await otherIsDone();
        const left = await logins(player);
        expect(left).toEqual(outcome instanceof RequestError ? ["FB"] : ["GC"]);
        await expectConsistent(player);
      });
      expect(points).toBeGreaterThan(5);
    });

    it("a disconnect and a new password: the disconnect sees it or is refused, and the password stays", async () => {
      await atEveryPoint(name === racing.name, async (pauseBefore, otherIsDone) => {
        const player = await link(undefined, "FB", `f${++count}`);
        await rename(player, `own-${count}`);
        const paused = pauseBefore(store, () => setPassword(player));
        const outcome = await unlink(player, "FB", paused).catch((e: unknown) => e);
        await otherIsDone();
        const left = await logins(player);
        expect(left).toEqual(outcome instanceof RequestError ? ["FB", "password"] : ["password"]);
      });
    });

    it("a disconnect and a friend's connect: no friendship remains from a deleted link", async () => {
      await atEveryPoint(name === racing.name, async (pauseBefore, otherIsDone) => {
        const ada = await link(await registered(), "FB", `f${++count}`);
        const adaAt = `f${count}`;
        const grace = await registered();
        const paused = pauseBefore(store, () => unlink(ada, "FB"));
        await link(grace, "FB", `g${count}`, [{ id: adaAt }], paused);
        await otherIsDone();
        expect([await friends(ada), await friends(grace)]).toEqual([[], []]);
      });
    });

    it("a disconnect and a connect of the same account: linked or not, never half", async () => {
      await atEveryPoint(name === racing.name, async (pauseBefore, otherIsDone) => {
        const player = await link(await registered(), "FB", `f${++count}`);
        const id = `f${count}`;
        const paused = pauseBefore(store, () => link(player, "FB", id));
        await unlink(player, "FB", paused);
        await otherIsDone();
        await expectConsistent(player);
      });
    });

    it("a hundred concurrent disconnects: one succeeds, the others find nothing", async () => {
      const player = await link(await registered(), "FB", "1");
      const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => unlink(player, "FB")));
      const refused = outcomes.filter((o) => o.status === "rejected").map((o) => (o.reason as RequestError).pairs);
      expect(refused).toEqual(Array(99).fill({ systemId: "NOT_CONNECTED" }));
    });
  });
});
