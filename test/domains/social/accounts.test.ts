import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listAudit } from "../../../src/domains/audit/index.ts";
import {
  accountOn,
  closeAccount,
  connectAccount,
  createPost,
  deleteProfile,
  getAccount,
  getPost,
  requireReauthorization,
  type SocialAccountDocument,
  social,
} from "../../../src/domains/social/index.ts";
import type { Store } from "../../../src/store/store.ts";
import { BY, codeOf, NOW, newAccount, newPost, newProfile, prepareSocial } from "../../support/social-store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

describe.each(engines)("social accounts on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareSocial(store);
  });
  afterEach(() => opened.discard());

  const close = (account: SocialAccountDocument, queued: "cancel" | "leave" = "cancel", reason = "unlinked_by_user") =>
    store.transaction((tx) => closeAccount(tx, account, { reason: reason as "replaced", queued, ...BY }));
  const reload = (account: SocialAccountDocument) => getAccount(store, account.organizationId, account._id);

  it("connecting a connected account again keeps its id and takes the new credentials", async () => {
    const profile = await newProfile(store);
    const first = await newAccount(store, profile, "bluesky", "did:one");
    await store.transaction((tx) => requireReauthorization(tx, first, NOW));
    expect((await reload(first)).status).toBe("reauth_required");
    const found = { id: "did:one", credentials: { token: "token", expiresAt: NOW + 1000 } };
    const again = await store.transaction((tx) =>
      connectAccount(tx, profile, { network: "bluesky", found, credentials: "other" }, BY),
    );
    expect(again._id).toBe(first._id);
    expect(await reload(first)).toMatchObject({
      status: "connected",
      credentials: "other",
      tokenExpires: new Date(NOW + 1000),
    });
  });

  it("connecting a disconnected account again makes another account, and keeps the old one", async () => {
    const profile = await newProfile(store);
    const first = await newAccount(store, profile, "bluesky", "did:one");
    await close(first);
    const second = await newAccount(store, profile, "bluesky", "did:one");
    expect(second._id).not.toBe(first._id);
    const old = await reload(first);
    expect(old).toMatchObject({ status: "disconnected", disconnectedReason: "unlinked_by_user" });
    expect(old).not.toHaveProperty("credentials");
    expect(await accountOn(store, profile._id, "bluesky")).toMatchObject({ _id: second._id });
  });

  it("with exclusive, another account of the network is disconnected and its posts are left", async () => {
    const profile = await newProfile(store);
    const first = await newAccount(store, profile, "twitter");
    const post = await store.transaction((tx) => createPost(tx, profile, newPost([{ account: first }]), BY));
    const found = { id: "second", credentials: { token: "token" } };
    const connect = { network: "twitter", found, credentials: "sealed", exclusive: true } as const;
    await store.transaction((tx) => connectAccount(tx, profile, connect, BY));
    expect(await reload(first)).toMatchObject({ status: "disconnected", disconnectedReason: "replaced" });
    expect((await getPost(store, profile.organizationId, post._id)).status).toBe("queued");
  });

  it("refuses to connect again with another account than the one named", async () => {
    const profile = await newProfile(store);
    const first = await newAccount(store, profile, "bluesky");
    const found = { id: "another", credentials: { token: "token" } };
    const connect = { network: "bluesky", found, credentials: "sealed", accountId: first._id } as const;
    expect(await codeOf(store.transaction((tx) => connectAccount(tx, profile, connect, BY)))).toBe("CONFLICT");
    expect((await reload(first)).credentials).toBe("sealed");
  });

  it("refuses to connect to a profile that was deleted", async () => {
    const profile = await newProfile(store);
    await store.transaction((tx) => deleteProfile(tx, profile, BY));
    expect(await codeOf(newAccount(store, profile))).toBe("NOT_FOUND");
  });

  it("cancels the posts that wait for the account alone, and its part of posts to several", async () => {
    const profile = await newProfile(store);
    const [one, other] = [await newAccount(store, profile), await newAccount(store, profile, "reddit")];
    const create = (targets: SocialAccountDocument[], status: "queued" | "paused" = "queued") =>
      store.transaction((tx) =>
        createPost(
          tx,
          profile,
          newPost(
            targets.map((account) => ({ account })),
            { status, consumer: "sealed" },
          ),
          BY,
        ),
      );
    const alone = await create([one]);
    const paused = await create([one], "paused");
    const both = await create([one, other]);
    const others = await create([other]);
    expect(await close(one)).toEqual({ canceledPosts: 3 });

    const statuses = async (id: string) => {
      const { status, targets, due, consumer } = await getPost(store, profile.organizationId, id);
      return [status, targets.map((t) => t.status).join(), due !== undefined, consumer !== undefined];
    };
    expect(await statuses(alone._id)).toEqual(["canceled", "canceled", false, false]);
    expect(await statuses(paused._id)).toEqual(["canceled", "canceled", false, false]);
    expect(await statuses(both._id)).toEqual(["queued", "canceled,queued", true, true]);
    expect(await statuses(others._id)).toEqual(["queued", "queued", true, true]);
    await close(other);
    expect((await statuses(both._id)).slice(0, 3)).toEqual(["canceled", "canceled,canceled", false]);
  });

  it("leaves a part that is being sent", async () => {
    const profile = await newProfile(store);
    const account = await newAccount(store, profile);
    const post = await store.transaction((tx) => createPost(tx, profile, newPost([{ account }]), BY));
    const sending = { $set: { status: "publishing", "targets.0.status": "publishing" } };
    await social(store).posts.updateOne({ _id: post._id }, sending);
    expect(await close(account)).toEqual({ canceledPosts: 0 });
    expect((await getPost(store, profile.organizationId, post._id)).status).toBe("publishing");
  });

  it("cancels 2,000 posts in one transaction", async () => {
    const profile = await newProfile(store);
    const account = await newAccount(store, profile);
    for (let i = 0; i < 2_000; i += 200) {
      await store.transaction(async (tx) => {
        for (let n = 0; n < 200; n++) await createPost(tx, profile, newPost([{ account }]), BY);
      });
    }
    expect(await close(account)).toEqual({ canceledPosts: 2_000 });
    expect(await social(store).posts.countDocuments({ status: "queued" })).toBe(0);
  });

  it("either a post finds the account disconnected, or the disconnect finds the post", async () => {
    const profile = await newProfile(store);
    for (let round = 0; round < 20; round++) {
      const account = await newAccount(store, profile);
      const [post, closing] = await Promise.allSettled([
        store.transaction((tx) => createPost(tx, profile, newPost([{ account }]), BY)),
        close(account),
      ]);
      const queued = { "targets.accountId": account._id, status: "queued" };
      expect(await social(store).posts.countDocuments(queued)).toBe(0);
      expect(closing).toMatchObject({ value: { canceledPosts: post.status === "fulfilled" ? 1 : 0 } });
    }
  });

  it("records what was disconnected, by whom, and how many posts were canceled, without credentials", async () => {
    const profile = await newProfile(store);
    const account = await newAccount(store, profile);
    await store.transaction((tx) => createPost(tx, profile, newPost([{ account }]), BY));
    await close(account);
    const [last] = await listAudit(store, { subject: account._id, action: "account.disconnected", limit: 10 });
    expect(last).toMatchObject({
      door: "server",
      subject: account._id,
      data: { platform: "bluesky", reason: "unlinked_by_user", canceledPosts: 1 },
    });
    expect(JSON.stringify(await listAudit(store, { limit: 100 }))).not.toMatch(/sealed|token"/);
  });

  it("deletes a profile with its accounts, waiting posts and key", async () => {
    const profile = await newProfile(store);
    const account = await newAccount(store, profile);
    const post = await store.transaction((tx) => createPost(tx, profile, newPost([{ account }]), BY));
    await store.transaction((tx) => deleteProfile(tx, profile, BY));
    expect((await reload(account)).status).toBe("disconnected");
    expect((await getPost(store, profile.organizationId, post._id)).status).toBe("canceled");
    expect(await codeOf(store.transaction((tx) => deleteProfile(tx, profile, BY)))).toBe("NOT_FOUND");
  });
});
