import { type Static, Type } from "@sinclair/typebox";
import {
  getPost,
  layersAccountId,
  type PostDocument,
  type PostStatus,
  SocialRefused,
  type TargetError,
} from "../../../domains/social/index.ts";
import type { RouteContext } from "../../route.ts";
import { EXAMPLE, EXAMPLE_EARLIER, EXAMPLE_TIME } from "../examples.ts";
import { containerId, isoOf, nullable, scheduledPostId, socialAccountId, time } from "../fields.ts";

const STATUSES = ["queued", "publishing", "published", "failed", "canceled", "draft"] as const;
type Status = (typeof STATUSES)[number];

export const postStatus = Type.Union(
  STATUSES.map((status) => Type.Literal(status)),
  { description: "queued also while it waits for approval.", wanted: `one of ${STATUSES.join(", ")}` },
);

export const gateStatus = Type.Union([Type.Literal("open"), Type.Literal("blocked_on_approval")], {
  description: "blocked_on_approval: it is not sent before its content is approved.",
});

export const postView = Type.Object({
  id: scheduledPostId,
  containerId: nullable(containerId),
  socialAccountId,
  platform: Type.String(),
  mode: Type.String(),
  status: postStatus,
  gateStatus,
  externalId: nullable(Type.String({ description: "At the network." })),
  externalUrl: nullable(Type.String()),
  scheduledFor: time("When it is to be sent."),
  attemptedAt: nullable(time("When the last attempt began.")),
  publishedAt: nullable(time("When the network had it.")),
  canceledAt: nullable(time("When it was canceled.")),
  lastError: nullable(
    Type.Object({
      code: Type.String({
        description: "CREDENTIAL_INVALID, PLATFORM_ERROR, OUTCOME_UNKNOWN (it may have been published) or MISSED.",
      }),
      message: Type.String(),
    }),
  ),
  createdAt: time("When it was scheduled."),
  updatedAt: time("When it last changed."),
});
export type PostView = Static<typeof postView>;

const STATUS_OF: Record<PostStatus, Status> = {
  draft: "draft",
  "awaiting approval": "queued",
  paused: "queued",
  queued: "queued",
  publishing: "publishing",
  published: "published",
  failed: "failed",
  canceled: "canceled",
  deleted: "canceled",
};

/** The stored statuses that are shown as these. */
export function storedStatuses(shown: readonly Status[]): string[] {
  return Object.entries(STATUS_OF).flatMap(([stored, status]) => (shown.includes(status) ? [stored] : []));
}

export const idOf = ({ _id }: PostDocument) => `sp_${_id}`;
export const statusOf = ({ status }: PostDocument): Status => STATUS_OF[status];

/** The organization's post that was made by this API. @throws SocialRefused NOT_FOUND */
export async function postOf({ documents, organization }: RouteContext, id: string): Promise<PostDocument> {
  const post = await getPost(documents, organization._id, id.slice("sp_".length));
  if (post.api !== "layers") throw new SocialRefused("NOT_FOUND", "There is no such post.");
  return post;
}

/** A post of this API has one target. */
export function viewOf(post: PostDocument): PostView {
  const target = post.targets[0]!;
  return {
    id: idOf(post),
    containerId: post.contentId ?? null,
    socialAccountId: layersAccountId(target.accountId),
    platform: target.network,
    mode: target.mode ?? "publish",
    status: statusOf(post),
    gateStatus: post.status === "awaiting approval" ? "blocked_on_approval" : "open",
    externalId: target.externalId ?? null,
    externalUrl: target.externalUrl ?? null,
    scheduledFor: post.scheduledFor.toISOString(),
    attemptedAt: isoOf(target.attemptedAt),
    publishedAt: isoOf(target.publishedAt),
    canceledAt: isoOf(target.canceledAt),
    lastError: target.error ? errorOf(target.error) : null,
    createdAt: post.createdAt.toISOString(),
    updatedAt: post.updatedAt.toISOString(),
  };
}

function errorOf({ code, message }: TargetError): { code: string; message: string } {
  if (code === "TOKEN" || code === "NOT_CONNECTED") return { code: "CREDENTIAL_INVALID", message };
  const isOwn = code === "OUTCOME_UNKNOWN" || code === "MISSED";
  return { code: isOwn ? code : "PLATFORM_ERROR", message };
}

export const POST_EXAMPLE: PostView = {
  id: EXAMPLE.post,
  containerId: EXAMPLE.content,
  socialAccountId: EXAMPLE.account,
  platform: "tiktok",
  mode: "publish",
  status: "queued",
  gateStatus: "open",
  externalId: null,
  externalUrl: null,
  scheduledFor: EXAMPLE_TIME,
  attemptedAt: null,
  publishedAt: null,
  canceledAt: null,
  lastError: null,
  createdAt: EXAMPLE_EARLIER,
  updatedAt: EXAMPLE_EARLIER,
};
