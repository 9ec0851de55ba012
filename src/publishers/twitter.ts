import { Type } from "@sinclair/typebox";
import { count, problems } from "./limits.ts";
import { optionProblems, optionsOf } from "./options.ts";
import {
  definePublisher,
  type Found,
  type Media,
  type NetworkAccount,
  type Published,
  type PublisherContext,
  PublishRefused,
  type RefusalKind,
} from "./publisher.ts";
import { untilSettled } from "./settled.ts";
import { isSameText, preparing } from "./steps.ts";
import { callOf, succeed, type TwitterSettings, twitterSettings } from "./twitter-calls.ts";
import { byOAuth1, byOAuth2, grant, revoke } from "./twitter-connect.ts";
import { comparable, sentText, weightOf } from "./twitter-text.ts";

const MAX_WEIGHT = 280;
const MAX_LONG_WEIGHT = 25_000;
const MAX_IMAGES = 4;
const MAX_IMAGE_BYTES = 5_242_880;
const IMAGE_TYPES = ["image/jpeg", "image/png", "image/webp"];
const MAX_ALT_TEXT = 1_000;
const MAX_LISTED = 100;
/** Of clocks. */
const SKEW_MS = 30_000;

const options = Type.Object({
  longPost: Type.Optional(
    Type.Boolean({ description: "Whether the account may write 25,000 characters, as subscribers of X may." }),
  ),
  replySettings: Type.Optional(
    Type.Union([Type.Literal("following"), Type.Literal("mentionedUsers"), Type.Literal("subscribers")], {
      description: "Who may reply: following, mentionedUsers or subscribers. Everyone by default.",
    }),
  ),
});

const Id = Type.String({ pattern: "^\\d{1,20}$" });
const Created = Type.Object({ data: Type.Object({ id: Id }) });
const Uploaded = Type.Object({ data: Type.Object({ id: Id }) });
const Deleted = Type.Object({ data: Type.Object({ deleted: Type.Boolean() }) });
const Entities = Type.Object({
  urls: Type.Optional(
    Type.Array(
      Type.Object({
        url: Type.String({ minLength: 1 }),
        expanded_url: Type.Optional(Type.String()),
        media_key: Type.Optional(Type.String()),
      }),
    ),
  ),
});
const Posts = Type.Object({
  data: Type.Optional(
    Type.Array(
      Type.Object({
        id: Id,
        text: Type.String(),
        entities: Type.Optional(Entities),
        note_tweet: Type.Optional(Type.Object({ text: Type.String(), entities: Type.Optional(Entities) })),
      }),
    ),
  ),
});

/**
 * X. Images are uploaded first; video would take a sequence of calls and is not supported.
 * Source: docs.x.com: posts, media, OAuth 2 with PKCE, OAuth 1.0a, response codes, counting characters.
 */
