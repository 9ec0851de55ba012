import { ayrshareCodeOf, type ConsumerPair, Publishing } from "../../../domains/publishing/index.ts";
import {
  cancelPost,
  cancelWaitingParts,
  type PostDocument,
  type ProfileDocument,
  recordDeletion,
  SocialRefused,
  social,
} from "../../../domains/social/index.ts";
import { PublishRefused } from "../../../publishers/publisher.ts";
import type { Reply, RouteContext } from "../../route.ts";
import { CODES, conflict, refusal } from "../errors.ts";
import { CONSUMER_MISSING, consumerFor, consumerMissing } from "./consumer.ts";
import { postOf } from "./post-view.ts";

const WAITING = ["queued", "awaiting approval", "paused"];
/** Posts deleted in one transaction. */
const BATCH = 100;

export interface How {
  /** A person deleted it on the networks. */
  isManual: boolean;
  consumer: ConsumerPair | undefined;
}

type Deleted = { status: string; id: string } & Record<string, unknown>;

/**
 * Deletes one post of the profile. A part that waits is not sent; published parts are deleted at their networks, each with
 * one call, also if the request is sent twice. @throws ApiRefusal 114, 382, 383, 419, or 409 while it is being sent
 */
export async function deleteOne(
  context: RouteContext,
  profile: ProfileDocument,
  id: string,
  { isManual, consumer }: How,
): Promise<Reply<Deleted>> {
  const { store, by, now } = context;
  const beside = { id };
  const post = await postOf(store, { profileId: profile._id }, id);
  if (!post) throw refusal(CODES.UNKNOWN_POST, "The profile has no post with this id.", { beside });
  const well = { body: { status: "success", id, code: 200 } };
  try {
    if (post.status === "deleted") throw new SocialRefused("ALREADY_DELETED", "The post was deleted already.");
    if (WAITING.includes(post.status) && !post.targets.some(({ status }) => status === "publishing")) {
      await store.transaction((tx) => cancelPost(tx, post, { by, now, as: "deleted" }));
      return well;
    }
    await store.transaction((tx) => cancelWaitingParts(tx, post, now));
    if (post.targets.some(({ status }) => status === "publishing")) throw beingSent(id);
    if (isManual) {
      await refusePresent(context, post, consumer);
    } else if (post.targets.some(({ status }) => status === "published" || status === "deleting")) {
      return await deletePublished(context, post, consumer);
    } else if (post.targets.some(({ status }) => status === "unknown")) {
      const message = "It is not known whether the network published the post. Look there, and send markManualDeleted.";
      throw conflict(message, { beside });
    }
    await store.transaction((tx) => recordDeletion(tx, post, { by, now }));
    return isManual ? { body: { status: "success", id } } : well;
  } catch (error) {
    if (!(error instanceof SocialRefused)) throw error;
    if (error.code === "ALREADY_DELETED" || error.details["status"] === "deleted") {
      throw refusal(CODES.ALREADY_DELETED, "The post was deleted already.", { beside });
    }
    throw error.code === "CONFLICT" ? beingSent(id) : error;
  }
}

/** All posts of the profile that wait. Returns how many. Cost: one update and a record for each. */
export async function deleteAllScheduled(context: RouteContext, { _id: profileId }: ProfileDocument): Promise<number> {
  const { store, by, now } = context;
  const filter = { profileId, api: "ayrshare", status: { $in: WAITING } };
  const found = social(store).posts.find(filter, { projection: { _id: 1, organizationId: 1 } });
  const waiting = await found.toArray();
  let deleted = 0;
  for (let from = 0; from < waiting.length; from += BATCH) {
    deleted += await store.transaction(async (tx) => {
      let count = 0;
      for (const post of waiting.slice(from, from + BATCH)) if (await cancelIfWaiting(tx, post, { by, now })) count++;
      return count;
    });
  }
  return deleted;
}

