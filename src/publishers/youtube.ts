import { Type } from "@sinclair/typebox";
import { secret, text, webUrl, whole } from "../setting.ts";
import { askGoogle, googleRefusal } from "./google-api.ts";
import { exchangeGoogleCode, type GoogleApp, googleAuthorizeUrl, refreshGoogle, revokeGoogle } from "./google-oauth.ts";
import { characters, problems } from "./limits.ts";
import { link } from "./links.ts";
import { optionProblems, optionsOf } from "./options.ts";
import { definePublisher, type NetworkAccount, type SettingsOf } from "./publisher.ts";
import { preparing } from "./steps.ts";
import { uploadState, uploadVideo } from "./youtube-upload.ts";
import { youtubeOptions } from "./youtube-video.ts";

const SCOPES = ["https://www.googleapis.com/auth/youtube.upload", "https://www.googleapis.com/auth/youtube.force-ssl"];
const MAX_TITLE = 100;
const MAX_DESCRIPTION_BYTES = 5_000;
const MAX_TAGS = 500;

const settings = {
  youtubeUrl: webUrl("Base URL of the YouTube Data API, without /youtube/v3.", "https://www.googleapis.com"),
  youtubeAuthorizeUrl: webUrl(
    "Where users allow uploads to their YouTube channels.",
    "https://accounts.google.com/o/oauth2/v2/auth",
  ),
  youtubeOAuthUrl: webUrl("Base URL of Google's token calls for YouTube.", "https://oauth2.googleapis.com"),
  youtubeClientId: text("OAuth client id for YouTube. Empty: no channel can be connected.", ""),
  youtubeClientSecret: secret("OAuth client secret for YouTube."),
  youtubeMaxVideoBytes: whole(
    "Maximum size of a video for YouTube. A video is read into memory before it is uploaded.",
    268_435_456,
    1,
    2_147_483_647,
  ),
};
type Settings = SettingsOf<typeof settings>;

const Text = Type.Optional(Type.String({ maxLength: 2048 }));
const Channels = Type.Object({
  items: Type.Optional(
    Type.Array(
      Type.Object({
        id: Type.String({ minLength: 1, maxLength: 128 }),
        snippet: Type.Optional(
          Type.Object({
            title: Text,
            customUrl: Text,
            thumbnails: Type.Optional(Type.Object({ default: Type.Optional(Type.Object({ url: Text })) })),
          }),
        ),
      }),
    ),
  ),
});

const appOf = (settings: Settings): GoogleApp => ({
  network: "youtube",
  authorizeUrl: settings.youtubeAuthorizeUrl,
  oauthUrl: settings.youtubeOAuthUrl,
  clientId: settings.youtubeClientId,
  clientSecret: settings.youtubeClientSecret,
});

/**
 * Uploads videos to YouTube channels, by the resumable protocol. The text is the description. Source: Google's
 * documentation of the YouTube Data API; its default quota is about 100 uploads a day for the whole app.
 */
export const youtube = definePublisher({
  network: "youtube",
  name: "YouTube",
  settings,
  missing: (settings) => (["youtubeClientId", "youtubeClientSecret"] as const).find((name) => settings[name] === ""),
  connecting: [
    {
      kind: "oauth2",
      authorizeUrl: (settings, request) => googleAuthorizeUrl(appOf(settings), request, SCOPES),
      async exchange(settings, code, context) {
        const granted = await exchangeGoogleCode(appOf(settings), code, context);
        const { token } = granted.credentials;
        const url = new URL(`${settings.youtubeUrl.replace(/\/$/, "")}/youtube/v3/channels?part=snippet&mine=true`);
        const headers = { authorization: `Bearer ${token}` };
        const call = { network: "youtube", what: "channel", method: "GET", url, headers } as const;
        const { items = [] } = await preparing(askGoogle(call, Channels, context, [token]));
        return items.map(({ id, snippet: { title, customUrl, thumbnails } = {} }) => ({
          ...granted,
          id,
          ...(customUrl && { handle: customUrl.replace(/^@/, "") }),
          ...(title && { displayName: title }),
          ...link("avatarUrl", thumbnails?.default?.url),
          profileUrl: `https://www.youtube.com/channel/${encodeURIComponent(id)}`,
        }));
      },
    },
  ],
  options: youtubeOptions,

  check({ text, media, options }) {
    const { title, tags = [] } = optionsOf(youtubeOptions, options);
    const isTitleGiven = typeof options["title"] === "string" && options["title"].trim() !== "";
    return [
      ...problems(
        [media.length === 0, "MEDIA_REQUIRED", "YouTube needs a video."],
        [media.length > 1, "TOO_MANY_MEDIA", "YouTube takes one video."],
        [media[0]?.kind === "image", "MEDIA_UNSUPPORTED", "YouTube takes a video, not an image."],
        [!isTitleGiven, "OPTION_REQUIRED", `YouTube needs a title of at most ${MAX_TITLE} characters.`],
        [characters(title ?? "") > MAX_TITLE, "OPTION_INVALID", `The title has more than ${MAX_TITLE} characters.`],
        [/[<>]/.test(title ?? ""), "OPTION_INVALID", "A title on YouTube must not contain < or >."],
        [/[<>]/.test(text), "TEXT_INVALID", "A description on YouTube must not contain < or >."],
        [
          Buffer.byteLength(text) > MAX_DESCRIPTION_BYTES,
          "TEXT_TOO_LONG",
          `YouTube takes a description of at most ${MAX_DESCRIPTION_BYTES.toLocaleString("en")} bytes.`,
        ],
        [tags.join(",").length > MAX_TAGS, "OPTION_INVALID", `YouTube takes at most ${MAX_TAGS} characters of tags.`],
      ),
      ...optionProblems(youtubeOptions, options),
    ];
  },

  publish: (settings, account, draft, context, progress) =>
    uploadVideo(
      { url: settings.youtubeUrl, maxBytes: settings.youtubeMaxVideoBytes, account, context },
      draft,
      progress,
    ),

  async find(settings, account, _draft, { saved }, context) {
    const upload = { url: settings.youtubeUrl, maxBytes: settings.youtubeMaxVideoBytes, account, context };
    const state = await uploadState(upload, saved);
    if (state === "none") return "absent";
    if (state === "gone") return "unknown";
    return "id" in state ? state : "absent";
  },

  async delete(settings, { credentials: { token } }, post, context) {
    const url = new URL(`${settings.youtubeUrl.replace(/\/$/, "")}/youtube/v3/videos`);
    url.searchParams.set("id", post.id);
    const headers = { authorization: `Bearer ${token}` };
    const call = { network: "youtube", what: "delete video", method: "DELETE", url, headers } as const;
    const reply = await context.calls.send(call);
    if (reply.status < 400) return;
    const refusal = googleRefusal({ ...call, secrets: [token] }, reply, context.now());
    if (refusal.kind !== "GONE") throw refusal;
  },

  refresh: (settings, account: NetworkAccount, context) => refreshGoogle(appOf(settings), account.credentials, context),

  revoke: (settings, account, context) => revokeGoogle(appOf(settings), account.credentials, context),
});
