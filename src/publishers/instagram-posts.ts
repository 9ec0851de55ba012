import { type Static, Type } from "@sinclair/typebox";
import { type ContainerFlow, untilReady } from "./containers.ts";
import { askGraph, createNode, type GraphApi, pathOf } from "./graph.ts";
import { link } from "./links.ts";
import { optionsOf } from "./options.ts";
import { type Draft, type Media, type NetworkAccount, type Progress, PublishRefused } from "./publisher.ts";
import { ifPossible, isSameText, isSince } from "./steps.ts";

export const instagramOptions = Type.Object({
  stories: Type.Optional(
    Type.Boolean({ description: "Whether to publish the image or video as a story, without text.", default: false }),
  ),
  shareReelsFeed: Type.Optional(
    Type.Boolean({ description: "Whether a reel also appears in the feed.", default: true }),
  ),
  thumbNail: Type.Optional(
    Type.String({ description: "URL of a reel's cover image.", maxLength: 2048, pattern: "^https://" }),
  ),
  thumbNailOffset: Type.Optional(
    Type.Integer({ description: "Position of a reel's cover frame in milliseconds.", minimum: 0, maximum: 900_000 }),
  ),
});
type Options = Static<typeof instagramOptions>;

const FOUND_AT_MOST = "50";
const Text = Type.Optional(Type.String());
const Post = Type.Object({ id: Type.String({ minLength: 1 }), caption: Text, timestamp: Text, permalink: Text });
const Posts = Type.Object({ data: Type.Array(Post) });
const Status = Type.Object({ status_code: Type.String(), status: Text });
const Quota = Type.Object({
  data: Type.Array(
    Type.Object({
      quota_usage: Type.Integer(),
      config: Type.Optional(Type.Object({ quota_total: Type.Optional(Type.Integer()) })),
    }),
  ),
});

interface InstagramAccount {
  api: GraphApi;
  account: NetworkAccount;
}

/**
 * The posts of the last 24 hours that were made by API; undefined if Instagram does not say.
 * @throws PublishRefused RATE if there can be no further one
 */
export async function quotaUsage(api: GraphApi, account: NetworkAccount): Promise<number | undefined> {
  const call = {
    what: "quota",
    method: "GET",
    path: pathOf(account.id, "content_publishing_limit"),
    fields: { fields: "quota_usage,config" },
    token: account.credentials.token,
  } as const;
  const quota = (await ifPossible(askGraph(api, call, Quota)))?.data[0];
  if (quota && quota.quota_usage >= (quota.config?.quota_total ?? Number.POSITIVE_INFINITY)) {
    throw new PublishRefused("RATE", "Instagram takes no further posts of this account within 24 hours.", {
      networkCode: "2207042",
    });
  }
  return quota?.quota_usage;
}

export function instagramFlow({ api, account }: InstagramAccount, draft: Draft, progress: Progress): ContainerFlow {
  const { token } = account.credentials;
  const { context } = api;
  const options = optionsOf(instagramOptions, draft.options);
  const create = (fields: Record<string, string>) =>
    createNode(api, { what: "create container", path: pathOf(account.id, "media"), fields, token });
  const status = async (id: string) => {
    const call = {
      what: "container status",
      method: "GET",
      path: pathOf(id),
      fields: { fields: "status_code,status" },
    } as const;
    const reply = await askGraph(api, { ...call, token }, Status);
    return { state: reply.status_code, reason: reply.status };
  };
  return {
    network: "instagram",
    context,
    progress,
    status,
    async create() {
      const [first] = draft.media;
      if (draft.media.length === 1) return create(singleFields(first!, draft.text, options));
      const children: string[] = [];
      for (const file of draft.media) children.push(await create(itemFields(file)));
      for (const child of children) await untilReady({ context, status }, child);
      return create({ media_type: "CAROUSEL", children: children.join(","), ...captionOf(draft.text) });
    },
    publish: (id) =>
      createNode(api, {
        what: "publish",
        path: pathOf(account.id, "media_publish"),
        fields: { creation_id: id },
        token,
        isFinal: true,
      }),
    async describe(id) {
      const call = {
        what: "post",
        method: "GET",
        path: pathOf(id),
        fields: { fields: "id,permalink" },
        token,
      } as const;
      return published(id, (await ifPossible(askGraph(api, call, Post)))?.permalink);
    },
    async lookUp(since) {
      const call = {
        what: "find post",
        method: "GET",
        path: pathOf(account.id, options.stories ? "stories" : "media"),
        fields: { fields: "id,caption,timestamp,permalink", limit: FOUND_AT_MOST },
        token,
      } as const;
      const { data } = await askGraph(api, call, Posts);
      const caption = options.stories ? "" : draft.text;
      const found = data.find((post) => isSince(post.timestamp, since) && isSameText(post.caption, caption));
      return found && published(found.id, found.permalink);
    },
  };
}

function published(id: string, permalink: string | undefined) {
  return { id, ...link("url", permalink) };
}

function singleFields(file: Media, text: string, options: Options): Record<string, string> {
  const { stories, shareReelsFeed, thumbNail, thumbNailOffset } = options;
  const url: Record<string, string> = file.kind === "video" ? { video_url: file.url } : { image_url: file.url };
  if (stories) return { ...url, media_type: "STORIES" };
  if (file.kind === "image") return { ...url, ...captionOf(text), ...(file.altText && { alt_text: file.altText }) };
  return {
    ...url,
    media_type: "REELS",
    ...captionOf(text),
    share_to_feed: String(shareReelsFeed ?? true),
    ...(thumbNail && { cover_url: thumbNail }),
    ...(thumbNailOffset !== undefined && { thumb_offset: String(thumbNailOffset) }),
  };
}

function itemFields(file: Media): Record<string, string> {
  if (file.kind === "video") return { media_type: "VIDEO", video_url: file.url, is_carousel_item: "true" };
  return { image_url: file.url, is_carousel_item: "true", ...(file.altText && { alt_text: file.altText }) };
}

function captionOf(text: string): Record<string, string> {
  return text ? { caption: text } : {};
}
