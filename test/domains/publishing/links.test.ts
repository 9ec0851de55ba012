import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { connect } from "../../../src/domains/accounts/connect.ts";
import { accountsDomain, disconnect } from "../../../src/domains/accounts/index.ts";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import { playerProfileId, type SocialAccountDocument, social } from "../../../src/domains/social/index.ts";
import type { PlayerId } from "../../../src/ids.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import { providerOf } from "../../../src/providers/index.ts";
import {
  type AnyProvider,
  defineProvider,
  type ExternalProfile,
  ProviderRefusal,
  ProviderUnavailable,
  type RefreshedToken,
  type SystemId,
} from "../../../src/providers/provider.ts";
import type { Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";
import { TestNetwork } from "./network.ts";
import {
  addPost,
  FakeClock,
  MINUTE_MS,
  NOW,
  type Node,
  type NodeLinks,
  prepareSocial,
  readPost,
  startNode,
} from "./support.ts";

const INTEGRATIONS = { twitter: { twitterAppId: "the game's key", twitterSecret: "the game's secret" } };

describe.each(engines)("posts on players' links on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  let clock: FakeClock;
  let network: TestNetwork;
  let tokenKeys: string;
  let node: Node;
  let onRefresh: (refreshToken: string) => Promise<RefreshedToken>;
  let refreshes: string[];
  const nodes: Node[] = [];
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareSocial(store);
    await prepareCollections(accountsDomain, store);
    clock = new FakeClock();
    network = await TestNetwork.start();
    tokenKeys = newKey();
    refreshes = [];
    onRefresh = async () => ({ token: "second", tokenExpiresAt: clock.now() + 60 * MINUTE_MS });
    node = start();
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map(({ runner }) => runner.close(5_000)));
    await network.close();
    await opened.discard();
  });

  const facebook = defineProvider<Record<never, never>, object>({
    ...{ systemId: "FB", name: "Facebook", requests: [], credentials: {}, key: "accessToken", errors: [] },
    ...{ example: { credentials: {} }, integration: "facebook" },
    readSettings: () => ({}),
    missing: () => undefined,
    verify: () => Promise.reject(new Error("not used")),
    refresh: (refreshToken) => {
      refreshes.push(refreshToken);
      return onRefresh(refreshToken);
    },
  }) as AnyProvider;
  function start(links: NodeLinks = {}) {
    const providers = (systemId: SystemId) => (systemId === "FB" ? facebook : providerOf(systemId));
    const settings = { tokenKeys, testNetworkUrl: network.url };
    const started = startNode(store, settings, clock, { integrations: INTEGRATIONS, providers, ...links });
    nodes.push(started);
    return started;
  }
  const link = async (systemId: "TW" | "FB", tokens: Partial<ExternalProfile>) => {
    const sealed = await node.tokens.seal({ systemId }, { id: "1", ...tokens });
    const newcomer = { segments: {}, currencies: [0, 0, 0, 0, 0, 0], by: SERVER, now: NOW };
    const connection = { systemId, field: "accessToken", profile: { id: "1" }, tokens: sealed, flags: {}, ...newcomer };
    const { player } = await store.transaction((tx) => connect(tx, undefined, connection));
    return player;
  };
  const accountOf = async (player: PlayerId): Promise<SocialAccountDocument> =>
    (await social(store).accounts.findOne({ profileId: playerProfileId(player) }, { sort: { connectedAt: -1 } }))!;
  const send = async (player: PlayerId, more: object = {}) => {
    const account = await accountOf(player);
    const { organizationId, projectId, profileId } = account;
    const post = await addPost(store, { _id: profileId, organizationId, projectId } as never, [account], more);
    clock.advance(MINUTE_MS);
    await nodes.at(-1)!.work();
    return readPost(store, post);
  };
  const onTwitter = () => link("TW", { token: "access-1 secret-1" });
  const onFacebook = (left: number) =>
    link("FB", { token: "first", refreshToken: "refresh", tokenExpiresAt: NOW + left * MINUTE_MS });

  it("of X are signed with the link's secret and the game's consumer pair", async () => {
    const player = await onTwitter();
    expect((await send(player)).status).toBe("published");
    expect(network.posts).toMatchObject([{ token: "access-1", secret: "secret-1", consumer: "the game's key" }]);
  });

  it("of X are signed with the pair that the author supplies", async () => {
    const player = await onTwitter();
    await send(player, { consumer: await node.publishing.sealConsumer({ key: "author", secret: "s" }) });
    expect(network.posts).toMatchObject([{ token: "access-1", secret: "secret-1", consumer: "author" }]);
  });

  it("of X are signed with the server's pair in a game without an integration", async () => {
    const player = await onTwitter();
    start({ integrations: {} });
    await send(player);
    expect(network.posts).toMatchObject([{ token: "access-1", secret: "secret-1", consumer: undefined }]);
  });

  it("leave the secret sealed, in the link alone, until it is disconnected", async () => {
    const player = await onTwitter();
    await send(player);
    const stored = async () => {
      const found = [accounts(store).links, accounts(store).players, social(store).accounts, social(store).posts];
      return JSON.stringify(await Promise.all(found.map((each) => each.find({}).toArray())));
    };
    expect(await stored()).not.toContain("secret-1");
    expect(await node.publishing.open(store, await accountOf(player))).toMatchObject({ tokenSecret: "secret-1" });
    const how = { by: SERVER, now: NOW, isForced: true };
    await store.transaction((tx) => disconnect(tx, player, "TW", how));
    expect(await node.publishing.open(store, await accountOf(player))).toBeUndefined();
    expect(await accounts(store).links.countDocuments({})).toBe(0);
  });

  it("use a token that is valid as it is", async () => {
    await send(await onFacebook(60));
    expect([refreshes, network.posts.map(({ token }) => token)]).toEqual([[], ["first"]]);
  });

  it.each([5, -5])("use a refreshed token if it expires %i minutes from now", async (left) => {
    const player = await onFacebook(left);
    expect((await send(player)).status).toBe("published");
    await send(player, { text: "again" });
    expect([refreshes, network.posts.map(({ token }) => token)]).toEqual([["refresh"], ["second", "second"]]);
  });

  it.each([
    ["is unavailable, while the token is valid", 5, new ProviderUnavailable("FB", "down"), "published", "connected"],
    ["is unavailable, after the token has expired", -5, new ProviderUnavailable("FB", "down"), "queued", "connected"],
    ["ends the grant", 5, new ProviderRefusal("accessToken", "NOTAUTHENTICATED", "ended"), "failed", "reauth_required"],
  ])("while the provider %s", async (_, left, error, status, account) => {
    onRefresh = () => Promise.reject(error);
    const player = await onFacebook(left);
    expect((await send(player)).targets[0]!.status).toBe(status);
    expect((await accountOf(player)).status).toBe(account);
  });

  it("work again once the player has connected again", async () => {
    const player = await onTwitter();
    network.endedGrants.add("access-1");
    await send(player);
    expect((await accountOf(player)).status).toBe("reauth_required");
    expect(await link("TW", { token: "access-2 secret-2" })).toBe(player);
    expect((await accountOf(player)).status).toBe("connected");
    expect((await send(player, { text: "again" })).status).toBe("published");
    expect(network.posts).toMatchObject([{ token: "access-2", secret: "secret-2" }]);
  });
});
