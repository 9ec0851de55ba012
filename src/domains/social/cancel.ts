import type { Documents, Filter } from "../../store/store.ts";
import { type PostStatus, social } from "./collections.ts";

/** Nothing of the post was sent. */
export const WAITING = ["draft", "awaiting approval", "paused", "queued"] as const satisfies readonly PostStatus[];

/**
 * Cancels what waits to be sent to an account: posts of this account alone, and this account's part of posts that also
 * go to others. Returns the number of posts. Call in a transaction. Cost: one update for each post.
 *
 * A part that is being sent is not canceled. A job that has claimed such a post loses its claim, and one that is about to
 * send a part finds it canceled (`beginTarget`).
 */
export async function cancelPostsTo(
  tx: Documents,
  accountId: string,
  { reason, now }: { reason: string; now: number },
): Promise<number> {
  const { posts } = social(tx);
  const at = new Date(now);
  const target = { accountId, status: "queued" };
  const waiting: Filter = { status: { $in: [...WAITING, "publishing"] }, targets: { $elemMatch: target } };
  const { matchedCount } = await posts.updateMany(
    waiting,
    { $set: { "targets.$[one].status": "canceled", "targets.$[one].canceledAt": at, updatedAt: at } },
    { arrayFilters: [{ "one.accountId": accountId, "one.status": "queued" }] },
  );
  if (matchedCount === 0) return 0;
  await posts.updateMany(
    {
      status: { $in: [...WAITING] },
      targets: {
        $elemMatch: { accountId, status: "canceled" },
        $not: { $elemMatch: { status: { $in: ["queued", "publishing"] } } },
      },
    },
    { $set: { status: "canceled", cancelReason: reason }, $unset: { due: "", claim: "", attempts: "", consumer: "" } },
  );
  return matchedCount;
}
