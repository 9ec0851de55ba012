import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import { auditCollection } from "../../../src/domains/audit/audit.ts";
import {
  closeAccount,
  type PostDocument,
  type ProfileDocument,
  type SocialAccountDocument,
  social,
} from "../../../src/domains/social/index.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import type { Credentials } from "../../../src/publishers/publisher.ts";
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
  type NodeSettings,
  prepareSocial,
  readPost,
  startNode,
} from "./support.ts";

describe.each(engines)("credentials on $name", ({ open }) => {
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
  const connected = (credentials: Partial<Credentials>, facts?: Record<string, string>, id = "ada") =>
    addAccount(store, node, profile, {
      ...{ id, grant: "one consent", credentials: { token: "token", ...credentials } },
      ...(facts && { facts }),
    });
  const stored = async ({ _id }: SocialAccountDocument) => {
    const account = (await social(store).accounts.findOne({ _id }))!;
    return { account, credentials: await node.publishing.open(store, account) };
  };
  const send = async (account: SocialAccountDocument, count = 1) => {
    const posts: PostDocument[] = [];
    for (let n = 0; n < count; n++) posts.push(await addPost(store, profile, [account], { text: `Post ${n}` }));
    clock.advance(MINUTE_MS);
    await Promise.all(nodes.map(({ work }) => work()));
    return Promise.all(posts.map((post) => readPost(store, post)));
  };
  const soon = () => NOW + 2 * MINUTE_MS;
  const disconnect = (account: SocialAccountDocument) =>
    store.transaction((tx) =>
      closeAccount(tx, account, { reason: "unlinked_by_user", queued: "cancel", by: SERVER, now: clock.now() }),
    );

  it("are stored sealed, and open for their account alone", async () => {
    const account = await connected({ token: "a secret" });
    expect(JSON.stringify(account)).not.toContain("a secret");
    expect((await stored(account)).credentials).toEqual({ token: "a secret" });
    const { credentials } = account;
    expect(
      await node.publishing.open(store, { ...account, externalId: "bob", credentials: credentials! }),
    ).toBeUndefined();
    expect(node.lines).toMatchObject([{ why: "damaged" }]);
  });

  it("that expire soon are renewed once before the post is sent, by any number of posts and nodes", async () => {
    await nodes.pop()!.runner.close(1_000);
    for (let n = 0; n < 3; n++) start({ postsAtOnce: 3 });
    network.refreshMs = 300;
    const account = await connected({ refreshToken: "refresh", expiresAt: soon() });
    const posts = await send(account, 20);
    expect(posts.map(({ status }) => status)).toEqual(Array(20).fill("published"));
    expect(network.count("POST /tokens")).toBe(1);
    expect(new Set(network.posts.map(({ token }) => token))).toEqual(new Set(["token-1"]));
    const { account: after, credentials } = await stored(account);
    expect(credentials).toEqual({ token: "token-1", refreshToken: "refresh-1", expiresAt: NOW + 61 * MINUTE_MS });
    expect(after.tokenExpires).toEqual(new Date(NOW + 61 * MINUTE_MS));
    expect(after).not.toHaveProperty("refreshUntil");
  });

  it("that are refused are renewed, and the post is sent with the new ones", async () => {
    network.endedTokens.add("token");
    const account = await connected({ refreshToken: "refresh" });
    const [post] = await send(account);
    expect(post!.status).toBe("published");
    expect(network.calls).toEqual(["POST /posts", "POST /tokens", "POST /posts"]);
  });

  it("that are refused even when renewed end the attempts, and the account must be connected again", async () => {
    for (const token of ["token", "token-1"]) network.endedTokens.add(token);
    const account = await connected({ refreshToken: "refresh" });
    const [post] = await send(account);
    expect(post!.targets[0]!.error).toMatchObject({ code: "TOKEN" });
    expect((await stored(account)).account.status).toBe("reauth_required");
    expect(network.count("POST /tokens")).toBe(1);
  });

  it("that are refused because the grant has ended are not renewed", async () => {
    network.endedGrants.add("token");
    const account = await connected({ refreshToken: "refresh" });
    const [post] = await send(account);
    expect(post!.targets[0]!.error).toMatchObject({ code: "TOKEN" });
    expect((await stored(account)).account.status).toBe("reauth_required");
    expect(network.count("POST /tokens")).toBe(0);
  });

  it("keep the refresh token if the network returns an empty one", async () => {
    const account = await connected({ refreshToken: "refresh", expiresAt: soon() }, { keepsRefreshToken: "yes" });
    await send(account);
    expect((await stored(account)).credentials).toMatchObject({ token: "token-1", refreshToken: "refresh" });
  });

  it("whose grant has ended mark the account, and the post fails as TOKEN", async () => {
    network.refreshTokens.clear();
    const account = await connected({ refreshToken: "refresh", expiresAt: soon() });
    const [post] = await send(account);
    expect(post).toMatchObject({ status: "failed", targets: [{ error: { code: "TOKEN" } }] });
    expect((await stored(account)).account.status).toBe("reauth_required");
    expect(network.count("POST /posts")).toBe(0);
  });

  it("that cannot be renewed now are used while they are valid, and else wait", async () => {
    const account = await connected({ refreshToken: "refresh", expiresAt: soon() });
    await network.close();
    const [post] = await send(account);
    expect(post!.targets[0]).toMatchObject({ status: "queued", error: { code: "UNAVAILABLE" } });
    expect(post!.targets[0]!.attemptedAt).toBeDefined();
    clock.advance(10 * MINUTE_MS);
    await node.work();
    expect((await stored(account)).account.status).toBe("connected");
    const [later] = await send(account);
    expect(later!.targets[0]).not.toHaveProperty("attemptedAt");
    network = await TestNetwork.start();
  });

  describe("of a disconnected account", () => {
    it("are revoked at the network after the disconnect, and recorded", async () => {
      const account = await connected({});
      await disconnect(account);
      expect(network.revoked).toEqual([]);
      await node.work();
      expect(network.revoked).toEqual(["token"]);
      expect(await social(store).credentialRevocations.countDocuments({})).toBe(0);
      expect(await auditCollection(store).countDocuments({ action: "token.revoked", subject: account._id })).toBe(1);
    });

    it("are not revoked if the account is connected again, here or in another profile", async () => {
      const [account, other] = [await connected({}), await addProfile(store, "Other")];
      await disconnect(account);
      await connected({ token: "new" });
      await node.work();
      const again = await addAccount(store, node, other, { credentials: { token: "newest" } });
      await disconnect(again);
      await node.work();
      expect(network.revoked).toEqual([]);
      expect(await social(store).credentialRevocations.countDocuments({})).toBe(0);
    });

    it("are revoked once no account uses their grant", async () => {
      const accounts = [await connected({}, undefined, "ada"), await connected({ token: "other" }, undefined, "page")];
      await disconnect(accounts[0]!);
      await node.work();
      expect(network.revoked).toEqual([]);
      await disconnect(accounts[1]!);
      await node.work();
      expect(network.revoked).toEqual(["other"]);
    });

    it("need no call if the grant has ended", async () => {
      network.endedTokens.add("token");
      await disconnect(await connected({}));
      await node.work();
      expect(await social(store).credentialRevocations.countDocuments({})).toBe(0);
    });

    it("are revoked later if the network is down, and given up after hours", async () => {
      await network.close();
      await disconnect(await connected({}));
      let hours = 0;
      for (; (await social(store).credentialRevocations.countDocuments({})) > 0 && hours < 100; hours += 0.25) {
        await node.work();
        clock.advance(15 * MINUTE_MS);
      }
      expect(hours).toBeGreaterThan(3);
      expect(hours).toBeLessThan(10);
      expect(node.lines).toMatchObject([{ msg: expect.stringContaining("could not be revoked") }]);
      network = await TestNetwork.start();
    });
  });
});
