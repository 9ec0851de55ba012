import { type Static, Type } from "@sinclair/typebox";
import { askGraph, createNode, type GraphApi, pathOf } from "./graph.ts";
import { link } from "./links.ts";
import type { Draft, Found, NetworkAccount, Progress, Published } from "./publisher.ts";
import { untilSettled } from "./settled.ts";
import { isSameText, isSince } from "./steps.ts";

export const facebookOptions = Type.Object({
  link: Type.Optional(
    Type.String({
      description: "URL that a post without media shows a preview of.",
      maxLength: 2048,
      pattern: "^https?://",
    }),
  ),
  title: Type.Optional(Type.String({ description: "Title of a video, at most 255 characters.", maxLength: 255 })),
  stories: Type.Optional(
    Type.Boolean({ description: "Whether to publish the image or video as a story, without text.", default: false }),
  ),
});
export type FacebookOptions = Static<typeof facebookOptions>;

/** A page and the API to call for it. */
export interface FacebookPage {
  api: GraphApi;
  account: NetworkAccount;
}

const PhotoReply = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 128 }),
  post_id: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
});
const Text = Type.Optional(Type.String());
const PostsReply = Type.Object({
  data: Type.Array(
    Type.Object({
      id: Type.String({ minLength: 1, maxLength: 256 }),
      message: Text,
      description: Text,
      created_time: Text,
      permalink_url: Text,
    }),
  ),
});
const FOUND_AT_MOST = "100";
/** Facebook deletes unpublished media after about a day. */
const UPLOAD_LASTS_MS = 12 * 3_600_000;

/**
 * Text is one call, an image or a video one, several images one each and one for the post. Uploaded images are saved, so
 * that another attempt within 12 hours does not upload them again.
 */
export async function publishOnPage(
  page: FacebookPage,
  draft: Draft,
  options: FacebookOptions,
  progress: Progress,
): Promise<Published> {
  const { text, media } = draft;
  const [first] = media;
  const message: Record<string, string> = text ? { message: text } : {};
  if (!first) {
    const id = await create(page, "feed", { ...message, ...(options.link && { link: options.link }) });
    return { id, url: postUrl(id) };
  }
  if (first.kind === "video") {
    const fields = {
      file_url: first.url,
      ...(text && { description: text }),
      ...(options.title && { title: options.title }),
    };
    const id = await create(page, "videos", fields);
    return { id, url: `https://www.facebook.com/watch/?v=${encodeURIComponent(id)}`, extra: { isVideo: true } };
  }
  if (media.length === 1) {
    const fields = { ...photoFields(first), ...(text && { caption: text }) };
    const call = { what: "create photo", method: "POST", path: edge(page, "photos"), fields, isFinal: true } as const;
    const reply = await askGraph(page.api, { ...call, token: page.account.credentials.token }, PhotoReply);
    const id = reply.post_id ?? reply.id;
    return { id, url: postUrl(id) };
  }
  const attached: Record<string, string> = {};
  for (const [index, photo] of (await uploadPhotos(page, draft, progress)).entries()) {
    attached[`attached_media[${index}]`] = JSON.stringify({ media_fbid: photo });
  }
  const id = await create(page, "feed", { ...message, ...attached });
  return { id, url: postUrl(id) };
}

/** Ids of the draft's images as unpublished photos of the page. */
export async function uploadPhotos(page: FacebookPage, { media }: Draft, progress: Progress): Promise<string[]> {
  const saved = usableUpload(page, "photos", progress)?.split(",");
  if (saved?.length === media.length) return saved;
  const photos: string[] = [];
  for (const file of media) {
    const call = {
      what: "upload photo",
      path: edge(page, "photos"),
      fields: { ...photoFields(file), published: "false" },
      token: page.account.credentials.token,
    };
    photos.push(await createNode(page.api, call));
  }
  await saveUpload(page, "photos", photos.join(","), progress);
  return photos;
}

/** What an earlier attempt uploaded, if it is so recent that Facebook still has it. */
export function usableUpload({ api }: FacebookPage, name: string, { saved }: Progress): string | undefined {
  return Number(saved["uploadedAt"]) > api.context.now() - UPLOAD_LASTS_MS ? saved[name] : undefined;
}

export function saveUpload({ api }: FacebookPage, name: string, value: string, progress: Progress): Promise<void> {
  return progress.save({ ...progress.saved, [name]: value, uploadedAt: String(api.context.now()) });
}

/**
 * Looks for a post with the same text among the page's own, or among its videos. Without text, and for stories, Facebook
 * has nothing to recognize it by; a video is listed only once it is processed.
 */
export async function findOnPage(
  page: FacebookPage,
  { text, media }: Draft,
  { stories }: FacebookOptions,
  attemptedAt: number,
): Promise<Found> {
  if (stories) return "unknown";
  const isVideo = media[0]?.kind === "video";
  const textField = isVideo ? "description" : "message";
  const call = {
    what: "find post",
    method: "GET",
    path: edge(page, isVideo ? "videos" : "published_posts"),
    fields: { fields: `id,${textField},created_time,permalink_url`, limit: FOUND_AT_MOST },
    token: page.account.credentials.token,
  } as const;
  const { data } = await askGraph(page.api, call, PostsReply);
  const found = data.find((post) => isSince(post.created_time, attemptedAt) && isSameText(post[textField], text));
  if (!found) return isVideo ? "unknown" : untilSettled("facebook", attemptedAt, page.api.context);
  if (text.trim() === "") return "unknown";
  return {
    id: found.id,
    url: postUrl(found.id),
    ...link("url", found.permalink_url),
    ...(isVideo && { extra: { isVideo } }),
  };
}

function create(page: FacebookPage, name: string, fields: Record<string, string>): Promise<string> {
  const { token } = page.account.credentials;
  return createNode(page.api, { what: "create post", path: edge(page, name), fields, token, isFinal: true });
}

function photoFields({ url, altText }: Draft["media"][number]): Record<string, string> {
  return { url, ...(altText && { alt_text_custom: altText }) };
}

export function edge({ account }: FacebookPage, name: string): string {
  return pathOf(account.id, name);
}

function postUrl(id: string): string {
  return `https://www.facebook.com/${encodeURIComponent(id)}`;
}
