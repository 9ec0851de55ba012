import { secret, text, webUrl } from "../setting.ts";
import { findByContainer, publishContainer } from "./containers.ts";
import type { GraphApi } from "./graph.ts";
import { instagramFlow, instagramOptions, quotaUsage } from "./instagram-posts.ts";
import { problems, textLimit } from "./limits.ts";
import { link } from "./links.ts";
import { exchangePages, type MetaApp, metaAuthorizeUrl, openMeta, refreshPage, revokeUser } from "./meta-pages.ts";
import { optionProblems, optionsOf } from "./options.ts";
import { definePublisher, type NetworkAccount, type PublisherContext, type SettingsOf } from "./publisher.ts";

const SCOPES = [
  "pages_show_list",
  "pages_read_engagement",
  "business_management",
  "instagram_basic",
  "instagram_content_publish",
];
const PAGE_FIELDS = "id,access_token,instagram_business_account{id,username,name,profile_picture_url}";
const MAX_CAPTION = 2_200;
const MAX_MEDIA = 10;
const MAX_HASHTAGS = 30;
const MAX_MENTIONS = 20;

const settings = {
  instagramUrl: webUrl("Base URL of the Instagram API, with its version.", "https://graph.facebook.com/v23.0"),
  instagramAuthorizeUrl: webUrl(
    "Where users allow posts to their Instagram accounts.",
    "https://www.facebook.com/v23.0/dialog/oauth",
  ),
  instagramClientId: text("Id of the Meta app that posts to Instagram. Empty: no account can be connected.", ""),
  instagramClientSecret: secret("Secret of the Meta app that posts to Instagram."),
};
type Settings = SettingsOf<typeof settings>;

const appOf = (settings: Settings): MetaApp => ({
  url: settings.instagramUrl,
  authorizeUrl: settings.instagramAuthorizeUrl,
  clientId: settings.instagramClientId,
  clientSecret: settings.instagramClientSecret,
});
const open = (settings: Settings, context: PublisherContext): GraphApi =>
  openMeta("instagram", appOf(settings), context);

/**
 * Posts to professional Instagram accounts that belong to a Facebook page: an image, a reel, a carousel, a story. Source:
 * Meta's documentation of Instagram content publishing. The API cannot delete posts.
 */
export const instagram = definePublisher({
  network: "instagram",
  name: "Instagram",
  settings,
  missing: (settings) =>
    (["instagramClientId", "instagramClientSecret"] as const).find((name) => settings[name] === ""),
  connecting: [
    {
      kind: "oauth2",
      authorizeUrl: (settings, request) => metaAuthorizeUrl(appOf(settings), request, SCOPES),
      async exchange(settings, grant, context) {
        const pages = await exchangePages(open(settings, context), appOf(settings), grant, PAGE_FIELDS);
        return pages.flatMap(({ page, ...granted }) => {
          const account = page.instagram_business_account;
          if (!account) return [];
          const { id, username, name, profile_picture_url: picture } = account;
          const named = username && {
            handle: username,
            profileUrl: `https://www.instagram.com/${encodeURIComponent(username)}/`,
          };
          return [
            {
              ...granted,
              id,
              ...named,
              ...(name && { displayName: name }),
              ...link("avatarUrl", picture),
              facts: { pageId: page.id },
            },
          ];
        });
      },
    },
  ],
  options: instagramOptions,

  check(draft) {
    const { media } = draft;
    const { stories } = optionsOf(instagramOptions, draft.options);
    const hashtags = draft.text.match(/#[\p{L}\p{N}_]+/gu)?.length ?? 0;
    const mentions = draft.text.match(/@[\w.]+/g)?.length ?? 0;
    return [
      ...textLimit("Instagram", MAX_CAPTION, draft),
      ...problems(
        [media.length === 0, "MEDIA_REQUIRED", "An Instagram post needs an image or a video."],
        [media.length > MAX_MEDIA, "TOO_MANY_MEDIA", `An Instagram post takes at most ${MAX_MEDIA} images and videos.`],
        [!!stories && media.length > 1, "TOO_MANY_MEDIA", "An Instagram story takes one image or video."],
        [hashtags > MAX_HASHTAGS, "TEXT_TOO_LONG", `Instagram takes at most ${MAX_HASHTAGS} hashtags.`],
        [mentions > MAX_MENTIONS, "TEXT_TOO_LONG", `Instagram takes at most ${MAX_MENTIONS} mentions.`],
      ),
      ...optionProblems(instagramOptions, draft.options),
    ];
  },

  async publish(settings, account, draft, context, progress) {
    const api = open(settings, context);
    const usedQuota = await quotaUsage(api, account);
    const published = await publishContainer(instagramFlow({ api, account }, draft, progress));
    return usedQuota === undefined ? published : { ...published, extra: { usedQuota: usedQuota + 1 } };
  },

  find(settings, account, draft, { attemptedAt, saved }, context) {
    const progress = { saved, save: async () => {} };
    const flow = instagramFlow({ api: open(settings, context), account }, draft, progress);
    return findByContainer(flow, saved, attemptedAt);
  },

  refresh: (settings: Settings, account: NetworkAccount, context) =>
    refreshPage(open(settings, context), appOf(settings), account.facts?.["pageId"] ?? "", account),

  revoke: (settings, account, context) => revokeUser(open(settings, context), account),
});
