import { Type } from "@sinclair/typebox";
import { secret, text, webUrl } from "../setting.ts";
import { count, problems, textLimit } from "./limits.ts";
import { link } from "./links.ts";
import { optionProblems, optionsOf } from "./options.ts";
import { definePublisher, type SettingsOf } from "./publisher.ts";
import { preparing } from "./steps.ts";
import { askTikTok, type TikTokApi } from "./tiktok-api.ts";
import { exchangeTikTokCode, refreshTikTok, revokeTikTok, type TikTokApp } from "./tiktok-oauth.ts";
import { findTikTok, publishTikTok, tiktokOptions } from "./tiktok-posts.ts";

const SCOPES = ["user.info.basic", "video.publish"];
const MAX_CAPTION = 2_200;
const MAX_PHOTO_TEXT = 4_000;
const MAX_PHOTO_TITLE = 90;
const MAX_PHOTOS = 35;

const settings = {
  tiktokUrl: webUrl("Base URL of the TikTok API, with its version.", "https://open.tiktokapis.com/v2"),
  tiktokAuthorizeUrl: webUrl("Where users allow posts to TikTok.", "https://www.tiktok.com/v2/auth/authorize/"),
  tiktokClientId: text("Client key of the TikTok app. Empty: no account can be connected.", ""),
  tiktokClientSecret: secret("Client secret of the TikTok app."),
};
type Settings = SettingsOf<typeof settings>;

const Text = Type.Optional(Type.String({ maxLength: 2048 }));
const UserReply = Type.Object({
  user: Type.Object({ open_id: Type.String({ minLength: 1, maxLength: 128 }), display_name: Text, avatar_url: Text }),
});

const appOf = (settings: Settings): TikTokApp => ({
  url: settings.tiktokUrl,
  clientKey: settings.tiktokClientId,
  clientSecret: settings.tiktokClientSecret,
});

/**
 * Posts videos and photos to TikTok by direct post; TikTok fetches them from their URLs, whose domain the app must have
 * verified. Source: TikTok's documentation of the Content Posting API. Until TikTok has audited the app, its posts must be
 * private. The API cannot delete posts.
 */
export const tiktok = definePublisher({
  network: "tiktok",
  name: "TikTok",
  settings,
  missing: (settings) => (["tiktokClientId", "tiktokClientSecret"] as const).find((name) => settings[name] === ""),
  connecting: [
    {
      kind: "oauth2",
      /** TikTok has PKCE for mobile and desktop apps only, and with a challenge in hex. */
      authorizeUrl(settings, { redirectUri, state }) {
        const url = new URL(settings.tiktokAuthorizeUrl);
        const query = { client_key: settings.tiktokClientId, response_type: "code", redirect_uri: redirectUri, state };
        for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
        url.searchParams.set("scope", SCOPES.join(","));
        return url;
      },
      async exchange(settings, grant, context) {
        const credentials = await exchangeTikTokCode(appOf(settings), grant, context);
        const api: TikTokApi = { url: settings.tiktokUrl, token: credentials.token, context };
        const call = {
          what: "profile",
          method: "GET",
          path: "/user/info/?fields=open_id,display_name,avatar_url",
        } as const;
        const { user } = await preparing(askTikTok(api, call, UserReply));
        return [
          {
            id: user.open_id,
            ...(user.display_name && { displayName: user.display_name }),
            ...link("avatarUrl", user.avatar_url),
            credentials,
          },
        ];
      },
    },
  ],
  options: tiktokOptions,

  check(draft) {
    const { media } = draft;
    const { title } = optionsOf(tiktokOptions, draft.options);
    const videos = count(media, "video");
    return [
      ...textLimit("TikTok", videos > 0 ? MAX_CAPTION : MAX_PHOTO_TEXT, draft),
      ...problems(
        [media.length === 0, "MEDIA_REQUIRED", "TikTok needs a video or photos."],
        [videos > 1, "TOO_MANY_MEDIA", "TikTok takes one video."],
        [videos > 0 && videos < media.length, "MEDIA_UNSUPPORTED", "TikTok takes a video or photos, not both."],
        [media.length > MAX_PHOTOS, "TOO_MANY_MEDIA", `TikTok takes at most ${MAX_PHOTOS} photos.`],
        [
          (title ?? "").length > MAX_PHOTO_TITLE,
          "OPTION_INVALID",
          `A title has at most ${MAX_PHOTO_TITLE} characters.`,
        ],
      ),
      ...optionProblems(tiktokOptions, draft.options),
    ];
  },

  publish: (settings, { credentials: { token } }, draft, context, progress) =>
    publishTikTok({ url: settings.tiktokUrl, token, context }, draft, progress),

  find: (settings, { handle, credentials: { token } }, draft, { saved }, context) =>
    findTikTok({ url: settings.tiktokUrl, token, context }, draft, saved, handle),

  refresh: (settings, account, context) => refreshTikTok(appOf(settings), account.credentials, context),

  revoke: (settings, account, context) => revokeTikTok(appOf(settings), account.credentials, context),
});
