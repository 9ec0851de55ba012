import type { Static } from "@sinclair/typebox";
import { type PostDocument, type PostStatus, type ProfileDocument, social } from "../../../domains/social/index.ts";
import type { Documents } from "../../../store/store.ts";
import { stamp, utc } from "../dates.ts";
import type { NetworkError } from "./parts.ts";
import type { HistoryEntry, PostAnswer, PostId } from "./post-schemas.ts";
import { errorsOf } from "./target-errors.ts";

export type Answer = Static<typeof PostAnswer>;

/** What only this API reads of a post (`PostDocument.view`). */
export interface PostView extends Record<string, unknown> {
  /** As they were asked for. */
  platforms: string[];
  /** Networks that were refused before the post was stored. */
  errors: NetworkError[];
  warnings?: string[];
}

export const STATUSES = {
  pending: ["queued", "draft"],
  processing: ["publishing"],
  success: ["published"],
  error: ["failed", "canceled"],
  paused: ["paused"],
  "awaiting approval": ["awaiting approval"],
  deleted: ["deleted"],
} as const satisfies Record<string, readonly PostStatus[]>;
export type AyrshareStatus = keyof typeof STATUSES;

export function statusOf({ status, view }: PostDocument): AyrshareStatus {
  const [name] = Object.entries(STATUSES).find(([, own]) => own.some((each) => each === status))!;
  const refused = (view?.["errors"] as unknown[] | undefined) ?? [];
  return name === "success" && refused.length > 0 ? "error" : (name as AyrshareStatus);
}

export function platformsOf({ view, targets }: PostDocument): string[] {
  return (view?.["platforms"] as string[] | undefined) ?? targets.map(({ network }) => network);
}

/** The parts that the networks accepted, deleted ones included. */
export function postIdsOf({ targets }: PostDocument): Static<typeof PostId>[] {
  return targets
    .filter(({ externalId }) => externalId !== undefined)
    .map(({ network, status, externalId, externalUrl, extra }) => ({
      ...extra,
      status: status === "deleted" ? "deleted" : "success",
      id: externalId!,
      ...(externalUrl !== undefined && { postUrl: externalUrl }),
      platform: network,
    }));
}

/**
 * The answer to a post that was sent at once: all networks accepted it, or some did not. A network that could not be reached
 * is tried again in the background, which is a warning.
 */
export function sentAnswer(post: PostDocument, { refId }: ProfileDocument): { isWell: boolean; body: Answer } {
  const errors = errorsOf(post);
  const waits = post.targets.filter(({ status }) => status === "queued" || status === "publishing");
  const isWell = errors.length === 0;
  const warnings = [
    ...((post.view?.["warnings"] as string[] | undefined) ?? []),
    ...waits.map(
      ({ network, error }) =>
        `${network}: ${(error?.message ?? "no answer yet").replace(/\.$/, "")}. The server tries again.`,
    ),
  ];
  const body = {
    status: !isWell ? "error" : waits.length > 0 ? "processing" : "success",
    errors,
    postIds: postIdsOf(post),
    id: post._id,
    refId,
    post: post.text,
    ...(warnings.length > 0 && { warnings }),
  };
  return { isWell, body };
}

/** The answer to a post that was stored for later. */
export function waitingAnswer(post: PostDocument, { refId }: ProfileDocument): Answer {
  const { _id, text, type, scheduledFor, view } = post;
  const warnings = (view?.["warnings"] as string[] | undefined) ?? [];
  return {
    status: post.status === "awaiting approval" ? "awaiting approval" : "scheduled",
    ...(type === "scheduled" && { scheduleDate: utc(scheduledFor) }),
    id: _id,
    refId,
    post: text,
    ...(warnings.length > 0 && { warnings }),
  };
}

/** A post as the history has it. */
export function historyEntry(post: PostDocument, refId: string): Static<typeof HistoryEntry> {
  const { _id, text, type, createdAt, scheduledFor, media, notes, targets } = post;
  const urls = [...media, ...targets.flatMap((target) => target.media ?? [])].map(({ url }) => url);
  return {
    id: _id,
    refId,
    post: text,
    platforms: platformsOf(post),
    status: statusOf(post),
    type,
    created: utc(createdAt),
    createDate: stamp(createdAt),
    scheduleDate: stamp(scheduledFor),
    mediaUrls: [...new Set(urls)],
    postIds: postIdsOf(post),
    errors: errorsOf(post),
    ...(notes !== undefined && { notes }),
    shortenLinks: false,
  };
}

/** The profile's post of this id; undefined if it has none that this API created. */
export async function postOf(
  documents: Documents,
  scope: { profileId: string } | { projectId: string },
  id: string,
): Promise<PostDocument | undefined> {
  const filter = { _id: { $eq: id }, ...scope, api: "ayrshare" };
  return (await social(documents).posts.findOne(filter)) ?? undefined;
}
