import { type Static, Type } from "@sinclair/typebox";
import { optionsOf } from "./options.ts";
import { type Draft, type Found, OutcomeUnknown, type Progress, type Published, PublishRefused } from "./publisher.ts";
import { poll, preparing } from "./steps.ts";
import { askTikTok, type TikTokApi, tiktokRefusal } from "./tiktok-api.ts";

const PRIVACY = {
  public: "PUBLIC_TO_EVERYONE",
  friends: "MUTUAL_FOLLOW_FRIENDS",
  followers: "FOLLOWER_OF_CREATOR",
  private: "SELF_ONLY",
} as const;

const flag = (description: string) => Type.Optional(Type.Boolean({ description, default: false }));
export const tiktokOptions = Type.Object({
  visibility: Type.Optional(
    Type.Union([Type.Literal("public"), Type.Literal("friends"), Type.Literal("followers"), Type.Literal("private")], {
      description: "Who sees the post: public, friends, followers or private.",
      default: "public",
    }),
  ),
  title: Type.Optional(Type.String({ description: "Title of a photo post, at most 90 characters.", maxLength: 400 })),
  disableComments: flag("Whether comments are off."),
  disableDuet: flag("Whether others cannot make a duet with the video."),
  disableStitch: flag("Whether others cannot stitch the video."),
  isBrandedContent: flag("Whether the post is paid by another business."),
  isBrandOrganic: flag("Whether the post advertises the creator's own business."),
  autoAddMusic: flag("Whether TikTok adds music to photos."),
  thumbNailOffset: Type.Optional(
    Type.Integer({ description: "Position of the cover frame in milliseconds.", minimum: 0, maximum: 3_600_000 }),
  ),
});

const Creator = Type.Object({
  creator_username: Type.Optional(Type.String({ maxLength: 256 })),
  privacy_level_options: Type.Array(Type.String()),
});
const InitReply = Type.Object({ publish_id: Type.String({ minLength: 1, maxLength: 128 }) });
const StatusReply = Type.Object({
  status: Type.String(),
  fail_reason: Type.Optional(Type.String()),
  publicaly_available_post_id: Type.Optional(Type.Array(Type.String())),
});
type Status = Static<typeof StatusReply>;

/**
 * Starts the post, saves its publish id, and polls until TikTok has published it. The id of a public post is known only
 * after moderation, which can take hours; until then, `id` is "pending" and `extra.idShare` the publish id.
 * @throws OutcomeUnknown if TikTok still works on it after two minutes
 */
export async function publishTikTok(api: TikTokApi, draft: Draft, progress: Progress): Promise<Published> {
  const creator = await preparing(
    askTikTok(
      api,
      { what: "creator info", method: "POST", path: "/post/publish/creator_info/query/", json: {} },
      Creator,
    ),
  );
  const earlier = progress.saved["publishId"];
  if (earlier !== undefined) {
    const status = await statusOf(api, earlier);
    if (status && status.status !== "FAILED") return settle(api, draft, earlier, creator.creator_username);
  }
  const publishId = await start(api, draft, creator.privacy_level_options);
  await progress.save({ ...progress.saved, publishId });
  return settle(api, draft, publishId, creator.creator_username);
}

/** By the saved publish id. If its response was lost, TikTok has no way to look the post up. */
export async function findTikTok(
  api: TikTokApi,
  draft: Draft,
  saved: Progress["saved"],
  username: string | undefined,
): Promise<Found> {
  const publishId = saved["publishId"];
  if (publishId === undefined) return "unknown";
  const status = await statusOf(api, publishId);
  if (status?.status === "FAILED") return "absent";
  return status?.status === "PUBLISH_COMPLETE" ? published(status, draft, publishId, username) : "unknown";
}

async function start(api: TikTokApi, { text, media, options }: Draft, allowed: readonly string[]): Promise<string> {
  const chosen = optionsOf(tiktokOptions, options);
  const privacyLevel = PRIVACY[chosen.visibility ?? "public"];
  if (!allowed.includes(privacyLevel)) {
    const message = `TikTok does not allow this account the visibility ${chosen.visibility}.`;
    throw new PublishRefused("CONTENT", message, { networkCode: "privacy_level_option_mismatch" });
  }
  const common = {
    privacy_level: privacyLevel,
    disable_comment: chosen.disableComments,
    brand_content_toggle: chosen.isBrandedContent,
    brand_organic_toggle: chosen.isBrandOrganic,
  };
  const [first] = media;
  const isVideo = first?.kind === "video";
  const json = isVideo
    ? {
        post_info: {
          ...common,
          title: text,
          disable_duet: chosen.disableDuet,
          disable_stitch: chosen.disableStitch,
          ...(chosen.thumbNailOffset !== undefined && { video_cover_timestamp_ms: chosen.thumbNailOffset }),
        },
        source_info: { source: "PULL_FROM_URL", video_url: first.url },
      }
    : {
        media_type: "PHOTO",
        post_mode: "DIRECT_POST",
        post_info: {
          ...common,
          ...(chosen.title && { title: chosen.title }),
          description: text,
          auto_add_music: chosen.autoAddMusic,
        },
        source_info: { source: "PULL_FROM_URL", photo_cover_index: 0, photo_images: media.map(({ url }) => url) },
      };
  const path = isVideo ? "/post/publish/video/init/" : "/post/publish/content/init/";
  return (await askTikTok(api, { what: "create post", method: "POST", path, json }, InitReply)).publish_id;
}

async function settle(
  api: TikTokApi,
  draft: Draft,
  publishId: string,
  username: string | undefined,
): Promise<Published> {
  const last = await poll(api.context, async () => {
    const status = await lookSafely(api, publishId);
    return status?.status === "PUBLISH_COMPLETE" || status?.status === "FAILED" ? status : undefined;
  });
  if (!last) throw new OutcomeUnknown("tiktok status: TikTok still works on the post");
  if (last.status === "PUBLISH_COMPLETE") return published(last, draft, publishId, username);
  throw tiktokRefusal("status", { code: last.fail_reason ?? "failed" }, [api.token]);
}

/** After the post was started, a refused look does not mean that it failed. */
async function lookSafely(api: TikTokApi, publishId: string): Promise<Status | undefined> {
  try {
    return await statusOf(api, publishId);
  } catch (error) {
    if (!(error instanceof PublishRefused)) throw error;
    if (error.kind === "RATE" || error.kind === "UNAVAILABLE") return undefined;
    throw new OutcomeUnknown(error.message);
  }
}

/** Undefined if TikTok does not know the publish id. */
async function statusOf(api: TikTokApi, publishId: string): Promise<Status | undefined> {
  const path = "/post/publish/status/fetch/";
  const call = { what: "status", method: "POST", path, json: { publish_id: publishId } } as const;
  try {
    return await preparing(askTikTok(api, call, StatusReply));
  } catch (error) {
    if (error instanceof PublishRefused && error.kind === "GONE") return undefined;
    throw error;
  }
}

function published(
  { publicaly_available_post_id: [id] = [] }: Status,
  { media }: Draft,
  publishId: string,
  username: string | undefined,
): Published {
  const isVideo = media[0]?.kind === "video";
  const extra = { isVideo, idShare: publishId };
  if (id === undefined) return { id: "pending", extra };
  const page = `https://www.tiktok.com/@${encodeURIComponent(username ?? "")}/${isVideo ? "video" : "photo"}/${id}`;
  return { id, ...(username && { url: page }), extra };
}
