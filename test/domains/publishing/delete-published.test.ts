import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import { auditCollection } from "../../../src/domains/audit/audit.ts";
import type { ProfileDocument, SocialAccountDocument } from "../../../src/domains/social/index.ts";
import { social } from "../../../src/domains/social/index.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import type { Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";
import { TestNetwork } from "./network.ts";
import {
  addAccount,
  addPost,
  addProfile,
  FakeClock,
  MINUTE_MS,
  type Node,
  prepareSocial,
  readPost,
  startNode,
} from "./support.ts";

describe.each(engines)("deleting published posts on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  let clock: FakeClock;
  let network: TestNetwork;
  let profile: ProfileDocument;
  let node: Node;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareSocial(store);
    clock = new FakeClock();
    network = await TestNetwork.start();
    node = startNode(store, { tokenKeys: newKey(), testNetworkUrl: network.url }, clock);
    profile = await addProfile(store);
  });
  afterEach(async () => {
    await node.runner.close(5_000);
    await network.close();
    await opened.discard();
  });

  const published = async (...accounts: SocialAccountDocument[]) => {
    const post = await addPost(store, profile, accounts);
    clock.advance(MINUTE_MS);
    await node.work();
    return readPost(store, post);
  };
  const how = () => ({ by: SERVER, now: clock.now() });
  const accountOf = (network: "bluesky" | "telegram" = "bluesky", id = "ada") =>
    addAccount(store, node, profile, { network, id });

  it("deletes each target once, records it, and two callers make one call", async () => {
    const post = await published(await accountOf(), await accountOf("bluesky", "bob"));
    const both = await Promise.all([1, 2].map(() => node.publishing.deletePublished(store, post, how())));
    const results = both.flat().map(({ result }) => (result instanceof Error ? result.message : result));
    expect(results.filter((result) => result === "deleted")).toHaveLength(2);
    expect(network.deleted.sort()).toEqual(network.posts.map(({ id }) => id).sort());
    expect(await readPost(store, post)).toMatchObject({
      status: "deleted",
      targets: [{ status: "deleted" }, { status: "deleted" }],
    });
    expect(await auditCollection(store).countDocuments({ subject: post._id, action: "post.deleted" })).toBe(1);
    expect(await node.publishing.deletePublished(store, post, how())).toEqual([]);
  });

  it("reports a network that cannot delete, and the post stays published", async () => {
    const post = await published(await accountOf("telegram"), await accountOf());
    const results = await node.publishing.deletePublished(store, post, how());
    expect(results.map(({ network: on, result }) => [on, result])).toEqual([
      ["telegram", "not supported"],
      ["bluesky", "deleted"],
    ]);
    expect(await readPost(store, post)).toMatchObject({
      status: "published",
      targets: [{ status: "published" }, { status: "deleted" }],
    });
  });

  it.each([
    ["the network is down", "UNAVAILABLE", "connected", () => network.close()],
    [
      "the account is not connected",
      "TOKEN",
      "disconnected",
      () => social(store).accounts.updateMany({}, { $set: { status: "disconnected" } }),
    ],
    ["the grant has ended", "TOKEN", "reauth_required", async () => network.endedGrants.add("token")],
  ])("reports that %s: %s", async (_, kind, status, setUp) => {
    const account = await accountOf();
    const post = await published(account);
    await setUp();
    const [{ result } = { result: undefined }] = await node.publishing.deletePublished(store, post, how());
    expect(result).toMatchObject({ kind });
    expect(await readPost(store, post)).toMatchObject({ status: "published", targets: [{ status: "published" }] });
    expect(await social(store).accounts.findOne({ _id: account._id })).toMatchObject({ status });
    if (kind === "UNAVAILABLE") network = await TestNetwork.start();
  });

  it("tries the stored credentials of an account that must be connected again", async () => {
    const account = await accountOf();
    const post = await published(account);
    await social(store).accounts.updateMany({}, { $set: { status: "reauth_required" } });
    expect(await node.publishing.findPublished(store, post)).toEqual(["bluesky"]);
    const [{ result } = { result: undefined }] = await node.publishing.deletePublished(store, post, how());
    expect([result, network.deleted.length]).toEqual(["deleted", 1]);
    expect(await social(store).accounts.findOne({ _id: account._id })).toMatchObject({ status: "reauth_required" });
  });

  it("renews credentials that the network refuses, and deletes with the new ones", async () => {
    network.refreshTokens.add("refresh");
    const credentials = { token: "token", refreshToken: "refresh" };
    const post = await published(await addAccount(store, node, profile, { credentials }));
    network.endedTokens.add("token");
    const [{ result } = { result: undefined }] = await node.publishing.deletePublished(store, post, how());
    expect([result, network.deleted.length]).toEqual(["deleted", 1]);
  });

  it("is repeated after a crash in between", async () => {
    const post = await published(await accountOf());
    const mark = { "targets.0.status": "deleting", "targets.0.deletingAt": new Date(clock.now()) };
    await social(store).posts.updateOne({ _id: post._id }, { $set: mark });
    const [first] = await node.publishing.deletePublished(store, post, how());
    expect(first?.result).toMatchObject({ kind: "UNAVAILABLE" });
    clock.advance(2 * MINUTE_MS);
    const [second] = await node.publishing.deletePublished(store, post, how());
    expect(second?.result).toBe("deleted");
    expect(network.deleted).toHaveLength(1);
  });
});
