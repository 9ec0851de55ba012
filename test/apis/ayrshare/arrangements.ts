import { EXAMPLE } from "../../../src/apis/ayrshare/examples.ts";
import { Publishing } from "../../../src/domains/publishing/index.ts";
import { connectAccount, type SocialAccountDocument, social } from "../../../src/domains/social/index.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import type { Arrange, Arrangements } from "../../support/api-examples.ts";
import type { ApisApp } from "../../support/apis.ts";
import { connectSession } from "../connect-arrangements.ts";

const nothing: Arrange = async () => ({});

const account: Arrange = async (world) => {
  await world.account(world.mine, "bluesky");
  return {};
};

async function waitingOn({ store, mine, post }: ApisApp, account: SocialAccountDocument) {
  const { _id } = await post(mine, [account], "ayrshare", { view: { platforms: ["bluesky"], errors: [] } });
  return { _id, posts: social(store).posts, arranged: { replace: { [EXAMPLE.post]: _id } } };
}

const waiting: Arrange = async (world) => {
  const account = await world.account(world.mine, "bluesky");
  return (await waitingOn(world, account)).arranged;
};

/** A post whose time was missed, to a server that does not exist. */
const missed: Arrange = async (world) => {
  const { app, store, mine } = world;
  const credentials = { token: "token" };
  const found = { id: "did:plc:ewvi7nxzyoun6zhxrhs64oiz", facts: { pds: "http://localhost:65535" }, credentials };
  const key = { profileId: mine.profile._id, platform: "bluesky", externalId: found.id } as const;
  const sealed = await app.services.service(Publishing).seal(credentials, key);
  const connecting = { network: "bluesky", found, credentials: sealed } as const;
  const at = { by: SERVER, now: app.clock.now() };
  const account = await store.transaction((tx) => connectAccount(tx, mine.profile, connecting, at));
  const { _id, posts, arranged } = await waitingOn(world, account);
  const error = { code: "MISSED", message: "The post was due more than 60 minutes ago, so it was not sent." };
  const failed = { status: "failed", "targets.0.status": "failed", "targets.0.error": error };
  await posts.updateOne({ _id }, { $set: failed, $unset: { due: "" } });
  return arranged;
};

const profile: Arrange = async (world) => {
  const title = "Guild of Swords";
  await social(world.store).profiles.deleteMany({ projectId: world.mine.project._id, title });
  const { key } = await world.profileOf(world.mine, title);
  return { replace: { [EXAMPLE.profileKey]: key } };
};

const webhook: Arrange = async (world) => {
  const body = { action: "social", url: "https://studio.example/events" };
  await world.send("POST", "/api/hook", { key: world.mine.key, body });
  return {};
};

const returning: Arrange = async (world, example) => {
  const { replace } = await profile(world, example);
  return { headers: { "profile-key": replace![EXAMPLE.profileKey]! } };
};

/** What the examples rely on. */
export const ayrshareArrangements: Arrangements = {
  createPost: account,
  updatePost: waiting,
  retryPost: missed,
  validatePost: account,
  deletePost: waiting,
  getPost: waiting,
  listHistory: waiting,
  unlinkSocial: nothing,
  getUser: account,
  createProfile: nothing,
  listProfiles: profile,
  updateProfile: profile,
  deleteProfile: profile,
  registerWebhook: nothing,
  listWebhooks: webhook,
  deleteWebhook: webhook,
  generateJwt: nothing,
  createLinkSession: returning,
  revokeLinkSession: async (world) => ({
    replace: { ls_8f3k1m9q2x7c5v4b6n0z1a2s: await connectSession(world, "ayrshare") },
  }),
};
