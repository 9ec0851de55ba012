import { secret, text, webUrl } from "../setting.ts";
import { type FacebookOptions, facebookOptions, findOnPage, publishOnPage } from "./facebook-posts.ts";
import { publishStory } from "./facebook-stories.ts";
import { deleteNode, type GraphApi, pathOf } from "./graph.ts";
import { count, problems, textLimit } from "./limits.ts";
import { link } from "./links.ts";
import { exchangePages, type MetaApp, metaAuthorizeUrl, openMeta, refreshPage, revokeUser } from "./meta-pages.ts";
import { optionProblems, optionsOf } from "./options.ts";
import {
  definePublisher,
  type NetworkAccount,
  type PublisherContext,
  PublishRefused,
  type SettingsOf,
} from "./publisher.ts";

const SCOPES = ["pages_show_list", "pages_manage_posts", "pages_read_engagement"];
const PAGE_FIELDS = "id,name,username,link,access_token,tasks,picture{url}";
const MAX_TEXT = 63_206;
const MAX_IMAGES = 10;

const settings = {
  facebookPagesUrl: webUrl("Base URL of Facebook's Graph API, with its version.", "https://graph.facebook.com/v23.0"),
  facebookPagesAuthorizeUrl: webUrl(
    "Where users allow posts to their Facebook pages.",
    "https://www.facebook.com/v23.0/dialog/oauth",
  ),
  facebookPagesClientId: text("Id of the Meta app that posts to Facebook pages. Empty: none can be connected.", ""),
  facebookPagesClientSecret: secret("Secret of the Meta app that posts to Facebook pages."),
};
type Settings = SettingsOf<typeof settings>;

const appOf = (settings: Settings): MetaApp => ({
  url: settings.facebookPagesUrl,
  authorizeUrl: settings.facebookPagesAuthorizeUrl,
  clientId: settings.facebookPagesClientId,
  clientSecret: settings.facebookPagesClientSecret,
});
const open = (settings: Settings, context: PublisherContext): GraphApi =>
  openMeta("facebook", appOf(settings), context);
const optionsIn = (options: Readonly<Record<string, unknown>>): FacebookOptions => optionsOf(facebookOptions, options);

/**
 * Posts to Facebook pages by the Graph API: text with a link, images, one video, and stories. Source: Meta's
 * documentation of pages, page stories and access tokens.
 */
export const facebook = definePublisher({
  network: "facebook",
  name: "Facebook",
  settings,
  missing: (settings) =>
    (["facebookPagesClientId", "facebookPagesClientSecret"] as const).find((name) => settings[name] === ""),
  connecting: [
    {
      kind: "oauth2",
      authorizeUrl: (settings, request) => metaAuthorizeUrl(appOf(settings), request, SCOPES),
      async exchange(settings, grant, context) {
        const pages = await exchangePages(open(settings, context), appOf(settings), grant, PAGE_FIELDS);
        return pages.map(({ page, ...granted }) => ({
          ...granted,
          id: page.id,
          ...(page.username && { handle: page.username }),
          ...(page.name && { displayName: page.name }),
          ...link("avatarUrl", page.picture?.data?.url),
          profileUrl: `https://www.facebook.com/${encodeURIComponent(page.id)}`,
          ...link("profileUrl", page.link),
        }));
      },
    },
  ],
  options: facebookOptions,

  check(draft) {
    const { media } = draft;
    const { stories } = optionsIn(draft.options);
    const videos = count(media, "video");
    return [
      ...textLimit("Facebook", MAX_TEXT, draft),
      ...optionProblems(facebookOptions, draft.options),
      ...(stories
        ? problems(
            [media.length === 0, "MEDIA_REQUIRED", "A Facebook story needs one image or video."],
            [media.length > 1, "TOO_MANY_MEDIA", "A Facebook story takes one image or video."],
          )
        : problems(
            [draft.text.trim() === "" && media.length === 0, "TEXT_REQUIRED", "A Facebook post needs text or media."],
            [media.length > MAX_IMAGES, "TOO_MANY_MEDIA", `A Facebook post takes at most ${MAX_IMAGES} images.`],
            [videos > 1, "TOO_MANY_MEDIA", "A Facebook post takes one video."],
            [videos > 0 && videos < media.length, "MEDIA_UNSUPPORTED", "A Facebook post takes images or a video."],
          )),
    ];
  },

  publish(settings, account, draft, context, progress) {
    const page = { api: open(settings, context), account };
    const options = optionsIn(draft.options);
    if (options.stories) return publishStory(page, draft, progress);
    return publishOnPage(page, draft, options, progress);
  },

  find(settings, account, draft, { attemptedAt }, context) {
    return findOnPage({ api: open(settings, context), account }, draft, optionsIn(draft.options), attemptedAt);
  },

  /** Photo stories cannot be deleted by the API: PERMISSION. */
  async delete(settings, account, post, context) {
    if (post.extra?.["isStory"] && !post.extra["isVideo"]) {
      throw new PublishRefused("PERMISSION", "Facebook has no call that deletes photo stories.");
    }
    const call = { what: "delete post", path: pathOf(post.id), token: account.credentials.token };
    await deleteNode(open(settings, context), call);
  },

  refresh: (settings: Settings, account: NetworkAccount, context) =>
    refreshPage(open(settings, context), appOf(settings), account.id, account),

  revoke: (settings, account, context) => revokeUser(open(settings, context), account),
});
