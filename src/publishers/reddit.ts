import { type Static, type TObject, Type } from "@sinclair/typebox";
import { secret, text as textSetting, webUrl } from "../setting.ts";
import type { NetworkCall } from "./calls.ts";
import { characters, problems } from "./limits.ts";
import { basicAuthorization, requestGrant, revokeGrant } from "./oauth2.ts";
import { optionProblems, optionsOf } from "./options.ts";
import {
  type Draft,
  definePublisher,
  type Found,
  type NetworkAccount,
  type PublisherContext,
  PublishRefused,
} from "./publisher.ts";
import { succeed } from "./reddit-calls.ts";
import { untilSettled } from "./settled.ts";
import { isSameText, isSince, preparing } from "./steps.ts";

const settings = {
  redditClientId: textSetting("Client id of the app at Reddit that accounts are connected with.", ""),
  redditClientSecret: secret("Client secret of the app at Reddit."),
  redditUrl: webUrl("Where users of Reddit consent and tokens are issued.", "https://www.reddit.com"),
  redditApiUrl: webUrl("The address of Reddit's API.", "https://oauth.reddit.com"),
  redditUserAgent: Type.String({
    description: "How the server names itself to Reddit, which blocks general names.",
    default: "server:rekindle:v0 (self-hosted)",
    pattern: "^[\\x20-\\x7e]{1,200}$",
    wanted: "1 to 200 printable characters",
  }),
};
type Settings = Static<TObject<typeof settings>>;

const MAX_TITLE = 300;
const MAX_TEXT = 40_000;
/** Reddit has no limit for links in a text; this one is ours. */
const MAX_MEDIA = 20;
const MAX_LISTED = 100;
const SCOPES = ["identity", "submit", "edit", "read", "history"];

const options = Type.Object({
  title: Type.Optional(Type.String({ maxLength: MAX_TITLE, description: "The title: 1 to 300 characters. Required." })),
  subreddit: Type.Optional(
    Type.String({
      pattern: "^(/?r/)?\\w{2,21}$|^u_[\\w-]{3,20}$",
      description: "The community, such as gamedev, or u_NAME for the own profile. Required.",
    }),
  ),
  link: Type.Optional(
    Type.String({ pattern: "^https?://[^\\s]{1,2000}$", description: "A link to post, instead of a text." }),
  ),
  flairId: Type.Optional(Type.String({ maxLength: 100, description: "The id of a flair of the community." })),
  flairText: Type.Optional(Type.String({ maxLength: 64, description: "The text of a flair that can be edited." })),
  nsfw: Type.Optional(Type.Boolean({ description: "Whether the post is for adults." })),
  spoiler: Type.Optional(Type.Boolean({ description: "Whether the post is a spoiler." })),
});