export const twitter = definePublisher({
  network: "twitter",
  name: "X",
  settings: twitterSettings,
  options,
  connecting: [byOAuth2, byOAuth1],
  missing: (settings) => byOAuth2.missing?.(settings) && byOAuth1.missing?.(settings) && "twitterClientId",

  check({ text, media, options: given }) {
    const max = optionsOf(options, given).longPost ? MAX_LONG_WEIGHT : MAX_WEIGHT;
    return [
      ...problems(
        [!text.trim() && media.length === 0, "TEXT_REQUIRED", "X needs a text or an image."],
        [
          weightOf(text) > max,
          "TEXT_TOO_LONG",
          `X takes at most ${max.toLocaleString("en")} characters; a link counts 23, an emoji or an Asian letter 2.`,
        ],
        [count(media, "video") > 0, "MEDIA_UNSUPPORTED", "Videos cannot be posted to X yet."],
        [count(media, "image") > MAX_IMAGES, "TOO_MANY_MEDIA", "X takes at most 4 images."],
        [
          media.some(({ altText = "" }) => altText.length > MAX_ALT_TEXT),
          "TEXT_TOO_LONG",
          "X takes at most 1,000 characters of alternative text.",
        ],
      ),
      ...optionProblems(options, given),
    ];
  },

  async publish(settings, account, draft, context) {
    const { replySettings } = optionsOf(options, draft.options);
    const ids: string[] = [];
    for (const file of draft.media) ids.push(await preparing(upload(settings, account, file, context)));
    const json = {
      ...(draft.text && { text: draft.text }),
      ...(ids.length > 0 && { media: { media_ids: ids } }),
      ...(replySettings && { reply_settings: replySettings }),
    };
    const call = callOf(settings, account, "POST", "/2/tweets", "create post", context, { json });
    return publishedOf(account, (await succeed(call, Created, context, account)).data.id);
  },

  /** The account's posts since the attempt, at most 100: one with the same text. */
  async find(settings, account, draft, { attemptedAt }, context): Promise<Found> {
    const query = new URLSearchParams({
      max_results: String(MAX_LISTED),
      // X takes whole seconds.
      start_time: new Date(attemptedAt - SKEW_MS).toISOString().replace(/\.\d+Z$/, "Z"),
      exclude: "retweets",
      "tweet.fields": "entities,note_tweet",
    });
    const path = `/2/users/${encodeURIComponent(account.id)}/tweets?${query}`;
    const call = callOf(settings, account, "GET", path, "list posts", context, { maxBytes: 4_194_304 });
    const posts = await preparing(succeed(call, Posts, context, account)).catch((error: unknown) => {
      // Apps without a paid plan may not read.
      if (error instanceof PublishRefused && error.kind === "PERMISSION") return undefined;
      throw error;
    });
    if (!posts) return "unknown";
    const { data = [] } = posts;
    const found = data.find(({ text, entities, note_tweet: note }) =>
      isSameText(
        comparable(note ? sentText(note.text, note.entities?.urls) : sentText(text, entities?.urls)),
        comparable(draft.text),
      ),
    );
    if (found) return publishedOf(account, found.id);
    return data.length >= MAX_LISTED ? "unknown" : untilSettled("twitter", attemptedAt, context);
  },

  async delete(settings, account, { id }, context) {
    if (!/^\d{1,20}$/.test(id)) throw new PublishRefused("GONE", "twitter delete post: the id is not that of a post");
    const call = callOf(settings, account, "DELETE", `/2/tweets/${id}`, "delete post", context);
    await unless(
      "GONE",
      succeed(call, Deleted, context, account).then(({ data }) => {
        if (!data.deleted) throw new PublishRefused("PERMISSION", "twitter delete post: X did not delete the post");
      }),
    );
  },

  async refresh(settings, { credentials }, context) {
    if (credentials.tokenSecret !== undefined) return credentials;
    if (!settings.twitterClientId) {
      throw new PublishRefused("NOT_CONFIGURED", "twitter renew access: this server has no twitterClientId");
    }
    const form = { grant_type: "refresh_token", refresh_token: credentials.refreshToken ?? "" };
    return (await grant(settings, "renew access", form, context)).credentials;
  },

  async revoke(settings, { credentials }, context) {
    if (credentials.tokenSecret === undefined) {
      // Each token ends alone.
      for (const token of [credentials.refreshToken, credentials.token]) {
        if (token) await revoke(settings, token, context);
      }
      return;
    }
    const call = callOf(settings, { credentials }, "POST", "/1.1/oauth/invalidate_token", "end access", context);
    await unless("TOKEN", succeed(call, Type.Unknown(), context));
  },
});

/** A refusal of this kind means that it was done before. */
async function unless(kind: RefusalKind, step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch (error) {
    if (!(error instanceof PublishRefused && error.kind === kind)) throw error;
  }
}

/** Publishes nothing; X deletes files that no post refers to. */
async function upload(
  settings: TwitterSettings,
  account: NetworkAccount,
  { url, altText }: Media,
  context: PublisherContext,
): Promise<string> {
  const { bytes, type } = await context.readMedia(url, { maxBytes: MAX_IMAGE_BYTES, types: IMAGE_TYPES });
  const multipart = new FormData();
  multipart.set("media", new Blob([new Uint8Array(bytes)], { type }), "image");
  multipart.set("media_category", "tweet_image");
  multipart.set("media_type", type);
  const call = callOf(settings, account, "POST", "/2/media/upload", "upload media", context, { multipart });
  const { id } = (await succeed(call, Uploaded, context, account)).data;
  if (altText) {
    const json = { id, metadata: { alt_text: { text: altText } } };
    const described = callOf(settings, account, "POST", "/2/media/metadata", "describe media", context, { json });
    await succeed(described, Type.Unknown(), context, account);
  }
  return id;
}

function publishedOf({ handle }: NetworkAccount, id: string): Published {
  return { id, url: `https://x.com/${handle ?? "i"}/status/${id}` };
}
