import type { Actor } from "../../kernel/actor.ts";
import type { Documents } from "../../store/store.ts";
import { type PostDocument, social } from "./collections.ts";
import { recordPost } from "./posts.ts";
import { SocialRefused } from "./refused.ts";

/**
 * Cancels the parts of a post that wait to be sent again, while other parts are on the networks already. A part that is being
 * sent is not stopped. Call in a transaction. Costs one update.
 */
export async function cancelWaitingParts(
  tx: Documents,
  { _id }: Pick<PostDocument, "_id">,
  now: number,
): Promise<void> {
  const at = new Date(now);
  await social(tx).posts.updateOne(
    { _id, status: "publishing", targets: { $elemMatch: { status: "queued" } } },
    { $set: { "targets.$[waiting].status": "canceled", "targets.$[waiting].canceledAt": at, updatedAt: at } },
    { arrayFilters: [{ "waiting.status": "queued" }] },
  );
}

/**
 * Records a post as deleted without calling its networks: because it is on none of them, or because a person deleted it
 * there. Call in a transaction. Costs one update and a record.
 * @throws SocialRefused CONFLICT if a part is being sent or deleted; ALREADY_DELETED
 */
export async function recordDeletion(
  tx: Documents,
  { _id, organizationId }: Pick<PostDocument, "_id" | "organizationId">,
  { by, now }: { by: Actor; now: number },
): Promise<PostDocument> {
  const { posts } = social(tx);
  const idle = { $not: { $elemMatch: { status: { $in: ["queued", "publishing", "deleting"] } } } };
  const post = await posts.findOneAndUpdate(
    { _id, organizationId, status: { $ne: "deleted" }, targets: idle },
    {
      $set: { status: "deleted", updatedAt: new Date(now), "targets.$[left].status": "deleted" },
      $unset: { due: "", claim: "", attempts: "", consumer: "" },
    },
    { arrayFilters: [{ "left.status": { $in: ["published", "unknown"] } }], returnDocument: "after" },
  );
  if (post) {
    await recordPost(tx, post, "post.deleted", { by, now });
    return post;
  }
  const current = await posts.findOne({ _id, organizationId }, { projection: { status: 1 } });
  if (!current) throw new SocialRefused("NOT_FOUND", "There is no such post.");
  if (current.status === "deleted") throw new SocialRefused("ALREADY_DELETED", "The post was deleted already.");
  throw new SocialRefused("CONFLICT", "The post is being sent or deleted.", { status: current.status });
}
