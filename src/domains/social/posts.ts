import type { Actor } from "../../kernel/actor.ts";
import type { Media, Network } from "../../publishers/publisher.ts";
import { isDuplicateKey } from "../../store/errors.ts";
import type { Documents } from "../../store/store.ts";
import { record } from "../audit/index.ts";
import { WAITING } from "./cancel.ts";
import {
  type PostDocument,
  type PostStatus,
  type ProfileDocument,
  type SocialAccountDocument,
  type SocialApi,
  social,
} from "./collections.ts";
import { digestsOf, refuseRepeated } from "./duplicates.ts";
import { newPostId } from "./ids.ts";
import { SocialRefused } from "./refused.ts";

export interface NewPost {
  api: SocialApi;
  text: string;
  media: readonly Media[];
  options: Partial<Record<Network, Record<string, unknown>>>;
  targets: readonly {
    account: SocialAccountDocument;
    text?: string | undefined;
    media?: readonly Media[] | undefined;
    mode?: string | undefined;
  }[];
  type: "immediate" | "scheduled";
  /** In milliseconds since 1970. */
  scheduledFor: number;
  status: "queued" | "draft" | "awaiting approval" | "paused";
  contentId?: string | undefined;
  notes?: string | undefined;
  /** Refused as DUPLICATE with it in the details if a post of the profile has it. */
  idempotencyKey?: string | undefined;
  /**
   * Refused as DUPLICATE, with the networks in the details, if the profile has the same text on the same network within a
   * day before or after.
   */
  refuseDuplicates?: { exceptOn: readonly Network[] } | undefined;
  /** Sealed. */
  consumer?: string | undefined;
  /** The post is sent by this process once it is on disk: what `JobRunner.claimed` returned. */
  claimed?: { due: Date; claim: string; attempts: number } | undefined;
  view?: Record<string, unknown> | undefined;
}

/**
 * Stores a post. All or nothing: if one account is not connected, nothing is stored. Call in a transaction. Cost: one
 * update for each account, one insert, one record; one indexed read if duplicates are refused.
 *
 * @throws SocialRefused CONFLICT if it names an account twice; NOT_CONNECTED with the account's id and platform; DUPLICATE
 * with what is repeated
 */
