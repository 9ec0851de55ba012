import { type Static, Type } from "@sinclair/typebox";
import type { NetworkCall } from "./calls.ts";
import { askGoogle } from "./google-api.ts";
import { pathOf } from "./graph.ts";
import { link } from "./links.ts";
import {
  type Draft,
  type Found,
  type NetworkAccount,
  type Published,
  type PublisherContext,
  PublishRefused,
} from "./publisher.ts";
import { untilSettled } from "./settled.ts";
import { isSameText, isSince, preparing } from "./steps.ts";

const ACTIONS = ["BOOK", "ORDER", "SHOP", "LEARN_MORE", "SIGN_UP", "CALL"] as const;

export const gmbOptions = Type.Object({
  languageCode: Type.Optional(
    Type.String({
      description: "Language of the post, such as en or pt-BR.",
      pattern: "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$",
    }),
  ),
  callToAction: Type.Optional(
    Type.Object(
      {
        actionType: Type.Union(ACTIONS.map((action) => Type.Literal(action))),
        url: Type.Optional(Type.String({ maxLength: 2048, pattern: "^https?://" })),
      },
      { description: `The button: actionType ${ACTIONS.join(", ")}, and the url that it opens, except for CALL.` },
    ),
  ),
});

const Empty = Type.Object({});
const LocalPost = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 512 }),
  summary: Type.Optional(Type.String()),
  state: Type.Optional(Type.String()),
  createTime: Type.Optional(Type.String()),
  searchUrl: Type.Optional(Type.String()),
});
const LocalPosts = Type.Object({
  localPosts: Type.Optional(Type.Array(LocalPost)),
  nextPageToken: Type.Optional(Type.String({ maxLength: 2048 })),
});
/** Google lists 100 posts a page at most. */
const MAX_PAGES = 5;

export interface GmbLocation {
  url: string;
  account: NetworkAccount;
  context: PublisherContext;
}

export async function createLocalPost(
  location: GmbLocation,
  { text, media }: Draft,
  { languageCode = "en", callToAction }: Static<typeof gmbOptions>,
): Promise<Published> {
  const post = {
    languageCode,
    topicType: "STANDARD",
    ...(text && { summary: text }),
    ...(callToAction && { callToAction }),
    ...(media.length > 0 && { media: media.map(({ url }) => ({ mediaFormat: "PHOTO", sourceUrl: url })) }),
  };
  const created = await ask(
    location,
    { what: "create post", method: "POST", path: postsOf(location), json: post },
    LocalPost,
  );
  if (created.state === "REJECTED") {
    throw new PublishRefused("CONTENT", "gmb create post: Google rejected it.", { networkCode: "REJECTED" });
  }
  return published(created);
}

/** Looks for a post with the same text among the location's posts, newest first. */
export async function findLocalPost(location: GmbLocation, { text }: Draft, attemptedAt: number): Promise<Found> {
  let pageToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { pageSize: "100", ...(pageToken && { pageToken }) };
    const call = { what: "find post", method: "GET", path: postsOf(location), query } as const;
    const { localPosts = [], nextPageToken } = await preparing(ask(location, call, LocalPosts));
    const found = localPosts.find((post) => isSince(post.createTime, attemptedAt) && isSameText(post.summary, text));
    // Without text, a post cannot be recognized.
    if (found) return text.trim() === "" ? "unknown" : published(found);
    pageToken = nextPageToken;
    if (!pageToken) return untilSettled("gmb", attemptedAt, location.context);
  }
  return "unknown";
}

export async function deleteLocalPost(location: GmbLocation, { id }: Published): Promise<void> {
  if (!/^accounts\/[\w-]+\/locations\/[\w-]+\/localPosts\/[\w-]+$/.test(id)) {
    throw new PublishRefused("GONE", "gmb delete post: this is no id of a post.");
  }
  try {
    await ask(location, { what: "delete post", method: "DELETE", path: `/${id}` }, Empty);
  } catch (error) {
    if (!(error instanceof PublishRefused && error.kind === "GONE")) throw error;
  }
}

function ask<T extends Parameters<typeof askGoogle>[1]>(
  { url, account, context }: GmbLocation,
  {
    path,
    query = {},
    ...call
  }: Pick<NetworkCall, "what" | "method" | "json"> & { path: string; query?: Record<string, string> },
  schema: T,
): Promise<Static<T>> {
  const { token } = account.credentials;
  const target = new URL(url.replace(/\/$/, "") + path);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  const headers = { authorization: `Bearer ${token}` };
  const whole: NetworkCall = { ...call, network: "gmb", url: target, headers, maxBytes: 1_048_576 };
  return askGoogle(whole, schema, context, [token]);
}

function postsOf({ account }: GmbLocation): string {
  return pathOf("accounts", account.facts?.["account"] ?? "", "locations", account.id, "localPosts");
}

function published({ name, searchUrl }: Static<typeof LocalPost>): Published {
  return { id: name, ...link("url", searchUrl), extra: { type: "localPosts" } };
}
