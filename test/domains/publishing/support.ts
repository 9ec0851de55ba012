import { createLocalLocks } from "../../../src/cluster/locks.ts";
import { LinkGrants, LinkTokens } from "../../../src/domains/accounts/index.ts";
import { auditDomain } from "../../../src/domains/audit/index.ts";
import { Publishing } from "../../../src/domains/publishing/index.ts";
import {
  connectAccount,
  createOrganization,
  createPost,
  createProfile,
  createProject,
  type NewPost,
  type PostDocument,
  type ProfileDocument,
  type SocialAccountDocument,
  social,
  socialDomain,
  type WebhookAction,
  webhookId,
} from "../../../src/domains/social/index.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { Kernel } from "../../../src/kernel/kernel.ts";
import { createLog } from "../../../src/kernel/log.ts";
import { createOutgoing } from "../../../src/outgoing/outgoing.ts";
import { ProviderCalls } from "../../../src/providers/calls.ts";
import type { AnyProvider, SystemId } from "../../../src/providers/provider.ts";
import type { Credentials, Network } from "../../../src/publishers/publisher.ts";
import { prepareGuards } from "../../../src/store/guard.ts";
import type { Store } from "../../../src/store/store.ts";
import { FakeClock, startRunner, type TestKind } from "../../jobs/support.ts";
import { testPublishers } from "./publishers.ts";

export const NOW = new FakeClock().now();
export const MINUTE_MS = 60_000;

/** The settings that a node reads. */
export interface NodeSettings {
  tokenKeys: string;
  testNetworkUrl: string;
  postLateMinutes?: number;
  postsAtOnce?: number;
  publishTimeoutMs?: number;
  webhookTimeoutMs?: number;
  scriptHttpPrivateNetworks?: string;
  mongodbUrl?: string;
  testClientId?: string;
}

/** Of players' links: a game's integrations, and providers in place of the real ones. */
export interface NodeLinks {
  integrations?: object;
  providers?: (systemId: SystemId) => AnyProvider | undefined;
}

/** One process' publishing on a store. Several on one store are as several processes. */
export function startNode(
  store: Store,
  settings: NodeSettings,
  clock: FakeClock = new FakeClock(),
  { integrations = {}, providers }: NodeLinks = {},
) {
  const lines: Record<string, unknown>[] = [];
  const config = {
    ...{ postsAtOnce: 50, mediaPostsAtOnce: 4, publishTimeoutMs: 20_000, postLateMinutes: 60 },
    ...{ webhooksAtOnce: 10, webhookTimeoutMs: 2_000, scriptHttpPrivateNetworks: "127.0.0.1" },
    ...{ mongodbUrl: "", data: "", logLevel: "info", providerTimeoutMs: 1_000, maxImportedFriends: 10 },
    ...settings,
  } as unknown as Kernel["config"];
  const log = createLog(config, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const outgoing = createOutgoing({
    ...{ timeoutMs: 100, maxRequestBytes: 10, maxResponseBytes: 10 },
    privateNetworks: config.scriptHttpPrivateNetworks,
  });
  const node = {} as { runner?: Kernel["jobs"] };
  const kernel = {
    ...{ clock, config, log, outgoing, locks: createLocalLocks() },
    stores: { opened: () => store },
    get jobs() {
      return node.runner!;
    },
  };
  const tokens = new LinkTokens({ config, log });
  const game = { integrations } as unknown as Kernel["game"];
  const links = new LinkGrants({
    ...{ clock, config, game, providerCalls: new ProviderCalls(), locks: kernel.locks, tokens, providers },
  });
  const publishing = new Publishing(kernel, { tokens, links, publishers: testPublishers });
  const started = startRunner(store, clock, ...(publishing.jobs as unknown as TestKind[]));
  node.runner = started.runner;
  return { ...started, publishing, tokens, clock, lines };
}

export type Node = ReturnType<typeof startNode>;

export async function prepareSocial(store: Store): Promise<void> {
  await prepareGuards(store);
  for (const domain of [socialDomain, auditDomain]) await prepareCollections(domain, store);
}

/** A profile of a new organization. */
export async function addProfile(store: Store, title = "Launch"): Promise<ProfileDocument> {
  const how = { by: SERVER, now: NOW };
  return store.transaction(async (tx) => {
    const { _id: organizationId } = await createOrganization(tx, { name: "Studio" }, how);
    const project = await createProject(tx, { organizationId, name: "Game" }, how);
    return (await createProfile(tx, project, { title }, how)).profile;
  });
}

export async function addAccount(
  store: Store,
  { publishing }: Pick<Node, "publishing">,
  profile: ProfileDocument,
  {
    network = "bluesky",
    id = "ada",
    credentials = { token: "token" },
    facts,
    grant,
  }: { grant?: string; network?: Network; id?: string; credentials?: Credentials; facts?: Record<string, string> } = {},
): Promise<SocialAccountDocument> {
  const sealed = await publishing.seal(credentials, { profileId: profile._id, platform: network, externalId: id });
  const found = { id, credentials, ...(facts && { facts }), ...(grant !== undefined && { grant }) };
  return store.transaction((tx) =>
    connectAccount(tx, profile, { network, found, credentials: sealed }, { by: SERVER, now: NOW }),
  );
}

export function addPost(
  store: Store,
  profile: ProfileDocument,
  accounts: readonly SocialAccountDocument[],
  more: Partial<NewPost> = {},
): Promise<PostDocument> {
  const post: NewPost = {
    ...{ api: "ayrshare", text: "Hello", media: [], options: {}, type: "scheduled", status: "queued" },
    scheduledFor: NOW + MINUTE_MS,
    targets: accounts.map((account) => ({ account })),
    ...more,
  };
  return store.transaction((tx) => createPost(tx, profile, post, { by: SERVER, now: NOW }));
}

export async function addWebhook(
  store: Store,
  profile: ProfileDocument,
  url: string,
  secret?: string,
  action: WebhookAction = "scheduled",
): Promise<string> {
  const { _id: profileId, organizationId, projectId } = profile;
  const _id = webhookId(profileId, action);
  const hook = { _id, organizationId, projectId, profileId, action, url, updatedAt: new Date(NOW) };
  await social(store).webhooks.insertOne({ ...hook, ...(secret !== undefined && { secret }) });
  return _id;
}

export async function readPost(store: Store, { _id }: Pick<PostDocument, "_id">): Promise<PostDocument> {
  return (await social(store).posts.findOne({ _id }))!;
}

export { FakeClock };
