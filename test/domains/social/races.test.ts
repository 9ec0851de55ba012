import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  closeAccount,
  connectAccount,
  createPost,
  deleteProfile,
  SocialRefused,
  social,
} from "../../../src/domains/social/index.ts";
import type { Store } from "../../../src/store/store.ts";
import { atEveryPoint } from "../../support/interleave.ts";
import { sideBySide } from "../../support/side-by-side.ts";
import { BY, newAccount, newPost, newProfile, prepareSocial } from "../../support/social-store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const collections = [
  "audit",
  "guard",
  ...Object.values(social({ collection: (name) => ({ name }) as never })).map(({ name }) => name),
];
const racing = sideBySide(engines[0]!, collections, prepareSocial);

/** A refusal is a result here: one of the two is too late. */
const settled = (work: Promise<unknown>) =>
  work.catch((error: unknown) => {
    if (!(error instanceof SocialRefused)) throw error;
  });

describe.each([engines[0]!, racing])("two at once on $name", ({ name, open }) => {
  let opened: OpenStore;
  let store: Store;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareSocial(store);
  });
  afterEach(() => opened.discard());

  it("a post and a disconnect: no post waits for an account that is disconnected", async () => {
    const points = await atEveryPoint(name === racing.name, async (pauseBefore, otherIsDone) => {
      const profile = await newProfile(store);
      const account = await newAccount(store, profile);
      const close = { reason: "unlinked_by_user", queued: "cancel", ...BY } as const;
      const paused = pauseBefore(store, () => store.transaction((tx) => closeAccount(tx, account, close)));
      await settled(paused.transaction((tx) => createPost(tx, profile, newPost([{ account }]), BY)));
      await otherIsDone();
      const waiting = { "targets.accountId": account._id, status: "queued" };
      expect(await social(store).posts.countDocuments(waiting)).toBe(0);
    });
    expect(points).toBeGreaterThan(2);
  });

  it("connecting an account and deleting its profile: no account of a deleted profile is connected", async () => {
    const points = await atEveryPoint(name === racing.name, async (pauseBefore, otherIsDone) => {
      const profile = await newProfile(store);
      const paused = pauseBefore(store, () => store.transaction((tx) => deleteProfile(tx, profile, BY)));
      const found = { id: "1", credentials: { token: "token" } };
      const connect = { network: "bluesky", found, credentials: "sealed" } as const;
      await settled(paused.transaction((tx) => connectAccount(tx, profile, connect, BY)));
      await otherIsDone();
      const open = { profileId: profile._id, status: "connected" };
      expect(await social(store).accounts.countDocuments(open)).toBe(0);
    });
    expect(points).toBeGreaterThan(2);
  });

  it("two connects of one account: it is connected once", async () => {
    await atEveryPoint(name === racing.name, async (pauseBefore, otherIsDone) => {
      const profile = await newProfile(store);
      const found = { id: "1", credentials: { token: "token" } };
      const connect = { network: "bluesky", found, credentials: "sealed" } as const;
      const paused = pauseBefore(store, () =>
        settled(store.transaction((tx) => connectAccount(tx, profile, connect, BY))),
      );
      await settled(paused.transaction((tx) => connectAccount(tx, profile, connect, BY)));
      await otherIsDone();
      expect(await social(store).accounts.countDocuments({ profileId: profile._id })).toBe(1);
    });
  });
});