const Me = Type.Object({
  id: Type.String({ pattern: "^[a-z0-9]{1,20}$" }),
  name: Type.String({ pattern: "^[\\w-]{1,40}$" }),
  icon_img: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
const Submitted = Type.Object({
  json: Type.Object({
    data: Type.Object({ name: Type.String({ pattern: "^t3_[a-z0-9]{1,20}$" }), url: Type.Optional(Type.String()) }),
  }),
});
const Listing = Type.Object({
  data: Type.Object({
    children: Type.Array(
      Type.Object({
        data: Type.Object({
          name: Type.String(),
          title: Type.String(),
          subreddit: Type.String(),
          created_utc: Type.Number(),
          selftext: Type.Optional(Type.String()),
          url: Type.Optional(Type.String()),
          permalink: Type.Optional(Type.String()),
        }),
      }),
    ),
  }),
});

/**
 * Posts in communities of Reddit. Images are links: one without a text is a link post, which Reddit shows as an image;
 * others are listed below the text. Reddit's own image upload returns no id.
 * Source: reddit.com/dev/api; the wiki page OAuth2 of reddit-archive/reddit.
 */
export const reddit = definePublisher({
  network: "reddit",
  name: "Reddit",
  settings,
  options,
  missing,
  connecting: [
    {
      kind: "oauth2",
      missing,
      // Reddit has no PKCE.
      authorizeUrl({ redditUrl, redditClientId }, { redirectUri, state }) {
        const query = {
          client_id: redditClientId,
          response_type: "code",
          state,
          redirect_uri: redirectUri,
          duration: "permanent",
          scope: SCOPES.join(" "),
        };
        return new URL(`${redditUrl}/api/v1/authorize?${new URLSearchParams(query)}`);
      },
      async exchange(server, { code, redirectUri }, context) {
        const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
        const { credentials, scopes } = await grant(server, "connect account", form, context);
        if (scopes.length > 0 && !scopes.includes("submit")) {
          throw new PublishRefused("TOKEN", "reddit connect account: the user did not allow posts");
        }
        const call = callOf(server, { id: "", credentials }, "GET", "/api/v1/me", "read account");
        const { id, name, icon_img } = await preparing(succeed(call, Me, context));
        return [
          {
            id: `t2_${id}`,
            handle: name,
            displayName: name,
            ...(icon_img && { avatarUrl: icon_img }),
            profileUrl: `https://www.reddit.com/user/${name}`,
            credentials,
          },
        ];
      },
    },
  ],

  check(draft) {
    const { text, media, options: given } = draft;
    const { title, link } = optionsOf(options, given);
    const isGiven = (name: string) => given[name] !== undefined && given[name] !== "";
    return [
      ...problems(
        [!isGiven("title") || title?.trim() === "", "OPTION_REQUIRED", "Reddit needs a title."],
        [!isGiven("subreddit"), "OPTION_REQUIRED", "Reddit needs a subreddit."],
        [characters(bodyOf(draft)) > MAX_TEXT, "TEXT_TOO_LONG", "Reddit takes at most 40,000 characters."],
        [media.length > MAX_MEDIA, "TOO_MANY_MEDIA", `A post for Reddit has at most ${MAX_MEDIA} files.`],
        [
          link !== undefined && (text.trim() !== "" || media.length > 0),
          "OPTION_INVALID",
          "A post with the option link has neither text nor media.",
        ],
      ),
      ...optionProblems(options, given),
    ];
  },

  async publish(server, account, draft, context) {
    const { title = "", flairId, flairText, nsfw, spoiler } = optionsOf(options, draft.options);
    const url = linkOf(draft);
    const form = {
      api_type: "json",
      sr: subredditOf(draft),
      title,
      resubmit: "true",
      ...(url === undefined ? { kind: "self", text: bodyOf(draft) } : { kind: "link", url }),
      ...(flairId && { flair_id: flairId }),
      ...(flairText && { flair_text: flairText }),
      ...(nsfw && { nsfw: "true" }),
      ...(spoiler && { spoiler: "true" }),
    };
    const call = { ...callOf(server, account, "POST", "/api/submit", "create post"), form };
    const { data } = (await succeed(call, Submitted, context, account)).json;
    return { id: data.name, ...(data.url && { url: data.url }) };
  },

  /** The account's last 100 posts: one with the same title, community and content since the attempt. */
  async find(server, account, draft, { attemptedAt }, context): Promise<Found> {
    const { handle } = account;
    if (!handle) return "unknown";
    const path = `/user/${encodeURIComponent(handle)}/submitted?sort=new&limit=${MAX_LISTED}&raw_json=1`;
    const call = { ...callOf(server, account, "GET", path, "list posts"), maxBytes: 8_388_608 };
    const { children } = (await preparing(succeed(call, Listing, context, account))).data;
    const { title } = optionsOf(options, draft.options);
    const recent = children.filter(({ data }) => isSince(dateOf(data), attemptedAt)).map(({ data }) => data);
    const found = recent.find(
      (post) =>
        isSameText(post.title, title ?? "") &&
        post.subreddit.toLowerCase() === subredditOf(draft).toLowerCase() &&
        (linkOf(draft) === undefined ? isSameText(post.selftext, bodyOf(draft)) : post.url === linkOf(draft)),
    );
    if (found) {
      return { id: found.name, ...(found.permalink && { url: `https://www.reddit.com${found.permalink}` }) };
    }
    if (recent.length === MAX_LISTED) return "unknown";
    return untilSettled("reddit", attemptedAt, context);
  },

  /** Reddit reports success for any post. */
  async delete(server, account, { id }, context) {
    if (!/^t3_[a-z0-9]{1,20}$/.test(id))
      throw new PublishRefused("GONE", "reddit delete post: the id is not that of a post");
    const call = { ...callOf(server, account, "POST", "/api/del", "delete post"), form: { id } };
    await succeed(call, Type.Object({}), context, account);
  },

  async refresh(server, { credentials }, context) {
    const form = { grant_type: "refresh_token", refresh_token: credentials.refreshToken ?? "" };
    return (await grant(server, "renew access", form, context)).credentials;
  },

  /** Ends the refresh token and all access tokens made with it; Reddit reports success for any token. */
  async revoke(server, { credentials }, context) {
    const { token, refreshToken } = credentials;
    const form = refreshToken
      ? { token: refreshToken, token_type_hint: "refresh_token" }
      : { token, token_type_hint: "access_token" };
    const url = new URL(`${server.redditUrl}/api/v1/revoke_token`);
    await revokeGrant({ network: "reddit", what: "end access", url, headers: clientHeaders(server), form }, context);
  },
});

function missing({ redditClientId, redditClientSecret }: Settings): string | undefined {
  if (!redditClientId) return "redditClientId";
  return redditClientSecret ? undefined : "redditClientSecret";
}

function clientHeaders({ redditClientId, redditClientSecret, redditUserAgent }: Settings) {
  return { "user-agent": redditUserAgent, authorization: basicAuthorization(redditClientId, redditClientSecret) };
}

/** A refused refresh token is a 400 without the code of OAuth. */
function grant(server: Settings, what: string, form: Record<string, string>, context: PublisherContext) {
  const url = new URL(`${server.redditUrl}/api/v1/access_token`);
  const call = { network: "reddit" as const, what, url, headers: clientHeaders(server), form };
  return requestGrant(call, context, ({ code }, status) => status === 400 && (code === "400" || code === ""));
}

function callOf(
  { redditApiUrl, redditUserAgent }: Settings,
  { credentials }: NetworkAccount,
  method: NetworkCall["method"],
  path: string,
  what: string,
): NetworkCall {
  const headers = { "user-agent": redditUserAgent, authorization: `bearer ${credentials.token}` };
  return { network: "reddit", what, method, url: new URL(`${redditApiUrl}${path}`), headers };
}

type Content = Pick<Draft, "text" | "media" | "options">;

function subredditOf({ options: given }: Content): string {
  return (optionsOf(options, given).subreddit ?? "").replace(/^\/?r\//, "");
}

/** The link of a link post; undefined for a text post. */
function linkOf({ text, media, options: given }: Content): string | undefined {
  const { link } = optionsOf(options, given);
  return link ?? (text.trim() === "" && media.length === 1 ? media[0]!.url : undefined);
}

function bodyOf({ text, media }: Content): string {
  const links = media.map(({ url, altText }) => (altText ? `[${altText.replace(/[[\]\\]/g, "\\$&")}](${url})` : url));
  return [...(text ? [text] : []), ...links].join("\n\n");
}

function dateOf({ created_utc }: { created_utc: number }): string {
  return new Date(created_utc * 1_000).toISOString();
}
