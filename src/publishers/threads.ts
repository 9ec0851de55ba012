import { Type } from "@sinclair/typebox";
import { secret, text, webUrl } from "../setting.ts";
import { findByContainer, publishContainer } from "./containers.ts";
import { askGraph, deleteNode, type GraphApi, pathOf } from "./graph.ts";
import { problems, textLimit } from "./limits.ts";
import { link } from "./links.ts";
import { optionProblems } from "./options.ts";
import { type Credentials, definePublisher, type PublisherContext, type SettingsOf } from "./publisher.ts";
import { threadsFlow, threadsOptions } from "./threads-posts.ts";

const SCOPES = ["threads_basic", "threads_content_publish", "threads_delete"];
const MAX_TEXT = 500;
const MAX_MEDIA = 20;

const settings = {
  threadsUrl: webUrl("Base URL of the Threads API, with its version.", "https://graph.threads.net/v1.0"),
  threadsTokenUrl: webUrl("Base URL of the token calls of Threads.", "https://graph.threads.net"),
  threadsAuthorizeUrl: webUrl("Where users allow posts to Threads.", "https://threads.net/oauth/authorize"),
  threadsClientId: text("Id of the Threads app. Empty: no account can be connected.", ""),
  threadsClientSecret: secret("Secret of the Threads app."),
};
type Settings = SettingsOf<typeof settings>;

const Id = Type.Union([Type.String({ minLength: 1, maxLength: 128 }), Type.Integer()]);
const Token = Type.String({ minLength: 1, maxLength: 4096 });
const ShortReply = Type.Object({ access_token: Token, user_id: Type.Optional(Id) });
const LongReply = Type.Object({ access_token: Token, expires_in: Type.Optional(Type.Number()) });
const Text = Type.Optional(Type.String({ maxLength: 2048 }));
const Me = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 128 }),
  username: Text,
  name: Text,
  threads_profile_picture_url: Text,
});

const open = (settings: Settings, context: PublisherContext): GraphApi => ({
  network: "threads",
  url: settings.threadsUrl,
  context,
});
/** Token calls have no version in their path. */
const openTokens = (settings: Settings, context: PublisherContext): GraphApi => ({
  network: "threads",
  url: settings.threadsTokenUrl,
  context,
});

/**
 * Posts to Threads: text, an image, a video or a carousel. Source: Meta's documentation of the Threads API. Its long-lived
 * tokens last 60 days and renew themselves; the documented calls for that take them in the query. Threads documents no
 * call that ends a grant.
 */
export const threads = definePublisher({
  network: "threads",
  name: "Threads",
  settings,
  missing: (settings) => (["threadsClientId", "threadsClientSecret"] as const).find((name) => settings[name] === ""),
  connecting: [
    {
      kind: "oauth2",
      /** Threads documents no PKCE. */
      authorizeUrl(settings, { redirectUri, state }) {
        const url = new URL(settings.threadsAuthorizeUrl);
        const query = { client_id: settings.threadsClientId, redirect_uri: redirectUri, response_type: "code", state };
        for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
        url.searchParams.set("scope", SCOPES.join(","));
        return url;
      },
      async exchange(settings, { code, redirectUri }, context) {
        const { threadsClientId: client_id, threadsClientSecret: client_secret } = settings;
        const api = openTokens(settings, context);
        const short = await askGraph(
          api,
          {
            what: "code exchange",
            method: "POST",
            path: "/oauth/access_token",
            fields: { client_id, client_secret, grant_type: "authorization_code", redirect_uri: redirectUri, code },
            isCodeExchange: true,
            secrets: [code, client_secret],
          },
          ShortReply,
        );
        const credentials = await renew(api, "/access_token", {
          grant_type: "th_exchange_token",
          client_secret,
          access_token: short.access_token,
        });
        const fields = { fields: "id,username,name,threads_profile_picture_url" };
        const call = { what: "profile", method: "GET", path: "/me", fields, token: credentials.token } as const;
        const {
          id,
          username,
          name,
          threads_profile_picture_url: picture,
        } = await askGraph(open(settings, context), call, Me);
        return [
          {
            id,
            ...(username && {
              handle: username,
              profileUrl: `https://www.threads.net/@${encodeURIComponent(username)}`,
            }),
            ...(name && { displayName: name }),
            ...link("avatarUrl", picture),
            credentials,
          },
        ];
      },
    },
  ],
  options: threadsOptions,

  check(draft) {
    const { media } = draft;
    return [
      ...textLimit("Threads", MAX_TEXT, draft),
      ...problems(
        [draft.text.trim() === "" && media.length === 0, "TEXT_REQUIRED", "A Threads post needs text or media."],
        [media.length > MAX_MEDIA, "TOO_MANY_MEDIA", `A Threads post takes at most ${MAX_MEDIA} images and videos.`],
      ),
      ...optionProblems(threadsOptions, draft.options),
    ];
  },

  publish: (settings, account, draft, context, progress) =>
    publishContainer(threadsFlow(open(settings, context), account, draft, progress)),

  find(settings, account, draft, { attemptedAt, saved }, context) {
    const progress = { saved, save: async () => {} };
    const flow = threadsFlow(open(settings, context), account, draft, progress);
    return findByContainer(flow, saved, attemptedAt);
  },

  delete: (settings, account, post, context) =>
    deleteNode(open(settings, context), {
      what: "delete post",
      path: pathOf(post.id),
      token: account.credentials.token,
    }),

  refresh: (settings, account, context) =>
    renew(openTokens(settings, context), "/refresh_access_token", {
      grant_type: "th_refresh_token",
      access_token: account.credentials.token,
    }),
});

async function renew(api: GraphApi, path: string, fields: Record<string, string>): Promise<Credentials> {
  const secrets = Object.values(fields);
  const call = { what: "token exchange", method: "GET", path, fields, secrets } as const;
  const { access_token: token, expires_in } = await askGraph(api, call, LongReply);
  return { token, ...(expires_in !== undefined && { expiresAt: api.context.now() + expires_in * 1000 }) };
}
