import type { Actor } from "../../kernel/actor.ts";
import type { Media } from "../../publishers/publisher.ts";
import type { Documents } from "../../store/store.ts";
import { record } from "../audit/index.ts";
import { WAITING } from "./cancel.ts";
import { type ContentDocument, type ProjectDocument, social } from "./collections.ts";
import { newContentId } from "./ids.ts";
import { cancelPost, changePost } from "./posts.ts";
import { SocialRefused } from "./refused.ts";

export interface NewContent {
  name: string;
  text: string;
  media: Media[];
  approval: "approved" | "pending";
}

export async function createContent(
  tx: Documents,
  { _id: projectId, organizationId }: ProjectDocument,
  content: NewContent,
  { by, now }: { by: Actor; now: number },
): Promise<ContentDocument> {
  const _id = newContentId();
  const document: ContentDocument = { _id, organizationId, projectId, ...content, createdAt: new Date(now) };
  await social(tx).contents.insertOne(document as ContentDocument & Record<string, unknown>);
  await record(tx, { action: "content.created", by, now, organizationId, projectId, subject: _id });
  return document;
}

/** The content with this id in the organization. @throws SocialRefused NOT_FOUND */
export async function getContent(documents: Documents, organizationId: string, id: string): Promise<ContentDocument> {
  const content = await social(documents).contents.findOne({ _id: { $eq: id } });
  if (content?.organizationId !== organizationId) throw new SocialRefused("NOT_FOUND", "There is no such content.");
  return content;
}

/**
 * The content's approval, for a post that is made from it in the same transaction: a change of the approval at the same
 * moment conflicts.
 */
export async function requireApproval(tx: Documents, { _id }: ContentDocument): Promise<ContentDocument["approval"]> {
  const content = await social(tx).contents.findOneAndUpdate({ _id }, { $inc: { uses: 1 } });
  if (!content) throw new SocialRefused("NOT_FOUND", "There is no such content.");
  return content.approval;
}

/**
 * Approves content, so that the posts that wait for it are queued, or rejects it, which cancels all that were not sent. Has no effect if it
 * is so already. Call in a transaction. Cost: two updates for each post. Returns the number of posts that it changed.
 * @throws SocialRefused CONFLICT if it was rejected: that is final
 */
export async function changeApproval(
  tx: Documents,
  { _id, organizationId, projectId, approval: before }: ContentDocument,
  approval: "approved" | "rejected",
  { by, now }: { by: Actor; now: number },
): Promise<number> {
  if (before === approval) return 0;
  if (before === "rejected")
    throw new SocialRefused("CONFLICT", "The content was rejected.", { approvalStatus: before });
  await social(tx).contents.updateOne({ _id }, { $set: { approval }, $inc: { uses: 1 } });
  await record(tx, { action: `content.${approval}`, by, now, organizationId, projectId, subject: _id });
  const changed = approval === "approved" ? ["awaiting approval"] : [...WAITING];
  const posts = await social(tx)
    .posts.find({ contentId: _id, status: { $in: changed } })
    .toArray();
  for (const post of posts) {
    if (approval === "approved") await changePost(tx, post, { approved: true }, { by, now });
    else await cancelPost(tx, post, { by, now, reason: "content_rejected" });
  }
  return posts.length;
}
