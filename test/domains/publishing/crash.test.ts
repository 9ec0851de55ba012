import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import { auditCollection } from "../../../src/domains/audit/audit.ts";
import { type PostDocument, social } from "../../../src/domains/social/index.ts";
import type { Network } from "../../../src/publishers/publisher.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import type { Store } from "../../../src/store/store.ts";
import { TestNetwork } from "./network.ts";
import {
  addAccount,
  addPost,
  addProfile,
  addWebhook,
  FakeClock,
  MINUTE_MS,
  type NodeSettings,
  prepareSocial,
  startNode,
} from "./support.ts";

const CHILD = new URL("publishing-child.ts", import.meta.url);
const MEDIA = [{ url: "https://media.test/1.png", kind: "image" as const }];

const refreshTokens = ["refresh of the first", "refresh of the second"];

let folder: string;
let network: TestNetwork;
let settings: NodeSettings;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-publishing-"));
  network = await TestNetwork.start();
  settings = { tokenKeys: newKey(), testNetworkUrl: network.url };
});
afterEach(async () => {
  await network.close();
  await rm(folder, { recursive: true });
});

async function fill(store: Store, networks: readonly Network[]): Promise<void> {
  await prepareSocial(store);
  const profile = await addProfile(store);
  await addWebhook(store, profile, "https://hooks.test/1");
  const node = startNode(store, settings);
  const accounts = [];
  for (const [n, on] of networks.entries()) {
    const refreshToken = refreshTokens[n]!;
    const credentials = { token: "token", refreshToken, expiresAt: node.clock.now() + 2 * MINUTE_MS };
    accounts.push(await addAccount(store, node, profile, { network: on, id: `account-${n}`, credentials }));
  }
  await addPost(store, profile, accounts, { media: MEDIA });
}

/** Whether the child was killed; false if it finished. */
async function runChild(path: string, killAt: number): Promise<boolean> {
  const child = fork(CHILD, [path, String(killAt), JSON.stringify(settings)], { execArgv: [] });
  const [code, signal] = await once(child, "exit");
  if (signal !== "SIGKILL" && code !== 0) throw new Error(`The child ended with ${code} ${signal}.`);
  return signal === "SIGKILL";
}

/** Kills a server before each of its operations, and lets the next one finish. Calls `check` with the result. */
async function killEverywhere(
  networks: readonly Network[],
  check: (post: PostDocument, sent: { before: number; after: number }, killAt: number) => void,
): Promise<void> {
  let killAt = 0;
  for (let killed = true; killed; ) {
    killAt += 1;
    const path = join(folder, `${killAt}.db`);
    const before = await openEmbeddedStore({ path });
    await fill(before, networks);
    await before.close();
    network.posts.length = 0;
    for (const token of refreshTokens) network.refreshTokens.add(token);
    killed = await runChild(path, killAt);
    const sentBefore = network.posts.length;
    // The reply to a renewal may have been lost. This network forgives that.
    for (const token of refreshTokens) network.refreshTokens.add(token);

    const after = await openEmbeddedStore({ path });
    const clock = new FakeClock();
    clock.advance(2 * MINUTE_MS);
    const node = startNode(after, settings, clock);
    for (let n = 0; n < 10; n++) {
      await node.work();
      clock.advance(30_000);
    }
    const [post] = await social(after).posts.find({}).toArray();
    const records = await auditCollection(after).countDocuments({ action: { $in: ["post.published", "post.failed"] } });
    const events = await social(after).deliveries.countDocuments({});
    await after.close();
    const where = `killed before operation ${killAt}`;
    expect(new Set(network.keys()).size, `sent twice, ${where}`).toBe(network.posts.length);
    expect([records, events, post!.due], where).toEqual([1, 1, undefined]);
    check(post!, { before: sentBefore, after: network.posts.length }, killAt);
  }
}

it("a server killed at any point loses no post and sends none twice, if the network can be asked", async () => {
  const outcomes = { sentBefore: 0, sentAfter: 0 };
  await killEverywhere(["bluesky", "bluesky"], (post, sent, killAt) => {
    const where = `killed before operation ${killAt}`;
    expect([post.status, sent.after], where).toEqual(["published", 2]);
    expect(post.targets.map(({ externalId }) => externalId).sort(), where).toEqual(
      network.posts.map(({ id }) => id).sort(),
    );
    outcomes[sent.before > 0 ? "sentBefore" : "sentAfter"] += 1;
  });
  // Every part of the work was reached.
  expect(outcomes.sentBefore).toBeGreaterThan(4);
  expect(outcomes.sentAfter).toBeGreaterThan(8);
});

it("if the network cannot be asked, it sends none twice either, and reports those that it is not sure of", async () => {
  const outcomes = { published: 0, unknown: 0 };
  await killEverywhere(["telegram"], (post, sent, killAt) => {
    const [target] = post.targets;
    const where = `killed before operation ${killAt}`;
    expect(["published", "unknown"], where).toContain(target!.status);
    if (target!.status === "published") expect(sent.after, where).toBe(1);
    else expect(target!.error, where).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    outcomes[target!.status as "published" | "unknown"] += 1;
  });
  expect(outcomes.published).toBeGreaterThan(3);
  expect(outcomes.unknown).toBeGreaterThan(2);
});