export async function createPost(
  tx: Documents,
  { _id: profileId, organizationId, projectId }: Pick<ProfileDocument, "_id" | "organizationId" | "projectId">,
  post: NewPost,
  { by, now }: { by: Actor; now: number },
): Promise<PostDocument> {
  const { accounts, posts } = social(tx);
  if (new Set(post.targets.map(({ account }) => account._id)).size < post.targets.length)
    throw new SocialRefused("CONFLICT", "The post names an account twice.");
  const idempotencyKey = post.idempotencyKey === undefined ? undefined : `${profileId}:${post.idempotencyKey}`;
  if (idempotencyKey !== undefined && (await posts.findOne({ idempotencyKey }, { projection: { _id: 1 } }))) {
    throw keyUsed();
  }
  for (const { account } of post.targets) {
    // Conflicts with a disconnect at the same moment.
    const connected = { _id: account._id, profileId, status: { $ne: "disconnected" } };
    const { matchedCount } = await accounts.updateOne(connected, { $inc: { uses: 1 } });
    if (matchedCount === 0) {
      const { _id: accountId, platform } = account;
      throw new SocialRefused("NOT_CONNECTED", `The ${platform} account is not connected.`, { accountId, platform });
    }
  }
  const digests = digestsOf(
    profileId,
    post.text,
    post.targets.map(({ account, text }) => ({ network: account.platform, text })),
  );
  if (post.refuseDuplicates) {
    const { exceptOn } = post.refuseDuplicates;
    const checked = post.targets.map(({ account: { platform } }, i) => ({ platform, digest: digests[i]! }));
    const relevant = checked.filter(({ platform }) => !exceptOn.some((each) => each === platform));
    await refuseRepeated(tx, profileId, relevant, post.scheduledFor);
  }
  const document: PostDocument = {
    _id: newPostId(),
    organizationId,
    projectId,
    profileId,
    api: post.api,
    text: post.text,
    media: [...post.media],
    options: post.options,
    targets: post.targets.map(({ account, text, media, mode }) => ({
      accountId: account._id,
      network: account.platform,
      ...(text !== undefined && { text }),
      ...(media !== undefined && { media: [...media] }),
      ...(mode !== undefined && { mode }),
      status: "queued",
    })),
    status: post.status,
    type: post.type,
    scheduledFor: new Date(post.scheduledFor),
    createdAt: new Date(now),
    updatedAt: new Date(now),
    ...(post.contentId !== undefined && { contentId: post.contentId }),
    ...(post.notes !== undefined && { notes: post.notes }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    digests,
    ...(post.consumer !== undefined && { consumer: post.consumer }),
    ...(post.view !== undefined && { view: post.view }),
    ...(post.status === "queued" && (post.claimed ?? { due: new Date(post.scheduledFor) })),
  };
  try {
    await posts.insertOne(document);
  } catch (error) {
    if (isDuplicateKey(error)) throw keyUsed();
    throw error;
  }
  await recordPost(tx, document, "post.scheduled", { by, now });
  return document;
}

/** The post in the organization. @throws SocialRefused NOT_FOUND, also for another organization's */
export async function getPost(documents: Documents, organizationId: string, id: string): Promise<PostDocument> {
  const post = await social(documents).posts.findOne({ _id: { $eq: id } });
  if (post?.organizationId !== organizationId) throw new SocialRefused("NOT_FOUND", "There is no such post.");
  return post;
}

/**
 * Cancels a post of which nothing was sent. It stays readable. Call in a transaction.
 * @param as "deleted" if its API says so of a post that was never sent
 * @throws SocialRefused CONFLICT with its status if it is too late
 */
export async function cancelPost(
  tx: Documents,
  { _id, organizationId }: Pick<PostDocument, "_id" | "organizationId">,
  {
    by,
    now,
    reason,
    as = "canceled",
  }: { by: Actor; now: number; reason?: string | undefined; as?: "canceled" | "deleted" },
): Promise<PostDocument> {
  const at = new Date(now);
  const post = await social(tx).posts.findOneAndUpdate(
    {
      _id,
      organizationId,
      status: { $in: [...WAITING] },
      targets: { $not: { $elemMatch: { status: { $in: ["publishing", "published", "unknown"] } } } },
    },
    {
      $set: {
        status: as,
        updatedAt: at,
        ...(reason !== undefined && { cancelReason: reason }),
        "targets.$[waiting].status": as,
        "targets.$[waiting].canceledAt": at,
      },
      $unset: { due: "", claim: "", attempts: "", consumer: "" },
    },
    { arrayFilters: [{ "waiting.status": "queued" }], returnDocument: "after" },
  );
  if (!post) throw await tooLate(tx, organizationId, _id);
  await recordPost(tx, post, as === "deleted" ? "post.deleted" : "post.canceled", { by, now });
  return post;
}

export interface PostChange {
  scheduledFor?: number | undefined;
  notes?: string | undefined;
  text?: string | undefined;
  options?: PostDocument["options"] | undefined;
  /** Approves a post that waits for it. */
  approved?: true | undefined;
  /** Pauses a queued post, or resumes it. */
  paused?: boolean | undefined;
  view?: Record<string, unknown> | undefined;
}

/**
 * Changes a post of which nothing was sent. Call in a transaction.
 * @throws SocialRefused CONFLICT with its status if it is too late, or if it does not wait for approval
 */
export async function changePost(
  tx: Documents,
  post: PostDocument,
  change: PostChange,
  { by, now }: { by: Actor; now: number },
): Promise<PostDocument> {
  const current = await getPost(tx, post.organizationId, post._id);
  const status = changedStatus(current.status, change);
  const scheduledFor = change.scheduledFor === undefined ? current.scheduledFor : new Date(change.scheduledFor);
  const set = {
    status,
    scheduledFor,
    updatedAt: new Date(now),
    ...(change.notes !== undefined && { notes: change.notes }),
    ...(change.text !== undefined && {
      text: change.text,
      digests: digestsOf(current.profileId, change.text, current.targets),
    }),
    ...(change.options !== undefined && { options: change.options }),
    ...(change.view !== undefined && { view: change.view }),
  };
  const untouched = {
    _id: current._id,
    status: current.status,
    targets: { $not: { $elemMatch: { status: { $in: ["publishing", "published", "unknown"] } } } },
  };
  const update =
    status === "queued"
      ? { $set: { ...set, due: scheduledFor }, $unset: { claim: "", attempts: "" } }
      : { $set: set, $unset: { due: "", claim: "", attempts: "" } };
  const changed = await social(tx).posts.findOneAndUpdate(untouched, update, { returnDocument: "after" });
  if (!changed) throw await tooLate(tx, post.organizationId, post._id);
  await recordPost(tx, changed, change.approved ? "post.approved" : "post.rescheduled", { by, now });
  return changed;
}

function changedStatus(status: PostStatus, { approved, paused }: PostChange): PostStatus {
  if (!WAITING.some((each) => each === status)) throw conflict(status);
  if (approved) {
    if (status !== "awaiting approval") throw conflict(status);
    return "queued";
  }
  if (paused === true && status === "queued") return "paused";
  if (paused === false && status === "paused") return "queued";
  return status;
}

/** The status that follows from the targets once none of them is waiting or being sent. */
export function finalStatus(targets: PostDocument["targets"]): PostStatus {
  const statuses = targets.map(({ status }) => status);
  if (statuses.some((status) => status === "failed" || status === "unknown")) return "failed";
  if (statuses.includes("published")) return "published";
  return statuses.includes("deleted") ? "deleted" : "canceled";
}

export function recordPost(
  tx: Documents,
  { _id, organizationId, projectId, targets }: PostDocument,
  action:
    | "post.scheduled"
    | "post.rescheduled"
    | "post.approved"
    | "post.canceled"
    | "post.deleted"
    | "post.published"
    | "post.failed",
  { by, now, data = {} }: { by: Actor; now: number; data?: Record<string, string | number> },
): Promise<void> {
  const networks = targets.map(({ network }) => network);
  return record(tx, { action, by, now, organizationId, projectId, subject: _id, data: { networks, ...data } });
}

async function tooLate(tx: Documents, organizationId: string, id: string): Promise<SocialRefused> {
  return conflict((await getPost(tx, organizationId, id)).status);
}

function conflict(status: PostStatus): SocialRefused {
  return new SocialRefused("CONFLICT", `The post is ${status}.`, { status });
}

function keyUsed(): SocialRefused {
  return new SocialRefused("DUPLICATE", "This idempotency key has been used.", { member: "idempotencyKey" });
}
