import { settingsOf } from "../../config.ts";
import type { JobKind } from "../../jobs/kind.ts";
import type { Store } from "../../store/store.ts";
import { waitForAll } from "../../wait-for-all.ts";
import { type PostDocument, social, type Target } from "../social/index.ts";
import type { PublishingParts } from "./parts.ts";
import { failed, unknownOutcome } from "./refusals.ts";
import { nextLook, type Sending, sendTarget } from "./send-target.ts";
import { ownSettings } from "./settings.ts";
import { isOpen, recordOutcome, settlePost } from "./targets.ts";

/** After a kill, the post of another process is looked up this late. Renewed while a post is sent, however long it takes. */
const LEASE_MS = 15_000;
/** Delays after errors of this server; those of networks are in the targets (`refusals.ts`). */
const RETRY = { firstMs: 1_000, mostMs: 60_000 };
const MAX_ATTEMPTS = 20;
/** How often a post of a suspended organization or profile is examined. */
const SUSPENDED_MS = 60_000;

/**
 * Sends posts at their time. Each target is sent at most once, on any number of servers and after any crash; what happened
 * is recorded before anything else. Cost of a post with one target that is published: three reads, a write that begins the
 * attempt, and one transaction.
 */
export function socialPostJobs(parts: PublishingParts): JobKind<PostDocument> {
  const { clock, config } = parts;
  return {
    name: "socialPost",
    collection: "socialPost",
    concurrency: settingsOf(config, ownSettings).postsAtOnce,
    leaseMs: LEASE_MS,
    retry: RETRY,
    maxAttempts: MAX_ATTEMPTS,
    isPunctual: true,
    async run(claim) {
      const { store, document: post } = claim;
      const { accounts } = social(store);
      if (await isSuspended(store, post)) {
        await claim.reschedule(new Date(clock.now() + SUSPENDED_MS));
        return "settled";
      }
      const ids = post.targets.filter(isOpen).map(({ accountId }) => accountId);
      const found = ids.length > 0 ? await accounts.find({ _id: { $in: ids } }).toArray() : [];
      let isFinal = false;
      const send = async (target: Target, index: number) => {
        const account = found.find(({ _id }) => _id === target.accountId);
        const sending: Sending = { parts, post, account, leaseMs: LEASE_MS };
        const after = await sendTarget(sending, { store, claim, index }, target);
        if (after && !after.targets.some(isOpen)) isFinal = true;
      };
      await waitForAll(post.targets.map(send));
      if (!isFinal) await settlePost(store, claim, clock.now(), dueOf(clock.now()));
      return "settled";
    },
    async giveUp(claim) {
      const { store, document: post } = claim;
      for (const [index, target] of post.targets.entries()) {
        if (!isOpen(target)) continue;
        const wasSent = target.status === "publishing";
        const outcome = wasSent
          ? unknownOutcome("This server failed repeatedly while sending the post.")
          : failed("UNAVAILABLE", "This server failed repeatedly before sending the post.");
        await recordOutcome({ store, claim, index }, target, outcome, clock.now());
      }
      await settlePost(store, claim, clock.now(), dueOf(clock.now()));
    },
  };
}

async function isSuspended(store: Store, { organizationId, profileId }: PostDocument): Promise<boolean> {
  const { organizations, profiles } = social(store);
  const [organization, profile] = await Promise.all([
    organizations.findOne({ _id: organizationId }, { projection: { suspended: 1 } }),
    profiles.findOne({ _id: profileId }, { projection: { suspended: 1 } }),
  ]);
  return (organization?.suspended ?? profile?.suspended) === true;
}

const dueOf = (now: number) => (target: Target) =>
  target.status === "publishing" ? nextLook(target) : (target.retryAt?.getTime() ?? now);
