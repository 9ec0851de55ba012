import https from "node:https";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AyrshareApp, startAyrshareApp, studio } from "../apis/ayrshare/support.ts";

// biome-ignore lint/suspicious/noExplicitAny: the SDK has no types.
type Sdk = Record<string, (data?: unknown) => Promise<any>> & {
  setProfileKey(key: string): void;
};
const Client = createRequire(import.meta.url)("social-media-api") as new (key: string) => Sdk;

/**
 * Ayrshare's client, as npm has it, unmodified. Its host is fixed, so its connections are led to the server of the test,
 * without TLS.
 */
const agent = https.globalAgent;
let world: AyrshareApp;
beforeAll(async () => {
  world = await startAyrshareApp();
  const led = new https.Agent();
  led.createConnection = () => connect(world.app.port, "127.0.0.1");
  https.globalAgent = led;
});
afterAll(async () => {
  https.globalAgent = agent;
  await world.discard();
});

it("an unmodified client posts, reads, schedules, deletes, unlinks, and manages profiles and webhooks", async () => {
  const tenant = await studio(world, world.bluesky, world.twitter);
  const sdk = new Client(tenant.key);
  const post = await sdk["post"]!({ post: "From the SDK", platforms: ["bluesky", "twitter"] });
  expect(post).toMatchObject({
    status: "success",
    errors: [],
    postIds: [{ platform: "bluesky" }, { platform: "twitter" }],
  });
  expect(await sdk["getPost"]!({ id: post.id })).toMatchObject({ id: post.id, status: "success" });
  expect(await sdk["history"]!({ lastDays: 1, platforms: ["twitter"] })).toMatchObject({ history: [{ id: post.id }] });
  expect(await sdk["history"]!({ id: post.id })).toMatchObject({ id: post.id });
  expect(await sdk["delete"]!({ id: post.id })).toMatchObject({ status: "success", twitter: { status: "success" } });
  expect(await sdk["delete"]!({ id: post.id })).toMatchObject({ status: "error", code: 383 });

  const scheduleDate = new Date(world.app.clock.now() + 3_600_000).toISOString();
  const later = await sdk["post"]!({ post: "Later", platforms: ["bluesky"], scheduleDate });
  expect(later.status).toBe("scheduled");
  expect(await sdk["updatePost"]!({ id: later.id, scheduledPause: true })).toMatchObject({ postStatus: "paused" });
  expect(await sdk["retryPost"]!({ id: later.id })).toMatchObject({ status: "error", code: 409 });
  expect(await sdk["delete"]!({ deleteAllScheduled: true })).toMatchObject({ status: "success", deleted: 1 });

  expect((await sdk["user"]!()).activeSocialAccounts).toEqual(["bluesky", "twitter"]);
  expect(await sdk["unlinkSocial"]!({ platform: "twitter" })).toMatchObject({ status: "success", platform: "twitter" });
  expect((await sdk["user"]!()).activeSocialAccounts).toEqual(["bluesky"]);

  const hook = { action: "social", url: "https://studio.example/events" };
  expect(await sdk["registerWebhook"]!(hook)).toMatchObject({ status: "success", action: "social" });
  expect(await sdk["listWebhooks"]!()).toMatchObject({ status: "success", social: hook.url });
  expect(await sdk["unregisterWebhook"]!({ action: "social" })).toMatchObject({ status: "success" });

  const profile = await sdk["createProfile"]!({ title: "Guild" });
  expect(await sdk["getProfiles"]!()).toMatchObject({ profiles: [{ title: "Guild", refId: profile.refId }] });
  sdk.setProfileKey(profile.profileKey);
  expect(await sdk["post"]!({ post: "Guild", platforms: ["bluesky"] })).toMatchObject({ status: "error", code: 156 });
  expect(await sdk["updateProfile"]!({ displayTitle: "The guild" })).toMatchObject({ status: "success" });
  expect(await sdk["deleteProfile"]!({})).toMatchObject({ status: "success", refId: profile.refId });
  expect(await sdk["user"]!()).toMatchObject({ status: "error", code: 403 });
});
