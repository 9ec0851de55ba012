import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  cancelPost,
  changePost,
  closeAccount,
  createPost,
  getPost,
  type NewPost,
  type PostDocument,
  type ProfileDocument,
  type SocialAccountDocument,
  social,
} from "../../../src/domains/social/index.ts";
import type { Store } from "../../../src/store/store.ts";
import { BY, codeOf, NOW, newAccount, newPost, newProfile, prepareSocial } from "../../support/social-store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const DAY_MS = 86_400_000;

describe.each(engines)("posts on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  let profile: ProfileDocument;
  let account: SocialAccountDocument;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareSocial(store);
    profile = await newProfile(store);
    account = await newAccount(store, profile);
  });
  afterEach(() => opened.discard());

  const create = (post: Partial<NewPost> = {}) =>
    store.transaction((tx) => createPost(tx, profile, newPost([{ account }], post), BY));
  const cancel = (post: PostDocument) => store.transaction((tx) => cancelPost(tx, post, BY));
  const sent = (post: PostDocument, status: string) =>
    social(store).posts.updateOne({ _id: post._id }, { $set: { "targets.0.status": status } });
  const disconnect = () =>
    store.transaction((tx) => closeAccount(tx, account, { reason: "unlinked_by_user", queued: "leave", ...BY }));

  it("has a due time while it is queued, and none while it waits for a person", async () => {
    expect((await create()).due).toEqual(new Date(NOW + 3_600_000));
    for (const status of ["draft", "paused", "awaiting approval"] as const) {
      expect(await create({ status })).not.toHaveProperty("due");
    }
  });

  it("normalizes a long text once for all of its accounts, and tells their digests apart", async () => {
    const others = [await newAccount(store, profile, "reddit"), await newAccount(store, profile, "telegram")];
    const targets = [account, ...others].map((each) => ({ account: each }));
    const normalize = vi.spyOn(String.prototype, "normalize");
    try {
      const post = newPost(targets, { text: "\ufdfa".repeat(1_000) });
      const { digests } = await store.transaction((tx) => createPost(tx, profile, post, BY));
      expect(new Set(digests).size).toBe(3);
      expect(normalize.mock.calls.filter(([form]) => form === "NFKC")).toHaveLength(1);
    } finally {
      normalize.mockRestore();
    }
  });

  it("refuses an account that is disconnected, and stores nothing of the post", async () => {
    const other = await newAccount(store, profile, "reddit");
    await disconnect();
    const work = store.transaction((tx) => createPost(tx, profile, newPost([{ account: other }, { account }]), BY));
    expect(await codeOf(work)).toBe("NOT_CONNECTED");
    expect(await social(store).posts.countDocuments({})).toBe(0);
  });

  it("refuses another profile's account", async () => {
    const stranger = await newProfile(store);
    const work = store.transaction((tx) => createPost(tx, stranger, newPost([{ account }]), BY));
    expect(await codeOf(work)).toBe("NOT_CONNECTED");
  });

  it("refuses an account that it names twice", async () => {
    const work = store.transaction((tx) => createPost(tx, profile, newPost([{ account }, { account }]), BY));
    expect(await codeOf(work)).toBe("CONFLICT");
  });

  it("accepts an idempotency key once for each profile, also from ten callers at once", async () => {
    const results = await Promise.all(Array.from({ length: 10 }, () => codeOf(create({ idempotencyKey: "one" }))));
    expect(results.filter((code) => code === "not refused")).toHaveLength(1);
    expect(results.filter((code) => code === "DUPLICATE")).toHaveLength(9);
    const stranger = await newProfile(store);
    const targets = [{ account: await newAccount(store, stranger) }];
    const post = newPost(targets, { idempotencyKey: "one" });
    expect(await codeOf(store.transaction((tx) => createPost(tx, stranger, post, BY)))).toBe("not refused");
  });

  it.each([
    ["the same text within a day", { text: " Same  TEXT" }, "DUPLICATE"],
    ["the same text two days later", { text: "same text", scheduledFor: NOW + 3_600_000 + 2 * DAY_MS }, "not refused"],
    ["another text", { text: "other" }, "not refused"],
    [
      "the same text on a network that allows it",
      { text: "same text", refuseDuplicates: { exceptOn: ["bluesky"] } },
      "not refused",
    ],
    ["the same text if duplicates are allowed", { text: "same text", refuseDuplicates: undefined }, "not refused"],
  ] as [string, Partial<NewPost>, string][])("refuses duplicates: %s: %s", async (_, post, code) => {
    const refuseDuplicates = { exceptOn: [] };
    await create({ text: "same text", refuseDuplicates });
    expect(await codeOf(create({ refuseDuplicates, ...post }))).toBe(code);
  });

  it.each([
    ["published", "failed", "bluesky", "DUPLICATE"],
    ["unknown", "failed", "bluesky", "DUPLICATE"],
    ["published", "failed", "reddit", "not refused"],
    ["published", "canceled", "reddit", "not refused"],
    ["failed", "failed", "bluesky", "not refused"],
  ] as const)("of a post that is %s on bluesky and %s on reddit, %s: %s", async (first, second, on, code) => {
    const other = await newAccount(store, profile, "reddit");
    const equal = { text: "same", refuseDuplicates: { exceptOn: [] } };
    const post = await store.transaction((tx) =>
      createPost(tx, profile, newPost([{ account }, { account: other }], equal), BY),
    );
    const outcome = { status: "failed", "targets.0.status": first, "targets.1.status": second };
    await social(store).posts.updateOne({ _id: post._id }, { $set: outcome });
    const targets = [{ account: on === "reddit" ? other : account }];
    expect(await codeOf(store.transaction((tx) => createPost(tx, profile, newPost(targets, equal), BY)))).toBe(code);
  });

  it("checks the text that a post was changed to", async () => {
    const equal = { text: "first", refuseDuplicates: { exceptOn: [] } };
    const post = await create(equal);
    await store.transaction((tx) => changePost(tx, post, { text: "second" }, BY));
    expect(await codeOf(create(equal))).toBe("not refused");
    expect(await codeOf(create({ ...equal, text: "Second" }))).toBe("DUPLICATE");
  });

  it("accepts one of ten equal posts at once, if duplicates are refused", async () => {
    const equal = { text: "same", refuseDuplicates: { exceptOn: [] } };
    const results = await Promise.all(Array.from({ length: 10 }, () => codeOf(create(equal))));
    expect(results.filter((code) => code === "not refused")).toHaveLength(1);
  });

  it("cancels what waits, and keeps it readable without its secrets", async () => {
    const post = await create({ consumer: "sealed" });
    expect(await cancel(post)).toMatchObject({ status: "canceled", targets: [{ status: "canceled" }] });
    const kept = await getPost(store, profile.organizationId, post._id);
    for (const member of ["due", "claim", "consumer"]) expect(kept).not.toHaveProperty(member);
  });

  it.each(["publishing", "published", "unknown"])(
    "refuses to cancel or change a post of which a part is %s",
    async (status) => {
      const post = await create();
      await sent(post, status);
      expect(await codeOf(cancel(post))).toBe("CONFLICT");
      const change = { scheduledFor: NOW + 1 };
      expect(await codeOf(store.transaction((tx) => changePost(tx, post, change, BY)))).toBe("CONFLICT");
    },
  );

  it("refuses to cancel twice, and another organization's post", async () => {
    const post = await create();
    await cancel(post);
    expect(await codeOf(cancel(post))).toBe("CONFLICT");
    expect(await codeOf(cancel({ ...post, organizationId: "org_other" }))).toBe("NOT_FOUND");
    expect(await codeOf(getPost(store, "org_other", post._id))).toBe("NOT_FOUND");
  });

  it.each([
    ["queued", { scheduledFor: NOW + 5 }, "queued", true],
    ["queued", { paused: true }, "paused", false],
    ["paused", { paused: false }, "queued", true],
    ["awaiting approval", { approved: true }, "queued", true],
    ["awaiting approval", { notes: "later" }, "awaiting approval", false],
    ["queued", { approved: true }, "CONFLICT", undefined],
  ] as const)("a %s post changed by %o is %s", async (status, change, expected, isDue) => {
    const post = await create({ status });
    const work = store.transaction((tx) => changePost(tx, post, change, BY));
    if (expected === "CONFLICT") return expect(await codeOf(work)).toBe("CONFLICT");
    const changed = await work;
    expect(changed.status).toBe(expected);
    expect(changed.due !== undefined).toBe(isDue);
    if (isDue) expect(changed.due).toEqual(changed.scheduledFor);
  });
});
