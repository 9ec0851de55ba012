import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import type { NewPost, ProfileDocument, SocialAccountDocument } from "../../../src/domains/social/index.ts";
import type { Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";
import { TestNetwork } from "./network.ts";
import {
  addAccount,
  addPost,
  addProfile,
  FakeClock,
  MINUTE_MS,
  NOW,
  type Node,
  prepareSocial,
  readPost,
  startNode,
} from "./support.ts";

const GAP_MS = 3_000;

describe.each(engines)("the pace of an account's posts on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  let clock: FakeClock;
  let network: TestNetwork;
  let profile: ProfileDocument;
  let node: Node;
  let account: SocialAccountDocument;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareSocial(store);
    clock = new FakeClock();
    network = await TestNetwork.start();
    node = startNode(store, { tokenKeys: newKey(), testNetworkUrl: network.url }, clock);
    profile = await addProfile(store);
    account = await addAccount(store, node, profile);
  });
  afterEach(async () => {
    await node.runner.close(5_000);
    await network.close();
    await opened.discard();
  });

  const add = async (count: number, minute: number, on = account, more: Partial<NewPost> = {}) => {
    const posts = [];
    for (let n = 0; n < count; n++) {
      const text = `Post ${n} of minute ${minute} on ${on.externalId}`;
      posts.push(await addPost(store, profile, [on], { text, scheduledFor: NOW + minute * MINUTE_MS, ...more }));
    }
    return posts;
  };
  const workIn = async (ms: number) => {
    clock.advance(ms);
    await node.work();
  };
  const refuse = (seconds?: number) =>
    network.next.push({
      ...{ kind: "refuse", status: 429, body: { error: "slow" } },
      ...(seconds !== undefined && { headers: { "retry-after": String(seconds) } }),
    });
  const calls = () => network.count("POST /posts");
  const statuses = async (posts: Awaited<ReturnType<typeof add>>) =>
    (await Promise.all(posts.map((post) => readPost(store, post)))).map(({ targets: [target] }) => target!.status);

  it("is not limited at their time", async () => {
    await add(20, 1);
    await workIn(MINUTE_MS);
    expect(network.posts).toHaveLength(20);
  });

  it("is one in three seconds after downtime, and other accounts do not wait for it", async () => {
    const posts = await add(5, 1);
    await add(1, 1, await addAccount(store, node, profile, { id: "bob" }));
    await workIn(30 * MINUTE_MS);
    expect(network.posts).toHaveLength(2);
    await workIn(GAP_MS - 1);
    expect(network.posts).toHaveLength(2);
    for (let sent = 3; sent <= 6; sent++) {
      await workIn(sent === 3 ? 1 : GAP_MS);
      expect(network.posts).toHaveLength(sent);
    }
    expect(await statuses(posts)).toEqual(Array(5).fill("published"));
    expect((await readPost(store, posts.at(-1)!)).targets[0]).toMatchObject({ tries: 0 });
  });

  it("is zero after the network refused one as too many, until the time that it named; then one in three seconds", async () => {
    refuse(120);
    const [first] = await add(1, 1);
    await workIn(MINUTE_MS);
    const others = await add(3, 2);
    const bob = await add(1, 2, await addAccount(store, node, profile, { id: "bob" }));
    await workIn(MINUTE_MS);
    expect([calls(), await statuses(bob)]).toEqual([2, ["published"]]);
    expect(await statuses(others)).toEqual(Array(3).fill("queued"));
    await workIn(MINUTE_MS);
    expect([calls(), await statuses([first!])]).toEqual([3, ["published"]]);
    for (let sent = 4; sent <= 6; sent++) {
      await workIn(GAP_MS);
      expect(calls()).toBe(sent);
    }
    expect(await statuses(others)).toEqual(Array(3).fill("published"));
  });

  it("is one in three seconds for posts that were refused together, too", async () => {
    for (let n = 0; n < 5; n++) refuse(60);
    await add(5, 1);
    await workIn(MINUTE_MS);
    expect(calls()).toBe(5);
    for (let sent = 1; sent <= 5; sent++) {
      await workIn(sent === 1 ? MINUTE_MS : GAP_MS);
      expect(network.posts).toHaveLength(sent);
    }
  });

  it("stays zero after another refusal, without a call for each post that waits", async () => {
    refuse(60);
    await add(1, 1);
    await workIn(MINUTE_MS);
    const others = await add(10, 1);
    await workIn(1_000);
    refuse(600);
    await workIn(MINUTE_MS);
    expect(calls()).toBe(2);
    await workIn(5 * MINUTE_MS);
    expect([calls(), new Set(await statuses(others))]).toEqual([2, new Set(["queued"])]);
  });

  it("is limited for an hour at most, whatever time the network names", async () => {
    refuse(86_400);
    const first = await add(1, 1);
    await workIn(MINUTE_MS);
    expect(await statuses(first)).toEqual(["failed"]);
    const others = await add(2, 2);
    await workIn(MINUTE_MS);
    expect(calls()).toBe(1);
    await workIn(60 * MINUTE_MS);
    await workIn(GAP_MS);
    expect(await statuses(others)).toEqual(["published", "published"]);
  });

  it("does not depend on refusals of an author's own app", async () => {
    refuse(600);
    await add(1, 1, account, { consumer: await node.publishing.sealConsumer({ key: "k", secret: "s" }) });
    await workIn(MINUTE_MS);
    const others = await add(1, 2);
    await workIn(MINUTE_MS);
    expect(await statuses(others)).toEqual(["published"]);
  });
});
