import { type Claim, LeaseLost } from "../../jobs/claim.ts";
import { SERVER } from "../../kernel/actor.ts";
import type { Published } from "../../publishers/publisher.ts";
import type { Documents, Store } from "../../store/store.ts";
import {
  enqueueEvent,
  finalStatus,
  type PostDocument,
  type PostStatus,
  recordPost,
  type SocialAccountDocument,
  social,
  type Target,
  type TargetError,
} from "../social/index.ts";
import { persistently } from "./persistently.ts";
import { endGrant } from "./renewing.ts";
import { scheduledEvent } from "./scheduled-event.ts";

/** One target of a claimed post, by its position. */
export interface Place {
  readonly store: Store;
  readonly claim: Claim<PostDocument>;
  readonly index: number;
}

/** What happened to a target, or what is to happen next. "queued": send it again. "publishing": look it up again. */
export type Outcome =
  | { status: "published"; published: Published; at: number }
  | { status: "failed" | "unknown"; error: TargetError; endsGrant?: SocialAccountDocument | undefined; pause?: Pause }
  /** `isPutOff`: it was not tried. */
  | { status: "queued" | "publishing"; error?: TargetError; retryAt: number; pause?: Pause; isPutOff?: true };

/** The network accepts no more posts of the account for now: its other posts are put off. */
export interface Pause {
  accountId: string;
  until: Date;
}

const IN_NETWORKS: readonly Target["status"][] = ["publishing", "published", "unknown", "deleting", "deleted"];

/** A post that is not final is not looked at again before this long. */
const PAUSE_MS = 1_000;

/** The members that make a document a due job. */
const JOB = { due: "", claim: "", attempts: "", freeAttempts: "" };

/**
 * Writes that an attempt begins, and renews the lease. Returns undefined if the target no longer waits: it was canceled or
 * changed at the same moment, or another process has claimed the post. Costs one write.
 */
export async function beginAttempt(
  { store, claim, index }: Place,
  target: Target,
  { now, leaseMs }: { now: number; leaseMs: number },
): Promise<Target | undefined> {
  const { posts } = social(store);
  const at = `targets.${index}`;
  // An attempt is identified by its time, so it differs from that of the last one.
  const attemptedAt = new Date(Math.max(now, (target.attemptedAt?.getTime() ?? 0) + 1));
  const { matchedCount } = await posts.updateOne(
    { _id: claim.document._id, claim: claim.token, [`${at}.status`]: "queued" },
    {
      $set: {
        status: "publishing",
        updatedAt: new Date(now),
        due: new Date(now + leaseMs),
        [`${at}.status`]: "publishing",
        [`${at}.attemptedAt`]: attemptedAt,
        [`${at}.startedAt`]: target.startedAt ?? attemptedAt,
      },
      $unset: { [`${at}.retryAt`]: "", [`${at}.error`]: "" },
    },
  );
  return matchedCount > 0 ? { ...target, status: "publishing", attemptedAt } : undefined;
}

/** Saves what the publisher needs to resume. @throws LeaseLost if another process has claimed the post */
export async function saveProgress(
  { store, claim, index }: Place,
  attempt: Target,
  saved: Record<string, string>,
): Promise<void> {
  const at = `targets.${index}`;
  const { matchedCount } = await social(store).posts.updateOne(
    { _id: claim.document._id, claim: claim.token, ...isAttempt(at, attempt) },
    { $set: { [`${at}.saved`]: saved } },
  );
  if (matchedCount === 0) throw new LeaseLost(`Post ${claim.document._id} was claimed by another process.`);
}

/**
 * Records what happened to a target. The last one of a post ends the job, and its audit record and webhook event are written
 * in the same transaction. A recorded attempt counts even if the lease was lost meanwhile, unless another process has
 * recorded it. Retries while the store is away, because the network cannot be asked to forget.
 *
 * @param from the target as this process last saw it
 * @returns the post as it is now; undefined if the target has changed since
 */
