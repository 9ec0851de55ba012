import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import { auditCollection } from "../../../src/domains/audit/audit.ts";
import {
  cancelPost,
  changePost,
  closeAccount,
  type PostDocument,
  type ProfileDocument,
  type SocialAccountDocument,
  SocialRefused,
  social,
} from "../../../src/domains/social/index.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import type { Collection, Documents, Store } from "../../../src/store/store.ts";
import { sideBySide } from "../../support/side-by-side.ts";
import { engines, type OpenStore } from "../../support/stores.ts";
import { TestNetwork } from "./network.ts";
import {
  addAccount,
  addPost,
  addProfile,
  FakeClock,
  MINUTE_MS,
  NOW,
  type NodeSettings,
  prepareSocial,
  readPost,
  startNode,
} from "./support.ts";

const CURSORS = new Set(["find", "aggregate"]);
const collections = [
  ...Object.values(social({ collection: (name) => ({ name }) as never })).map(({ name }) => name),
  ...[auditCollection({ collection: (name) => ({ name }) as never }).name, "guard"],
];
const racing = sideBySide(engines[0]!, collections, prepareSocial);

/**
 * A store in which `other` runs before the n-th operation, counted from 0. It has finished before that operation, or waits
 * for the transaction that the operation is part of.
 */
function interrupted(store: Store, n: number, other: () => Promise<unknown>) {
  const outside = AsyncLocalStorage.snapshot();
  let operations = 0;
  let meanwhile: Promise<unknown> | undefined;
  const pause = async (isInside: boolean) => {
    if (operations++ !== n) return;
    meanwhile = outside(other);
    await (isInside ? Promise.race([meanwhile, turns(20)]) : meanwhile);
  };
  const documents = (inner: Documents, isInside: boolean): Documents => ({
    collection: ((name: string) =>
      new Proxy(inner.collection(name), {
        get(target, key) {
          const method = Reflect.get(target, key);
          if (typeof method !== "function") return method;
          if (CURSORS.has(String(key))) return method.bind(target);
          return async (...args: unknown[]) => {
            await pause(isInside);
            return Reflect.apply(method, target, args);
          };
        },
      }) as Collection) as Documents["collection"],
  });
  const paused: Store = {
    ...documents(store, false),
    transaction: (work) => store.transaction((tx) => work(documents(tx, true))),
    ping: () => store.ping(),
    close: () => store.close(),
  };
  const done = async () => {
    await meanwhile;
    return meanwhile !== undefined;
  };
  return { store: paused, done };
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}

describe.each([...engines, racing])("at every point of sending a post, on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  let network: TestNetwork;
  let settings: NodeSettings;
  let profile: ProfileDocument;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareSocial(store);
    network = await TestNetwork.start();
    settings = { tokenKeys: newKey(), testNetworkUrl: network.url };
    profile = await addProfile(store);
  });
  afterEach(async () => {
    await network.close();
    await opened.discard();
  });

  /**
   * Sends a fresh post for each point and runs `change` there. `check` gets the post afterwards, whether the change was
   * refused, and whether the network has the post. Returns for each point whether it has.
   */
  const everywhere = async (
    change: (post: PostDocument, account: SocialAccountDocument) => Promise<unknown>,
    check: (result: { post: PostDocument; isRefused: boolean; isSent: boolean; point: number }) => void,
  ) => {
    const sent: boolean[] = [];
    for (let point = 0; ; point++) {
      const clock = new FakeClock();
      const account = await addAccount(store, startNode(store, settings), profile, { id: `account ${point}` });
      const before = await addPost(store, profile, [account]);
      clock.advance(MINUTE_MS);
      let isRefused = false;
      const other = interrupted(store, point, () =>
        change(before, account).catch((error: unknown) => {
          if (!(error instanceof SocialRefused)) throw error;
          isRefused = true;
        }),
      );
      const node = startNode(other.store, settings, clock);
      await node.work();
      if (!(await other.done())) break;
      const post = await readPost(store, before);
      const isSent = network.keys().includes(`${post._id}-${account._id}`);
      check({ post, isRefused, isSent, point });
      await node.runner.close(5_000);
      await social(store).credentialRevocations.deleteMany({});
      sent.push(isSent);
    }
    expect(new Set(network.keys()).size).toBe(network.posts.length);
    expect(sent).toContain(true);
    expect(sent).toContain(false);
    // Earlier changes win, later ones lose.
    expect(sent).toEqual([...sent].sort((a, b) => Number(a) - Number(b)));
  };

  it("a cancel wins and nothing is sent, or is refused as too late", () =>
    everywhere(
      (post) => store.transaction((tx) => cancelPost(tx, post, { by: SERVER, now: NOW })),
      ({ post, isRefused, isSent, point }) => {
        const status = isSent ? "published" : "canceled";
        expect(isRefused, `at point ${point}`).toBe(isSent);
        expect(post).toMatchObject({ status, targets: [{ status }] });
        expect(post).not.toHaveProperty("due");
      },
    ));

  it("a change of its time wins and nothing is sent now, or is refused as too late", () =>
    everywhere(
      (post) =>
        store.transaction((tx) => changePost(tx, post, { scheduledFor: NOW + 600_000 }, { by: SERVER, now: NOW })),
      ({ post, isSent }) => {
        expect(post).toMatchObject(
          isSent ? { status: "published" } : { status: "queued", due: new Date(NOW + 600_000) },
        );
        expect(post).not.toHaveProperty("claim");
      },
    ));

  it("a disconnect that cancels the account's posts wins and nothing is sent, or the post was sent", () =>
    everywhere(
      (_, account) =>
        store.transaction((tx) =>
          closeAccount(tx, account, { reason: "unlinked_by_user", queued: "cancel", by: SERVER, now: NOW }),
        ),
      ({ post, isSent }) => {
        const { status } = post.targets[0]!;
        if (isSent) expect([post.status, status]).toEqual(["published", "published"]);
        else
          expect([
            ["canceled", "canceled"],
            ["failed", "failed"],
          ]).toContainEqual([post.status, status]);
        expect(post).not.toHaveProperty("due");
      },
    ));

  it("a disconnect that leaves them makes the post fail, or it was sent", () =>
    everywhere(
      (_, account) =>
        store.transaction((tx) =>
          closeAccount(tx, account, { reason: "unlinked_by_user", queued: "leave", by: SERVER, now: NOW }),
        ),
      ({ post, isSent }) => {
        if (isSent) expect(post).toMatchObject({ status: "published" });
        else expect(post).toMatchObject({ status: "failed", targets: [{ error: { code: "NOT_CONNECTED" } }] });
      },
    ));
});
