import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import {
  closeAccount,
  connectAccount,
  type ProfileDocument,
  renewalTime,
  type SocialAccountDocument,
  social,
} from "../../../src/domains/social/index.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import type { Credentials, Network } from "../../../src/publishers/publisher.ts";
import type { Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";
import { TestNetwork } from "./network.ts";
import {
  addAccount,
  addPost,
  addProfile,
  addWebhook,
  FakeClock,
  MINUTE_MS,
  NOW,
  type Node,
  type NodeSettings,
  prepareSocial,
  readPost,
  startNode,
} from "./support.ts";

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe("the time of a renewal", () => {
  const days = (credentials: Partial<Credentials>, random = 0) =>
    (Number(renewalTime({ token: "t", ...credentials } as Credentials, NOW, () => random)) - NOW) / DAY_MS;

  it.each([
    ["of 60 days: 15 days before", { expiresAt: NOW + 60 * DAY_MS }, 0, 45],
    ["of 60 days: up to a day earlier", { expiresAt: NOW + 60 * DAY_MS }, 1, 44],
    ["of 60 days that a refresh token renews", { expiresAt: NOW + 60 * DAY_MS, refreshToken: "r" }, 0, 45],
    ["of an hour that a refresh token renews: weekly", { expiresAt: NOW + HOUR_MS, refreshToken: "r" }, 0, 7],
    ["of an hour that a refresh token renews, at the earliest", { expiresAt: NOW + HOUR_MS, refreshToken: "r" }, 1, 6],
    ["of 8 days that renew themselves: after 6", { expiresAt: NOW + 8 * DAY_MS }, 0, 6],
    ["that have expired: at once", { expiresAt: NOW - DAY_MS }, 1, -1],
    ["that do not expire: never", { refreshToken: "r" }, 0, Number.NaN],
  ] as const)("of credentials %s", (_, credentials, random, expected) => {
    expect(days(credentials, random)).toEqual(expected);
  });
});

describe.each(engines)("the renewal of credentials on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  let clock: FakeClock;
  let network: TestNetwork;
  let settings: NodeSettings;
  let profile: ProfileDocument;
  let node: Node;
  const nodes: Node[] = [];
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareSocial(store);
    clock = new FakeClock();
    network = await TestNetwork.start();
    network.refreshTokens.add("refresh");
    settings = { tokenKeys: newKey(), testNetworkUrl: network.url };
    node = start();
    profile = await addProfile(store);
    await addWebhook(store, profile, "https://hooks.test/1", undefined, "social");
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map(({ runner }) => runner.close(5_000)));
    await network.close();
    await opened.discard();
  });

  const start = (more: Partial<NodeSettings> = {}) => {
    const started = startNode(store, { ...settings, ...more }, clock);
    nodes.push(started);
    return started;
  };
  const connected = async (credentials: Partial<Credentials>, on: Network = "bluesky", id = "ada") => {
    const account = await addAccount(store, node, profile, {
      ...{ network: on, id, credentials: { token: "token", ...credentials } },
    });
    await social(store).deliveries.deleteMany({});
    return account;
  };
  const read = async ({ _id }: SocialAccountDocument) => (await social(store).accounts.findOne({ _id }))!;
  const workIn = async (ms: number) => {
    clock.advance(ms);
    await Promise.all(nodes.map(({ runner }) => runner.poll("credentialRenewal")));
    await Promise.all(nodes.map(({ runner }) => runner.settled()));
  };
  const events = async () => {
    const found = await social(store)
      .deliveries.find({}, { sort: { createdAt: 1 } })
      .toArray();
    return found.map(({ body }) => JSON.parse(body));
  };
  const renewals = () => network.count("POST /tokens");
  const weekly = { refreshToken: "refresh", expiresAt: NOW + HOUR_MS };

  it("happens without a post, weekly where a refresh token renews a token of hours", async () => {
    const account = await connected(weekly);
    await workIn(5 * DAY_MS);
    expect(renewals()).toBe(0);
    await workIn(2 * DAY_MS);
    expect(renewals()).toBe(1);
    const after = await read(account);
    expect(await node.publishing.open(store, after)).toMatchObject({ token: "token-1", refreshToken: "refresh-1" });
    expect(after).not.toHaveProperty("claim");
    expect(after.due!.getTime() - clock.now()).toBeGreaterThan(5 * DAY_MS);
    await workIn(7 * DAY_MS);
    expect(renewals()).toBe(2);
    expect(await events()).toEqual([]);
  });

  it("happens before a token of 60 days expires", async () => {
    const account = await connected({ refreshToken: "refresh", expiresAt: NOW + 60 * DAY_MS });
    await workIn(43 * DAY_MS);
    expect(renewals()).toBe(0);
    await workIn(2 * DAY_MS);
    expect(renewals()).toBe(1);
    expect((await read(account)).status).toBe("connected");
  });

  it("happens once, on several servers, while a post renews them too", async () => {
    const account = await connected(weekly);
    for (let n = 0; n < 3; n++) start();
    network.refreshMs = 200;
    const post = await addPost(store, profile, [account], { scheduledFor: NOW + 7 * DAY_MS });
    clock.advance(7 * DAY_MS);
    await Promise.all(nodes.map(({ work }) => work()));
    expect(renewals()).toBe(1);
    expect((await readPost(store, post)).status).toBe("published");
    expect((await read(account)).status).toBe("connected");
  });

  it("is put off by a post that has renewed them", async () => {
    const account = await connected(weekly);
    const due = (await read(account)).due!.getTime();
    await addPost(store, profile, [account], { scheduledFor: NOW + 3 * DAY_MS });
    clock.advance(3 * DAY_MS);
    await node.work();
    expect(renewals()).toBe(1);
    expect((await read(account)).due!.getTime()).toBeGreaterThan(due);
  });

  it("marks the account once if the network has ended the grant, with one event", async () => {
    network.refreshTokens.clear();
    const account = await connected(weekly);
    start();
    await workIn(7 * DAY_MS);
    await workIn(DAY_MS);
    expect(await read(account)).toMatchObject({ status: "reauth_required" });
    expect(await read(account)).not.toHaveProperty("due");
    expect(renewals()).toBe(1);
    expect(await events()).toMatchObject([{ action: "social", type: "unlink", source: "system", platform: "bluesky" }]);
  });

  it("is repeated later if it fails for another reason, and given up after two weeks", async () => {
    const account = await connected(weekly);
    await network.close();
    await workIn(7 * DAY_MS);
    const first = await read(account);
    expect(first).toMatchObject({ status: "connected", due: new Date(clock.now() + 10 * MINUTE_MS) });
    let days = 0;
    for (; (await read(account)).due && days < 100; days += 0.25) await workIn(DAY_MS / 4);
    expect(days).toBeGreaterThan(13);
    expect(days).toBeLessThan(16);
    expect([(await read(account)).status, await events()]).toEqual(["connected", []]);
    expect(node.lines).toMatchObject([{ msg: expect.stringContaining("could not be renewed") }]);
    network = await TestNetwork.start();
  });

  it("that is not possible makes one event about 15 days before the expiry", async () => {
    const expiresAt = NOW + 60 * DAY_MS;
    const account = await connected({ expiresAt }, "telegram");
    await workIn(43 * DAY_MS);
    expect(await events()).toEqual([]);
    await workIn(2 * DAY_MS);
    await workIn(5 * DAY_MS);
    expect(await events()).toMatchObject([
      { type: "refresh", platform: "telegram", source: "system", refreshBy: new Date(expiresAt).toISOString() },
    ]);
    await workIn(20 * DAY_MS);
    expect([await events(), (await read(account)).due]).toMatchObject([{ length: 1 }, undefined]);
  });

  it("that returns the same credentials makes that event, too, and marks the account once they have expired", async () => {
    const account = await connected({ expiresAt: NOW + 60 * DAY_MS }, "linkedin");
    await workIn(45 * DAY_MS);
    expect((await events()).map(({ type }) => type)).toEqual(["refresh"]);
    expect((await read(account)).credentials).toBe(account.credentials);
    await workIn(15 * DAY_MS + 2 * MINUTE_MS);
    expect((await events()).map(({ type }) => type)).toEqual(["refresh", "unlink"]);
    expect((await read(account)).status).toBe("reauth_required");
  });

  it("is for connected accounts alone", async () => {
    const account = await connected(weekly);
    const closing = { reason: "unlinked_by_user", queued: "leave", by: SERVER, now: NOW } as const;
    await store.transaction((tx) => closeAccount(tx, account, closing));
    expect(await read(account)).not.toHaveProperty("due");
    await workIn(8 * DAY_MS);
    expect(renewals()).toBe(0);
  });

  it("is planned again when the account is connected again", async () => {
    const account = await connected(weekly);
    const found = { id: "ada", credentials: { token: "new" } };
    const sealed = await node.publishing.seal(found.credentials, account);
    await store.transaction((tx) =>
      connectAccount(tx, profile, { network: "bluesky", found, credentials: sealed }, { by: SERVER, now: NOW }),
    );
    expect(await read(account)).not.toHaveProperty("due");
  });

  it("of many accounts that are due at once is spread", async () => {
    for (let n = 0; n < 60; n++) {
      network.refreshTokens.add(`refresh of ${n}`);
      await connected({ ...weekly, refreshToken: `refresh of ${n}` }, "bluesky", `account-${n}`);
    }
    await workIn(8 * DAY_MS);
    expect(renewals()).toBeGreaterThanOrEqual(20);
    expect(renewals()).toBeLessThanOrEqual(24);
    for (let n = 0; n < 3; n++) await workIn(10_000);
    expect(renewals()).toBe(60);
  });
});
