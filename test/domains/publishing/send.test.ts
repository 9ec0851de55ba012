import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import { auditCollection } from "../../../src/domains/audit/audit.ts";
import {
  cancelPost,
  changePost,
  closeAccount,
  type NewPost,
  type PostDocument,
  type ProfileDocument,
  type SocialAccountDocument,
  social,
  suspendOrganization,
  suspendProfile,
} from "../../../src/domains/social/index.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import type { Network } from "../../../src/publishers/publisher.ts";
import type { Documents, Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";
import { type Behaviour, TestNetwork } from "./network.ts";
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

describe.each(engines)("posts on $name", ({ open }) => {
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
    settings = { tokenKeys: newKey(), testNetworkUrl: network.url };
    node = start();
    profile = await addProfile(store);
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
  const accountOf = (on: Network = "bluesky", id = "ada") => addAccount(store, node, profile, { network: on, id });
  const due = async (accounts: readonly SocialAccountDocument[], more: Partial<NewPost> = {}) => {
    const post = await addPost(store, profile, accounts, more);
    clock.advance(MINUTE_MS);
    return post;
  };
  const workIn = async (ms: number) => {
    clock.advance(ms);
    await node.work();
  };
  const read = (post: PostDocument) => readPost(store, post);
  const targetOf = async (post: PostDocument, at = 0) => (await read(post)).targets[at]!;
  const audited = async (post: PostDocument) => {
    const found = await auditCollection(store).find({ subject: post._id }).toArray();
    return found.map(({ action, data }) => [action, data["errors"]]);
  };
  const statusOf = async ({ _id }: SocialAccountDocument) => (await social(store).accounts.findOne({ _id }))!.status;
  const events = () => social(store).deliveries.countDocuments({});

  it("are sent at their time, once, and recorded", async () => {
    await addWebhook(store, profile, "https://hooks.test/1");
    const account = await accountOf();
    const post = await addPost(store, profile, [account]);
    await workIn(MINUTE_MS - 1);
    expect(network.posts).toEqual([]);
    await workIn(1);
    expect(network.posts).toMatchObject([{ key: `${post._id}-${account._id}`, text: "Hello", token: "token" }]);
    const sent = await read(post);
    expect(sent).toMatchObject({ status: "published" });
    for (const member of ["due", "claim", "attempts"]) expect(sent).not.toHaveProperty(member);
    expect(sent.targets).toEqual([
      {
        ...{ accountId: account._id, network: "bluesky", status: "published", externalId: network.posts[0]!.id },
        externalUrl: `https://network.test/${network.posts[0]!.id}`,
        extra: { isVideo: false },
        ...{ attemptedAt: new Date(clock.now()), startedAt: new Date(clock.now()), publishedAt: new Date(clock.now()) },
      },
    ]);
    expect(await audited(post)).toEqual([
      ["post.scheduled", undefined],
      ["post.published", undefined],
    ]);
    const [delivery] = await social(store).deliveries.find({}).toArray();
    expect(JSON.parse(delivery!.body)).toMatchObject({
      ...{ action: "scheduled", status: "success", id: post._id, errors: [], refId: profile.refId },
      postIds: [{ status: "success", id: network.posts[0]!.id, platform: "bluesky", isVideo: false }],
    });
    await workIn(HOUR_MS);
    expect(network.posts).toHaveLength(1);
  });

  it("are sent once each by several nodes", async () => {
    const others = [start(), start()];
    const account = await accountOf();
    const posts = [];
    for (let n = 0; n < 30; n++) posts.push(await addPost(store, profile, [account], { text: `Post ${n}` }));
    clock.advance(MINUTE_MS);
    await Promise.all([node, ...others].map(({ work }) => work()));
    expect(network.keys().sort()).toEqual(posts.map(({ _id }) => `${_id}-${account._id}`).sort());
  });

  it("with several targets have one record for each", async () => {
    await addWebhook(store, profile, "https://hooks.test/1");
    network.next.push({ kind: "refuse", status: 400, body: { error: "spam" } });
    const accounts = [await accountOf(), await accountOf("bluesky", "bob"), await accountOf("telegram")];
    const post = await due(accounts);
    await node.work();
    const { status, targets } = await read(post);
    expect(status).toBe("failed");
    expect(targets.map((target) => target.status).sort()).toEqual(["failed", "published", "published"]);
    expect(await audited(post)).toContainEqual(["post.failed", expect.stringMatching(/^\w+ CONTENT$/)]);
    const [delivery] = await social(store).deliveries.find({}).toArray();
    expect(JSON.parse(delivery!.body)).toMatchObject({ status: "error", errors: [{ code: 400 }] });
    expect(JSON.parse(delivery!.body).postIds).toHaveLength(2);
  });

  it("that are immediate make no event", async () => {
    await addWebhook(store, profile, "https://hooks.test/1");
    const post = await due([await accountOf()], { type: "immediate" });
    await node.work();
    expect([(await read(post)).status, await events()]).toEqual(["published", 0]);
  });

  it("that are immediate are sent by the process that stored them", async () => {
    const account = await accountOf();
    const claimed = node.publishing.claimed();
    const post = await addPost(store, profile, [account], { type: "immediate", scheduledFor: NOW, claimed });
    const sent = await node.publishing.sendNow("preview", post);
    expect(sent).toMatchObject({ status: "published", targets: [{ externalId: "p1" }] });
  });

  it("that take longer than a request waits are returned as they are", async () => {
    const gate = Promise.withResolvers<void>();
    network.next.push({ kind: "wait", until: gate.promise });
    const hasty = start({ publishTimeoutMs: 100 });
    const account = await accountOf();
    const claimed = hasty.publishing.claimed();
    const post = await addPost(store, profile, [account], { type: "immediate", scheduledFor: NOW, claimed });
    expect(await hasty.publishing.sendNow("preview", post)).toMatchObject({ status: "publishing" });
    gate.resolve();
    await hasty.runner.settled();
  });

  describe("fail without a call", () => {
    const setUps: [string, string, (account: SocialAccountDocument, post: PostDocument) => Promise<unknown>][] = [
      [
        "if the account was disconnected and its posts were left",
        "NOT_CONNECTED",
        (account) =>
          store.transaction((tx) =>
            closeAccount(tx, account, { reason: "unlinked_by_user", queued: "leave", by: SERVER, now: NOW }),
          ),
      ],
      [
        "if the account must be connected again",
        "TOKEN",
        ({ _id }) => social(store).accounts.updateOne({ _id }, { $set: { status: "reauth_required" } }),
      ],
      ["if they are found too late", "MISSED", async () => clock.advance(HOUR_MS + 1)],
      [
        "if the network would refuse the text",
        "TEXT_TOO_LONG",
        (_, { _id }) => social(store).posts.updateOne({ _id }, { $set: { text: "x".repeat(101) } }),
      ],
      [
        "if the credentials cannot be read",
        "NOT_CONFIGURED",
        ({ _id }) => social(store).accounts.updateOne({ _id }, { $set: { credentials: "v1.damaged" } }),
      ],
    ];
    it.each(setUps)("%s: %s", async (_, code, setUp) => {
      const account = await accountOf();
      const post = await due([account]);
      await setUp(account, post);
      await node.work();
      expect(network.calls.filter((call) => call !== "POST /revocations")).toEqual([]);
      expect(await read(post)).toMatchObject({ status: "failed", targets: [{ status: "failed", error: { code } }] });
      expect(await audited(post)).toContainEqual(["post.failed", `bluesky ${code}`]);
    });

    it("if their credentials must be renewed and a setting of the network is missing", async () => {
      const expired = { token: "token", refreshToken: "refresh", expiresAt: NOW };
      const post = await due([await addAccount(store, node, profile, { credentials: expired })]);
      await start({ testClientId: "not set" }).work();
      expect((await targetOf(post)).error).toMatchObject({
        code: "NOT_CONFIGURED",
        message: "This server has no testClientId.",
      });
      expect(network.calls).toEqual([]);
    });

    it("but not if that setting is for connecting and renewing alone", async () => {
      const post = await due([await accountOf()]);
      await start({ testClientId: "not set" }).work();
      expect((await read(post)).status).toBe("published");
    });

    it("but not for being late where the setting says so", async () => {
      const post = await due([await accountOf()]);
      clock.advance(48 * HOUR_MS);
      await start({ postLateMinutes: 0 }).work();
      expect((await read(post)).status).toBe("published");
    });
  });

  describe("that the network refuses", () => {
    it.each([
      [400, "CONTENT"],
      [403, "PERMISSION"],
      [409, "DUPLICATE"],
      [415, "MEDIA"],
    ])("with %i fail at once as %s, with its reason", async (status, code) => {
      network.next.push({ kind: "refuse", status, body: { error: "no" } });
      const account = await accountOf();
      const post = await due([account]);
      await node.work();
      const error = { code, message: "The network says no.", networkCode: "no" };
      expect(await read(post)).toMatchObject({ status: "failed", targets: [{ status: "failed", error }] });
      expect(await statusOf(account)).toBe("connected");
      await workIn(HOUR_MS);
      expect(network.count("POST /posts")).toBe(1);
    });

    it("because the grant has ended fail as TOKEN, and the account is marked once", async () => {
      await addWebhook(store, profile, "https://hooks.test/1", undefined, "social");
      network.endedTokens.add("token");
      const account = await accountOf("telegram");
      const posts = [await due([account]), await addPost(store, profile, [account])];
      const before = await events();
      await node.work();
      expect(await events()).toBe(before + 1);
      for (const post of posts) expect((await targetOf(post)).error).toMatchObject({ code: "TOKEN" });
      expect(await statusOf(account)).toBe("reauth_required");
    });

    it("with a consumer pair of their own do not mark the account", async () => {
      network.endedTokens.add("token");
      const account = await accountOf("telegram");
      const consumer = await node.publishing.sealConsumer({ key: "key", secret: "secret" });
      const post = await due([account], { consumer });
      await node.work();
      expect((await targetOf(post)).error).toMatchObject({ code: "TOKEN" });
      expect(await statusOf(account)).toBe("connected");
      expect(await read(post)).not.toHaveProperty("consumer");
    });

    it("with RATE are sent when the network says, and can be canceled until then", async () => {
      const rate: Behaviour = {
        kind: "refuse",
        status: 429,
        body: { error: "slow" },
        headers: { "retry-after": "300" },
      };
      network.next.push(rate, rate);
      const account = await accountOf();
      const [post, other] = [await due([account]), await addPost(store, profile, [account])];
      await node.work();
      expect(await read(post)).toMatchObject({
        status: "queued",
        targets: [{ status: "queued", error: { code: "RATE" } }],
      });
      await store.transaction((tx) => cancelPost(tx, other, { by: SERVER, now: clock.now() }));
      await workIn(299_000);
      expect(network.posts).toEqual([]);
      await workIn(1_000);
      expect(network.keys()).toEqual([`${post._id}-${account._id}`]);
      expect(await targetOf(post)).not.toHaveProperty("error");
      expect((await read(other)).status).toBe("canceled");
    });

    it("are repeated for an hour while it is down, and then fail", async () => {
      await network.close();
      const post = await due([await accountOf()]);
      const at: number[] = [];
      for (let ms = 0; ms <= 2 * HOUR_MS; ms += 5_000) {
        const before = (await targetOf(post)).attemptedAt?.getTime();
        await node.work();
        if ((await targetOf(post)).attemptedAt?.getTime() !== before) at.push(ms / 1_000);
        clock.advance(5_000);
      }
      expect(at).toEqual([0, 15, 45, 105, 225, 465, 945, 1545, 2145, 2745, 3345]);
      expect(await read(post)).toMatchObject({ status: "failed", targets: [{ error: { code: "UNAVAILABLE" } }] });
      network = await TestNetwork.start();
    });
  });

  describe("whose outcome is not known", () => {
    it("are looked up, and count as published if the network has them", async () => {
      network.next.push({ kind: "publish and cut" });
      const account = await accountOf();
      const post = await due([account]);
      await node.work();
      expect(await read(post)).toMatchObject({ status: "publishing", targets: [{ status: "publishing" }] });
      await expect(store.transaction((tx) => cancelPost(tx, post, { by: SERVER, now: NOW }))).rejects.toMatchObject({
        code: "CONFLICT",
      });
      await workIn(15_000);
      expect(await read(post)).toMatchObject({ status: "published", targets: [{ externalId: network.posts[0]!.id }] });
      expect(network.posts).toHaveLength(1);
    });

    it("are sent again if the network does not have them", async () => {
      network.next.push({ kind: "cut" });
      const post = await due([await accountOf()]);
      await node.work();
      expect(network.posts).toEqual([]);
      await workIn(15_000);
      expect((await read(post)).status).toBe("published");
      expect(network.posts).toHaveLength(1);
    });

    it.each([
      ["the network does not say", "bluesky", "do not say"],
      ["the network cannot be asked", "telegram", "say"],
    ] as const)("are never sent again if %s", async (_, on, lookUps) => {
      network.lookUps = lookUps;
      network.next.push({ kind: "cut" });
      const post = await due([await accountOf(on)]);
      await node.work();
      await workIn(15_000);
      expect(await read(post)).toMatchObject({ status: "failed", targets: [{ status: "unknown" }] });
      expect((await targetOf(post)).error).toMatchObject({ code: "OUTCOME_UNKNOWN" });
      await workIn(HOUR_MS);
      expect(network.count("POST /posts")).toBe(1);
    });

    it("are looked up for an hour if that fails", async () => {
      network.lookUps = "fail";
      network.next.push({ kind: "cut" });
      const post = await due([await accountOf()]);
      await node.work();
      for (let ms = 0; ms < 2 * HOUR_MS; ms += 30_000) await workIn(30_000);
      expect((await targetOf(post)).status).toBe("unknown");
      expect(network.count("GET /posts")).toBeGreaterThan(5);
      expect(network.count("POST /posts")).toBe(1);
    });
  });

  describe("whose process is slower than its lease", () => {
    it("are recorded once, although another process looked them up meanwhile", async () => {
      await addWebhook(store, profile, "https://hooks.test/1");
      const gate = Promise.withResolvers<void>();
      network.next.push({ kind: "publish and wait", until: gate.promise });
      const post = await due([await accountOf()]);
      const slow = node.work();
      await expect.poll(() => network.posts.length).toBe(1);
      clock.advance(MINUTE_MS);
      const other = start();
      await other.work();
      expect((await read(post)).status).toBe("published");
      gate.resolve();
      await slow;
      expect(network.posts).toHaveLength(1);
      expect((await audited(post)).map(([action]) => action)).toEqual(["post.scheduled", "post.published"]);
      expect(await events()).toBe(1);
    });

    it("do not publish after the step that was saved, because that is refused", async () => {
      const media = [{ url: "https://media.test/1.png", kind: "image" as const }];
      const post = await due([await accountOf()], { media });
      const { posts } = social(store);
      network.onUpload = () => posts.updateOne({ _id: post._id }, { $set: { claim: "another process" } });
      await node.work();
      expect([network.count("POST /uploads"), network.posts]).toEqual([1, []]);
      expect(await read(post)).toMatchObject({ claim: "another process", targets: [{ status: "publishing" }] });
    });
  });

  it("resume after the step that was saved", async () => {
    const media = [{ url: "https://media.test/1.png", kind: "image" as const }];
    network.next.push({ kind: "refuse", status: 429, body: { error: "slow" } });
    const post = await due([await accountOf()], { media });
    await node.work();
    await workIn(15_000);
    expect((await read(post)).status).toBe("published");
    expect([network.count("POST /uploads"), network.count("POST /posts")]).toEqual([1, 2]);
    expect(await targetOf(post)).toHaveProperty("saved");
  });

  it.each([
    [
      "organization",
      (isOff: boolean) => (tx: Documents) =>
        suspendOrganization(tx, profile.organizationId, isOff, { by: SERVER, now: NOW }),
    ],
    ["profile", (isOff: boolean) => (tx: Documents) => suspendProfile(tx, profile, isOff, { by: SERVER, now: NOW })],
  ])("of a suspended %s wait until it is resumed", async (_, suspension) => {
    const post = await due([await accountOf()]);
    const suspend = (isOff: boolean) => store.transaction(suspension(isOff));
    expect(await suspend(true)).toBe(true);
    expect(await suspend(true)).toBe(false);
    await node.work();
    await workIn(5 * MINUTE_MS);
    expect([network.calls, (await read(post)).status]).toEqual([[], "queued"]);
    expect(await suspend(false)).toBe(true);
    await workIn(MINUTE_MS);
    expect((await read(post)).status).toBe("published");
  });

  it("use a consumer pair for the call alone", async () => {
    const consumer = await node.publishing.sealConsumer({ key: "key", secret: "secret" });
    const post = await due([await accountOf()], { consumer });
    expect(JSON.stringify(await read(post))).not.toContain("secret");
    await node.work();
    expect(network.posts).toMatchObject([{ consumer: "key" }]);
    expect(await read(post)).not.toHaveProperty("consumer");
  });

  it("can be moved until they are sent", async () => {
    const post = await due([await accountOf()]);
    const later = { scheduledFor: clock.now() + HOUR_MS };
    await store.transaction((tx) => changePost(tx, post, later, { by: SERVER, now: NOW }));
    await node.work();
    expect(network.posts).toEqual([]);
    await workIn(HOUR_MS);
    expect(network.posts).toHaveLength(1);
  });
});
