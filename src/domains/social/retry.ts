import type { Actor } from "../../kernel/actor.ts";
import type { Documents } from "../../store/store.ts";
import { type PostDocument, social, type TargetError } from "./collections.ts";
import { getPost, recordPost } from "./posts.ts";
import { SocialRefused } from "./refused.ts";

/** The network was not reached or had no room, or the time was missed: nothing was published and it may be tried again. */
const RETRYABLE: readonly string[] = ["RATE", "UNAVAILABLE", "MISSED"];

export function isRetryable({ code }: Pick<TargetError, "code">): boolean {
  return RETRYABLE.includes(code);
}

/**
 * Sends the failed parts of a post again, once. Parts that were published, or may have been, are left as they are. Call in a
 * transaction. Costs one update for each such part's account, one read, one update and a record.
 *
 * @param claimed the post is sent by this process once it is on disk
 * @param consumer sealed
 * @throws SocialRefused CONFLICT if it did not fail, was sent again before, or failed for good; NOT_CONNECTED
 */
export async function retryPost(
  tx: Documents,
  { _id, organizationId }: Pick<PostDocument, "_id" | "organizationId">,
  {
    by,
    now,
    claimed,
    consumer,
  }: {
    by: Actor;
    now: number;
    claimed: { due: Date; claim: string; attempts: number };
    consumer?: string | undefined;
  },
): Promise<PostDocument> {
  const { accounts, posts } = social(tx);
  const { status, retriedAt, targets } = await getPost(tx, organizationId, _id);
  const isFailed = ({ status, error }: PostDocument["targets"][number]) =>
    status === "failed" && error !== undefined && isRetryable(error);
  const failed = targets.filter(isFailed);
  if (status !== "failed") throw new SocialRefused("CONFLICT", `The post is ${status}.`, { status });
  if (retriedAt) throw new SocialRefused("CONFLICT", "The post was sent again before.", { status });
  if (failed.length === 0) throw new SocialRefused("CONFLICT", "Nothing in the post can be sent again.", { status });
  for (const { accountId, network: platform } of failed) {
    const connected = { _id: accountId, status: { $ne: "disconnected" } };
    const { matchedCount } = await accounts.updateOne(connected, { $inc: { uses: 1 } });
    if (matchedCount === 0) {
      throw new SocialRefused("NOT_CONNECTED", `The ${platform} account is not connected.`, { accountId, platform });
    }
  }
  const changed = await posts.findOneAndUpdate(
    { _id, status: "failed", retriedAt: { $exists: false } },
    {
      $set: {
        status: "queued",
        retriedAt: new Date(now),
        updatedAt: new Date(now),
        targets: targets.map((target) => (isFailed(target) ? queuedAgain(target, now) : target)),
        ...claimed,
        ...(consumer !== undefined && { consumer }),
      },
    },
    { returnDocument: "after" },
  );
  if (!changed) throw new SocialRefused("CONFLICT", "The post is being sent.", { status });
  await recordPost(tx, changed, "post.rescheduled", { by, now });
  return changed;
}

/** Without what earlier attempts left. It has begun, so that it is not too late. */
function queuedAgain({ accountId, network, text, media, mode }: PostDocument["targets"][number], now: number) {
  return {
    accountId,
    network,
    ...(text !== undefined && { text }),
    ...(media !== undefined && { media }),
    ...(mode !== undefined && { mode }),
    status: "queued" as const,
    startedAt: new Date(now),
  };
}
