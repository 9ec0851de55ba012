import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { nanoid } from "nanoid";
import { systemClock } from "../../src/clock.ts";
import { createLocalLocks } from "../../src/cluster/locks.ts";
import { LinkGrants, LinkTokens } from "../../src/domains/accounts/index.ts";
import { auditDomain } from "../../src/domains/audit/index.ts";
import { Publishing, publishingDomain } from "../../src/domains/publishing/index.ts";
import {
  createOrganization,
  createProject,
  type PostDocument,
  primaryProfileOf,
  type SocialAccountDocument,
  social,
  socialDomain,
} from "../../src/domains/social/index.ts";
import type { JobKind } from "../../src/jobs/kind.ts";
import { JobRunner } from "../../src/jobs/runner.ts";
import { SERVER } from "../../src/kernel/actor.ts";
import { prepareCollections } from "../../src/kernel/domain.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { createLog } from "../../src/kernel/log.ts";
import { createOutgoing } from "../../src/outgoing/outgoing.ts";
import { ProviderCalls } from "../../src/providers/calls.ts";
import { Ticker } from "../../src/server/ticker.ts";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { prepareGuards } from "../../src/store/guard.ts";
import { benchPublisher } from "../support/network.ts";
import { serve } from "../support/program.ts";

/**
 * What a server runs to send posts: the store, the job runner with its polls, and the domain with its default settings. It
 * has no sockets.
 */
const [folder, benchNetworkUrl, tokenKeys] = process.argv.slice(2) as [string, string, string];
const ACCOUNTS = 1_000;
const BATCH = 1_000;

const store = await openEmbeddedStore({ path: join(folder, "posts.db") });
await prepareGuards(store);
for (const domain of [socialDomain, auditDomain]) await prepareCollections(domain, store);
const defaults = Object.entries(publishingDomain.settings).map(([name, { default: value }]) => [name, value]);
const config = {
  ...Object.fromEntries(defaults),
  ...{ benchNetworkUrl, tokenKeys, mongodbUrl: "", data: folder, logLevel: "error", scriptHttpPrivateNetworks: "" },
} as unknown as Kernel["config"];
const log = createLog(config);
const jobs = new JobRunner({
  clock: systemClock,
  onEvent: (event) => log.error(event, "job"),
  onStoreError: (err) => log.error({ err }, "store"),
});
const tokens = new LinkTokens({ config, log });
const locks = createLocalLocks();
const game = { integrations: {} } as Kernel["game"];
const links = new LinkGrants({ clock: systemClock, config, game, providerCalls: new ProviderCalls(), locks, tokens });
const publishing = new Publishing(
  {
    ...{ clock: systemClock, config, jobs, log, locks },
    outgoing: createOutgoing({ timeoutMs: 1, maxRequestBytes: 1, maxResponseBytes: 1, privateNetworks: "" }),
    stores: { opened: () => store },
  },
  { tokens, links, publishers: [benchPublisher] },
);
for (const kind of publishing.jobs as unknown as JobKind[]) jobs.add(kind);
jobs.open("live", store);
let ticker: Ticker | undefined;

/** Stores posts that are due at regular intervals, on a thousand accounts. */
async function plan({ count, from, overMs }: { count: number; from: number; overMs: number }): Promise<void> {
  const how = { by: SERVER, now: Date.now() };
  const profile = await store.transaction(async (tx) => {
    const { _id: organizationId } = await createOrganization(tx, { name: "Studio" }, how);
    const { _id: projectId } = await createProject(tx, { organizationId, name: "Game" }, how);
    return primaryProfileOf(tx, projectId);
  });
  const { _id: profileId, organizationId, projectId } = profile;
  const shared = { organizationId, projectId, profileId };
  const accounts: SocialAccountDocument[] = [];
  for (let n = 0; n < ACCOUNTS; n++) {
    const externalId = `account-${n}`;
    const key = { profileId, platform: "bluesky" as const, externalId };
    const credentials = await publishing.seal({ token: `token-${n}` }, key);
    const connectedKey = `${profileId}:bluesky:${externalId}`;
    const account = { _id: randomUUID(), ...shared, ...key, credentials, connectedKey };
    accounts.push({ ...account, status: "connected", connectedAt: new Date(), uses: 0 });
  }
  await social(store).accounts.insertMany(accounts as (SocialAccountDocument & Record<string, unknown>)[]);
  for (let first = 0; first < count; first += BATCH) {
    const posts = Array.from({ length: Math.min(BATCH, count - first) }, (_, at): PostDocument => {
      const due = new Date(from + Math.floor(((first + at) * overMs) / count));
      const { _id: accountId } = accounts[(first + at) % ACCOUNTS]!;
      return {
        ...{
          _id: nanoid(20).replaceAll(/[-_]/g, "x"),
          ...shared,
          api: "ayrshare",
          type: "scheduled",
          status: "queued",
        },
        ...{ text: String(due.getTime()), media: [], options: {}, digests: [nanoid(43)] },
        targets: [{ accountId, network: "bluesky", status: "queued" }],
        ...{ scheduledFor: due, due, createdAt: new Date(), updatedAt: new Date() },
      };
    });
    await social(store).posts.insertMany(posts);
  }
}

async function statuses(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const status of ["queued", "publishing", "published", "failed"])
    counts[status] = await social(store).posts.countDocuments({ status });
  return counts;
}

serve(
  {
    plan,
    statuses,
    open: () => social(store).posts.countDocuments({ due: { $exists: true } }),
    start: () => {
      ticker = new Ticker(
        () => jobs.poll(),
        (err) => log.error({ err }, "poll"),
      );
    },
  },
  async () => {
    await ticker?.stop();
    await jobs.close(5_000);
    await store.close();
  },
);