export function recordOutcome(
  place: Place,
  from: Target,
  outcome: Outcome,
  now: number,
): Promise<PostDocument | undefined> {
  const { store, claim, index } = place;
  const { _id } = claim.document;
  return persistently(() =>
    store.transaction(async (tx) => {
      const post = await social(tx).posts.findOne({ _id });
      const current = post?.targets[index];
      if (!post || !current || !isSame(current, from)) return undefined;
      // Nothing was sent, so only the owner of the claim may decide.
      if (current.status === "queued" && post.claim !== claim.token) return undefined;
      const next = targetAfter(current, outcome, now);
      if ("endsGrant" in outcome && outcome.endsGrant) await endGrant(tx, outcome.endsGrant, now);
      if ("pause" in outcome && outcome.pause) {
        const { accountId, until } = outcome.pause;
        await social(tx).accounts.updateOne({ _id: accountId }, { $max: { pausedUntil: until } });
      }
      return write(tx, { ...post, targets: post.targets.with(index, next) }, [index], now);
    }),
  );
}

/** Ends the job if nothing is left to send, or makes it due when something is. Does nothing if the claim was lost. */
export async function settlePost(
  store: Store,
  claim: Claim<PostDocument>,
  now: number,
  whenOpen: (target: Target) => number,
) {
  await store.transaction(async (tx) => {
    const { posts } = social(tx);
    const post = await posts.findOne({ _id: claim.document._id, claim: claim.token });
    if (!post) return;
    const open = post.targets.filter(isOpen);
    if (open.length === 0) await write(tx, post, [], now);
    else await claim.reschedule(new Date(Math.max(now + PAUSE_MS, Math.min(...open.map(whenOpen)))), {}, tx);
  });
}

export function isOpen({ status }: Target): boolean {
  return status === "queued" || status === "publishing";
}

/** Stores the changed targets, and the status that follows from all. */
async function write(
  tx: Documents,
  post: PostDocument,
  changed: readonly number[],
  now: number,
): Promise<PostDocument> {
  const isFinal = !post.targets.some(isOpen);
  const status: PostStatus = isFinal
    ? finalStatus(post.targets)
    : post.targets.some((each) => IN_NETWORKS.includes(each.status))
      ? "publishing"
      : "queued";
  const after: PostDocument = { ...post, status, updatedAt: new Date(now) };
  const targets = Object.fromEntries(changed.map((index) => [`targets.${index}`, post.targets[index]]));
  await social(tx).posts.updateOne(
    { _id: post._id },
    { $set: { status, updatedAt: after.updatedAt, ...targets }, ...(isFinal && { $unset: { ...JOB, consumer: "" } }) },
  );
  if (isFinal) await announce(tx, after, now);
  return after;
}

async function announce(tx: Documents, post: PostDocument, now: number): Promise<void> {
  const { status, targets } = post;
  const isPublished = status === "published";
  const action = isPublished ? "post.published" : status === "failed" ? "post.failed" : "post.canceled";
  const errors = targets.flatMap(({ network, error }) => (error ? [`${network} ${error.code}`] : []));
  await recordPost(tx, post, action, { by: SERVER, now, data: errors.length > 0 ? { errors: errors.join(", ") } : {} });
  if (post.type === "scheduled" && (isPublished || status === "failed"))
    await enqueueEvent(tx, post, "scheduled", now, scheduledEvent(post));
}

function targetAfter(current: Target, outcome: Outcome, now: number): Target {
  const { retryAt: _, error: __, ...target } = current;
  if (outcome.status === "published") {
    const { id, url, extra } = outcome.published;
    return {
      // `saved` stays, so that the network can be asked whether it still shows the post.
      ...target,
      status: "published",
      publishedAt: new Date(outcome.at),
      externalId: id,
      ...(url !== undefined && { externalUrl: url }),
      ...(extra !== undefined && { extra: { ...extra } }),
    };
  }
  const { status } = outcome;
  const error = outcome.error && { error: outcome.error };
  if (!("retryAt" in outcome)) return { ...target, status, ...error };
  const started = target.startedAt ?? new Date(now);
  const tries = (target.tries ?? 0) + (outcome.isPutOff ? 0 : 1);
  return { ...target, status, startedAt: started, tries, retryAt: new Date(outcome.retryAt), ...error };
}

function isSame(current: Target, from: Target): boolean {
  return current.status === from.status && current.attemptedAt?.getTime() === from.attemptedAt?.getTime();
}

function isAttempt(at: string, { attemptedAt }: Target) {
  return { [`${at}.status`]: "publishing", [`${at}.attemptedAt`]: attemptedAt };
}