/** Returns whether it was; one that is sent at this moment stays. */
async function cancelIfWaiting(
  tx: RouteContext["documents"],
  post: Pick<PostDocument, "_id" | "organizationId">,
  about: Pick<RouteContext, "by" | "now">,
): Promise<boolean> {
  try {
    await cancelPost(tx, post, { ...about, as: "deleted" });
    return true;
  } catch (error) {
    if (error instanceof SocialRefused && error.code === "CONFLICT") return false;
    throw error;
  }
}

const beingSent = (id: string) =>
  conflict("The post is being sent or deleted at this moment. Try again in a minute.", { beside: { id } });

async function deletePublished(
  context: RouteContext,
  post: PostDocument,
  sent: ConsumerPair | undefined,
): Promise<Reply<Deleted>> {
  const { kernel, store, by, now } = context;
  const { _id: id } = post;
  const pair = await pairFor(context, post, sent);
  if (pair === "missing" && post.targets.length === 1) throw consumerMissing({ id });
  const consumer = pair === "missing" ? undefined : pair;
  const results = await kernel.service(Publishing).deletePublished(store, post, { by, now, consumer });
  const networks = results.map(({ network, accountId, result }) => {
    const externalId = post.targets.find((target) => target.accountId === accountId)?.externalId;
    const about = { action: "delete", ...(externalId !== undefined && { id: externalId }) };
    if (result === "deleted") return [network, { ...about, status: "success" }] as const;
    const isMissing = pair === "missing" && network === "twitter";
    const { code, message } = isMissing
      ? { code: CODES.X_CREDENTIALS_REQUIRED, message: CONSUMER_MISSING }
      : reasonOf(network, result);
    return [network, { ...about, status: "error", code, message }] as const;
  });
  const isWell = networks.every(([, { status }]) => status === "success");
  if (!isWell || networks.length === 0) await refuseDeleted(store, post);
  const outcome = isWell ? { status: "success", code: 200 } : { status: "error", ...firstError(networks) };
  const body = { ...Object.fromEntries(networks), ...(!isWell && { action: "delete" }), ...outcome, id };
  return { status: isWell ? 200 : 400, body };
}

/** Another request deleted it at the same moment. */
async function refuseDeleted(store: RouteContext["store"], { _id, profileId }: PostDocument): Promise<void> {
  const post = await postOf(store, { profileId }, _id);
  if (post?.status === "deleted") throw new SocialRefused("ALREADY_DELETED", "The post was deleted already.");
}

/** A post that has other networks too is deleted there. */
async function pairFor(context: RouteContext, { targets }: PostDocument, sent: ConsumerPair | undefined) {
  const target = targets.find(({ network, status }) => network === "twitter" && status === "published");
  const account = target && (await social(context.store).accounts.findOne({ _id: target.accountId }));
  return account ? consumerFor(context, account, sent) : undefined;
}

function firstError(networks: readonly (readonly [string, Record<string, unknown>])[]) {
  const [, { code, message } = {}] = networks.find(([, { status }]) => status === "error") ?? [];
  return { code, message };
}

function reasonOf(network: string, result: "deleted" | "not supported" | Error): { code: number; message: string } {
  if (result instanceof PublishRefused) return { code: ayrshareCodeOf(network, result.kind), message: result.message };
  if (result instanceof Error) return { code: 500, message: `${network} did not say whether it deleted the post.` };
  const message = `${network} has no call to delete a post. Delete it there, and send markManualDeleted.`;
  return { code: 400, message };
}

async function refusePresent(context: RouteContext, post: PostDocument, sent: ConsumerPair | undefined): Promise<void> {
  const pair = await pairFor(context, post, sent);
  const consumer = pair === "missing" ? undefined : pair;
  const networks = await context.kernel.service(Publishing).findPublished(context.store, post, consumer);
  if (networks.length === 0) return;
  const message = `The post is still present on ${networks.join(", ")}. Delete it there first, or delete it without markManualDeleted.`;
  throw refusal(CODES.STILL_PRESENT, message, { beside: { id: post._id, markManualDeleted: true } });
}
