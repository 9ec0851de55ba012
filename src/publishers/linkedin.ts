import { Type } from "@sinclair/typebox";
import { jsonOf } from "./calls.ts";
import { count, problems } from "./limits.ts";
import { accepted, callOf, type LinkedinSettings, linkedinSettings } from "./linkedin-calls.ts";
import { byOAuth2, missing, requestAccess, revokeAccess } from "./linkedin-connect.ts";
import { uploadImage } from "./linkedin-images.ts";
import { escapeCommentary, plainCommentary } from "./linkedin-text.ts";
import { optionProblems, optionsOf } from "./options.ts";
import {
  type Draft,
  definePublisher,
  type Found,
  type NetworkAccount,
  OutcomeUnknown,
  type Progress,
  type Published,
  type PublisherContext,
  PublishRefused,
} from "./publisher.ts";
import { untilSettled } from "./settled.ts";
import { isSameText } from "./steps.ts";

const MAX_TEXT = 3_000;
const MAX_IMAGES = 20;
const MAX_ALT_TEXT = 4_086;
const MAX_LISTED = 50;
/** Of clocks. */
const SKEW_MS = 30_000;
const URN = /^urn:li:(share|ugcPost):\d{1,25}$/;

const options = Type.Object({
  visibility: Type.Optional(
    Type.Union([Type.Literal("PUBLIC"), Type.Literal("CONNECTIONS")], {
      description: "Who sees the post: PUBLIC, which is the default, or CONNECTIONS, for people's own posts.",
      default: "PUBLIC",
    }),
  ),
  disableShare: Type.Optional(Type.Boolean({ description: "Whether others cannot share the post." })),
});

const Posts = Type.Object({
  elements: Type.Array(
    Type.Object({
      id: Type.String(),
      commentary: Type.Optional(Type.String()),
      createdAt: Type.Optional(Type.Number()),
      publishedAt: Type.Optional(Type.Number()),
    }),
  ),
});

/**
 * People and pages of LinkedIn. Video would take a sequence of calls and is not supported.
 * Source: learn.microsoft.com/linkedin: Posts API, Images API, OAuth 2, versioning.
 */
export const linkedin = definePublisher({
  network: "linkedin",
  name: "LinkedIn",
  settings: linkedinSettings,
  options,
  missing,
  connecting: [byOAuth2],

  check({ text, media, options: given }) {
    return [
      ...problems(
        [!text.trim() && media.length === 0, "TEXT_REQUIRED", "LinkedIn needs a text or an image."],
        [text.length > MAX_TEXT, "TEXT_TOO_LONG", "LinkedIn takes at most 3,000 characters."],
        [count(media, "video") > 0, "MEDIA_UNSUPPORTED", "Videos cannot be posted to LinkedIn yet."],
        [count(media, "image") > MAX_IMAGES, "TOO_MANY_MEDIA", "LinkedIn takes at most 20 images."],
        [
          media.some(({ altText = "" }) => altText.length > MAX_ALT_TEXT),
          "TEXT_TOO_LONG",
          "LinkedIn takes at most 4,086 characters of alternative text.",
        ],
      ),
      ...optionProblems(options, given),
    ];
  },

  async publish(settings, account, draft, context, progress) {
    const { visibility, disableShare = false } = optionsOf(options, draft.options);
    const content = await contentOf(settings, account, draft, context, progress);
    const json = {
      author: account.id,
      commentary: escapeCommentary(draft.text),
      visibility,
      distribution: { feedDistribution: "MAIN_FEED", targetEntities: [], thirdPartyDistributionChannels: [] },
      lifecycleState: "PUBLISHED",
      isReshareDisabledByAuthor: disableShare,
      ...(content && { content }),
    };
    const call = callOf(settings, account, "POST", "/rest/posts", "create post", { json });
    const id = (await accepted(call, context, account)).headers.get("x-restli-id") ?? "";
    if (!URN.test(id)) throw new OutcomeUnknown("linkedin create post: the response has no id");
    return publishedOf(id);
  },

  /** The author's last 50 posts, if the user allowed reading them: one with the same text since the attempt. */
  async find(settings, account, draft, { attemptedAt }, context): Promise<Found> {
    if (account.facts?.["canRead"] !== "true") return "unknown";
    const query = `q=author&author=${encodeURIComponent(account.id)}&count=${MAX_LISTED}&sortBy=CREATED`;
    const headers = { "x-restli-method": "FINDER" };
    const more = { headers, maxBytes: 4_194_304 };
    const call = callOf(settings, account, "GET", `/rest/posts?${query}`, "list posts", more);
    const posts = jsonOf(await accepted(call, context, account), Posts)?.elements;
    if (!posts) throw new PublishRefused("UNAVAILABLE", "linkedin list posts: an unexpected response");
    const recent = posts.filter(
      ({ createdAt, publishedAt }) => (createdAt ?? publishedAt ?? 0) >= attemptedAt - SKEW_MS,
    );
    const found = recent.find(
      ({ id, commentary }) => URN.test(id) && isSameText(plainCommentary(commentary ?? ""), draft.text),
    );
    if (found) return publishedOf(found.id);
    return recent.length >= MAX_LISTED ? "unknown" : untilSettled("linkedin", attemptedAt, context);
  },

  async delete(settings, account, { id }, context) {
    if (!URN.test(id)) throw new PublishRefused("GONE", "linkedin delete post: the id is not that of a post");
    const headers = { "x-restli-method": "DELETE" };
    const path = `/rest/posts/${encodeURIComponent(id)}`;
    try {
      await accepted(callOf(settings, account, "DELETE", path, "delete post", { headers }), context, account);
    } catch (error) {
      const isGone = error instanceof PublishRefused && error.kind === "GONE";
      if (!isGone) throw error;
    }
  },

  /** Only approved apps receive refresh tokens; without one, the access token stays as it is until it has expired. */
  async refresh(settings, { credentials }, context) {
    const { refreshToken, expiresAt = Number.POSITIVE_INFINITY } = credentials;
    if (refreshToken === undefined && expiresAt > context.now()) return credentials;
    if (refreshToken === undefined) throw new PublishRefused("TOKEN", "linkedin renew access: the access has expired");
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    return (await requestAccess(settings, "renew access", form, context)).credentials;
  },

  revoke: (settings, { credentials }, context) => revokeAccess(settings, credentials.token, context),
});

/** Saves each image, so that a repeated attempt does not upload it again. */
async function contentOf(
  settings: LinkedinSettings,
  account: NetworkAccount,
  { media }: Draft,
  context: PublisherContext,
  progress: Progress,
): Promise<object | undefined> {
  const images: { id: string; altText?: string }[] = [];
  for (const [index, { url, altText }] of media.entries()) {
    const name = `image${index}`;
    let id = progress.saved[name];
    if (id === undefined) {
      id = await uploadImage(settings, account, url, context);
      await progress.save({ [name]: id });
    }
    images.push({ id, ...(altText && { altText }) });
  }
  if (images.length > 1) return { multiImage: { images } };
  return images[0] && { media: images[0] };
}

function publishedOf(id: string): Published {
  return { id, url: `https://www.linkedin.com/feed/update/${id}/` };
}
