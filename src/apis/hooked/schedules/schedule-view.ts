import { type Static, Type } from "@sinclair/typebox";
import {
  type ContentDocument,
  hookedAccountId,
  type PostDocument,
  type PostStatus,
  type SocialAccountDocument,
  SocialRefused,
  social,
} from "../../../domains/social/index.ts";
import type { Documents, Filter } from "../../../store/store.ts";
import type { RouteContext } from "../../route.ts";
import { anotherTeams, notFound } from "../envelope.ts";
import { EXAMPLE, EXAMPLE_ACCOUNT, EXAMPLE_EARLIER, EXAMPLE_TIME } from "../examples.ts";
import { nullable, time } from "../fields.ts";
import { accountOf, accountView } from "../integrations/integration-view.ts";
import { EXAMPLE_VIDEO, videoOf, videoView } from "../videos/video-view.ts";
import { type PlatformData, platformData } from "./platform-data.ts";

export const STATUSES = ["pending", "published", "failed", "draft"] as const;
export type ScheduleStatus = (typeof STATUSES)[number];

/** A post that another API's disconnect canceled has failed, as far as this API can say. Deleted ones are not shown. */
const STATUS_OF: Record<Exclude<PostStatus, "deleted">, ScheduleStatus> = {
  draft: "draft",
  "awaiting approval": "draft",
  paused: "draft",
  queued: "pending",
  publishing: "pending",
  published: "published",
  failed: "failed",
  canceled: "failed",
};

export const scheduleView = Type.Object({
  id: Type.String(),
  status: Type.Union(STATUSES.map((status) => Type.Literal(status))),
  scheduledDateTime: time("When it is to be published."),
  platform: Type.String(),
  integration: Type.Object({ id: Type.String(), type: Type.String(), account: nullable(accountView) }),
  video: nullable(videoView),
  platformData,
  errorMessage: nullable(Type.String({ description: "Why it failed." })),
  publishedUrl: nullable(Type.String({ description: "Where the published post is, if the platform says." })),
  createdAt: time("When it was scheduled."),
  updatedAt: time("When it last changed."),
});

export const statusOf = ({ status }: PostDocument): ScheduleStatus =>
  status === "deleted" ? "failed" : STATUS_OF[status];

/** Posts of the team that this API made and that are not deleted. */
export function schedulesOf({ key }: Pick<RouteContext, "key">, status?: ScheduleStatus): Filter {
  const shown = Object.entries(STATUS_OF).flatMap(([own, as]) => (status === undefined || as === status ? own : []));
  return { projectId: key.projectId, api: "hooked", status: { $in: shown } };
}

const SCHEDULE_ID = /^post_([0-9A-Za-z]{20})$/;

export const scheduleIdOf = ({ _id }: Pick<PostDocument, "_id">) => `post_${_id}`;

/** @throws ApiRefusal not_found, also once it is deleted; forbidden if it is another project's */
export async function findSchedule(
  { documents, key }: Pick<RouteContext, "documents" | "key">,
  id: string,
): Promise<PostDocument> {
  const [, postId] = SCHEDULE_ID.exec(id) ?? [];
  const post = postId === undefined ? null : await social(documents).posts.findOne({ _id: { $eq: postId } });
  if (post?.api !== "hooked" || post.status === "deleted") throw notFound(id, "ScheduledPost");
  if (post.projectId !== key.projectId) throw anotherTeams();
  return post;
}

export function tooLate({ status }: PostDocument): SocialRefused {
  return new SocialRefused("CONFLICT", `The post is ${status}.`, { status });
}

export const platformDataOf = ({ view = {} }: PostDocument): PlatformData =>
  (view["platformData"] ?? {}) as PlatformData;

/** The posts with their accounts, disconnected ones too, and videos. Costs two reads. */
export async function viewsOf(
  documents: Documents,
  posts: readonly PostDocument[],
): Promise<Static<typeof scheduleView>[]> {
  const { accounts, contents } = social(documents);
  const accountIds = [...new Set(posts.flatMap(({ targets }) => targets.map(({ accountId }) => accountId)))];
  const contentIds = [...new Set(posts.flatMap(({ contentId }) => contentId ?? []))];
  const foundAccounts = await accounts.find({ _id: { $in: accountIds } }).toArray();
  const foundContents = await contents.find({ _id: { $in: contentIds } }).toArray();
  const accountsById = new Map(foundAccounts.map((account) => [account._id, account]));
  const videosById = new Map(foundContents.map((content) => [content._id, content]));
  return posts.map((post) => {
    return viewOf(post, accountsById.get(post.targets[0]!.accountId), videosById.get(post.contentId ?? ""));
  });
}

function viewOf(
  post: PostDocument,
  account: SocialAccountDocument | undefined,
  video: ContentDocument | undefined,
): Static<typeof scheduleView> {
  const target = post.targets[0]!;
  const status = statusOf(post);
  const canceled = post.cancelReason === undefined ? "It was canceled." : `It was canceled: ${post.cancelReason}.`;
  return {
    id: scheduleIdOf(post),
    status,
    scheduledDateTime: post.scheduledFor.toISOString(),
    platform: target.network,
    integration: {
      id: hookedAccountId(target.accountId, target.network),
      type: target.network,
      account: account ? accountOf(account) : null,
    },
    video: video ? videoOf(video) : null,
    platformData: platformDataOf(post),
    errorMessage: status === "failed" ? (target.error?.message ?? canceled) : null,
    publishedUrl: target.externalUrl ?? null,
    createdAt: post.createdAt.toISOString(),
    updatedAt: post.updatedAt.toISOString(),
  };
}

export const EXAMPLE_SCHEDULE: Static<typeof scheduleView> = {
  id: EXAMPLE.schedule,
  status: "pending",
  scheduledDateTime: EXAMPLE_TIME,
  platform: "youtube",
  integration: { id: EXAMPLE.integration, type: "youtube", account: EXAMPLE_ACCOUNT },
  video: EXAMPLE_VIDEO,
  platformData: { title: "The harbour race", description: "Out now.", privacyStatus: "public" },
  errorMessage: null,
  publishedUrl: null,
  createdAt: EXAMPLE_EARLIER,
  updatedAt: EXAMPLE_EARLIER,
};
