import { EXAMPLE } from "../../../src/apis/layers/examples.ts";
import {
  createContent,
  leaseAccount,
  parseKey,
  type SocialAccountDocument,
  suspendOrganization,
} from "../../../src/domains/social/index.ts";
import type { Arrange, Arrangements } from "../../support/api-examples.ts";
import type { ApisApp } from "../../support/apis.ts";
import { finishedSession } from "../connect-arrangements.ts";

const at = ({ app }: ApisApp) => ({ by: { door: "command line" as const }, now: app.clock.now() });

/** Each in a project of its own, so that lists contain nothing else. */
const nothing: Arrange = async ({ mine }) => ({ replace: { [EXAMPLE.project]: mine.project._id } });

const child: Arrange = async (world) => {
  const { organization } = await world.tenant("Partner Studio", world.mine);
  return { replace: { [EXAMPLE.child]: organization._id } };
};

export async function newContent(world: ApisApp, approval: "approved" | "pending" = "approved") {
  const video = { url: "https://cdn.example/season-3.mp4", kind: "video" as const };
  const content = { name: "Season 3", text: "Season 3 starts today.", media: [video], approval };
  return world.store.transaction((tx) => createContent(tx, world.mine.project, content, at(world)));
}

const pending: Arrange = async (world) => {
  const { _id } = await newContent(world, "pending");
  return { replace: { [EXAMPLE.content]: _id, [EXAMPLE.project]: world.mine.project._id } };
};

function idsOf({ mine }: ApisApp, account: SocialAccountDocument) {
  return { [EXAMPLE.account]: `sa_${account._id}`, [EXAMPLE.project]: mine.project._id };
}

const account =
  (queued: number): Arrange =>
  async (world) => {
    const connected = await world.account(world.mine);
    for (let i = 0; i < queued; i++) await world.post(world.mine, [connected], "layers");
    return { replace: idsOf(world, connected) };
  };

const bluesky: Arrange = async (world) => ({ replace: idsOf(world, await world.account(world.mine, "bluesky")) });

const leased: Arrange = async (world) => {
  const connected = await world.account(world.mine);
  await world.store.transaction((tx) => leaseAccount(tx, connected, at(world)));
  return { replace: idsOf(world, connected) };
};

const approvedContent: Arrange = async (world) => {
  const { _id } = await newContent(world);
  return { replace: { ...idsOf(world, await world.account(world.mine)), [EXAMPLE.content]: _id } };
};

const post: Arrange = async (world) => {
  const connected = await world.account(world.mine);
  const { _id: contentId } = await newContent(world);
  const { _id } = await world.post(world.mine, [connected], "layers", { contentId });
  return { replace: { ...idsOf(world, connected), [EXAMPLE.post]: `sp_${_id}` } };
};

const disconnection: Arrange = async (world) => {
  const connected = await world.account(world.mine);
  for (let i = 0; i < 2; i++) await world.post(world.mine, [connected], "layers");
  await world.send("DELETE", `/v1/social-accounts/sa_${connected._id}`, { key: world.mine.key });
  return {};
};

export const layersArrangements: Arrangements = {
  whoami: async (world) => ({ key: await world.keyOf(world.mine, "publish:read", "publish:write") }),
  listSocialAccounts: account(0),
  disconnectSocialAccount: account(2),
  getSocialAccountHealth: account(2),
  leaseAccount: account(0),
  listLeasedAccounts: leased,
  releaseLeasedAccount: leased,
  createContent: nothing,
  listContent: pending,
  getContent: pending,
  approveContent: pending,
  rejectContent: pending,
  scheduleContent: approvedContent,
  publishContent: approvedContent,
  listScheduledPosts: post,
  getScheduledPost: post,
  reschedulePost: post,
  cancelScheduledPost: post,
  createProject: nothing,
  listProjects: nothing,
  createOrganization: nothing,
  listOrganizations: child,
  suspendOrganization: child,
  resumeOrganization: async (world, example) => {
    const { replace } = await child(world, example);
    const id = replace![EXAMPLE.child]!;
    await world.store.transaction((tx) => suspendOrganization(tx, id, true, at(world)));
    return { replace: replace! };
  },
  killApiKey: async (world) => {
    const text = await world.keyOf(world.mine, "publish:write");
    return { replace: { [EXAMPLE.key]: parseKey(text)!.id } };
  },
  listAuditLog: disconnection,
  createOauthUrl: nothing,
  getOauthStatus: finishedSession,
  createReauthUrl: bluesky,
};
