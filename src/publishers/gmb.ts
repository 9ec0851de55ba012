import { secret, text, webUrl } from "../setting.ts";
import { readLocations } from "./gmb-locations.ts";
import { createLocalPost, deleteLocalPost, findLocalPost, gmbOptions } from "./gmb-posts.ts";
import { exchangeGoogleCode, type GoogleApp, googleAuthorizeUrl, refreshGoogle, revokeGoogle } from "./google-oauth.ts";
import { count, problems, textLimit } from "./limits.ts";
import { optionProblems, optionsOf } from "./options.ts";
import { definePublisher, type NetworkAccount, type SettingsOf } from "./publisher.ts";

const SCOPES = ["https://www.googleapis.com/auth/business.manage"];
const MAX_TEXT = 1_500;

const settings = {
  gmbUrl: webUrl("Base URL of the API for posts of Google Business Profile.", "https://mybusiness.googleapis.com/v4"),
  gmbAccountsUrl: webUrl(
    "Base URL of the API for accounts of Google Business Profile.",
    "https://mybusinessaccountmanagement.googleapis.com/v1",
  ),
  gmbLocationsUrl: webUrl(
    "Base URL of the API for locations of Google Business Profile.",
    "https://mybusinessbusinessinformation.googleapis.com/v1",
  ),
  gmbAuthorizeUrl: webUrl(
    "Where users allow posts to their Google Business Profile.",
    "https://accounts.google.com/o/oauth2/v2/auth",
  ),
  gmbOAuthUrl: webUrl("Base URL of Google's token calls for Business Profile.", "https://oauth2.googleapis.com"),
  gmbClientId: text("OAuth client id for Google Business Profile. Empty: no location can be connected.", ""),
  gmbClientSecret: secret("OAuth client secret for Google Business Profile."),
};

type Settings = SettingsOf<typeof settings>;

const appOf = (settings: Settings): GoogleApp => ({
  network: "gmb",
  authorizeUrl: settings.gmbAuthorizeUrl,
  oauthUrl: settings.gmbOAuthUrl,
  clientId: settings.gmbClientId,
  clientSecret: settings.gmbClientSecret,
});

/**
 * Posts to locations of Google Business Profile, with an optional image and a button. Source: Google's documentation of
 * the Business Profile APIs. Google may reject a post later, for example one with a phone number.
 */
export const gmb = definePublisher({
  network: "gmb",
  name: "Google Business Profile",
  settings,
  missing: (settings) => (["gmbClientId", "gmbClientSecret"] as const).find((name) => settings[name] === ""),
  connecting: [
    {
      kind: "oauth2",
      authorizeUrl: (settings, request) => googleAuthorizeUrl(appOf(settings), request, SCOPES),
      async exchange(settings, code, context) {
        const granted = await exchangeGoogleCode(appOf(settings), code, context);
        const urls = { accounts: settings.gmbAccountsUrl, locations: settings.gmbLocationsUrl };
        return (await readLocations(urls, granted.credentials, context)).map((location) => ({
          ...location,
          ...granted,
        }));
      },
    },
  ],
  options: gmbOptions,

  check(draft) {
    const { media } = draft;
    return [
      ...textLimit("Google Business Profile", MAX_TEXT, draft),
      ...problems(
        [draft.text.trim() === "" && media.length === 0, "TEXT_REQUIRED", "A post needs text or an image."],
        [media.length > 1, "TOO_MANY_MEDIA", "A post takes one image."],
        [count(media, "video") > 0, "MEDIA_UNSUPPORTED", "A post takes an image, not a video."],
      ),
      ...optionProblems(gmbOptions, draft.options),
    ];
  },

  publish: (settings, account, draft, context) =>
    createLocalPost({ url: settings.gmbUrl, account, context }, draft, optionsOf(gmbOptions, draft.options)),

  find: (settings, account, draft, { attemptedAt }, context) =>
    findLocalPost({ url: settings.gmbUrl, account, context }, draft, attemptedAt),

  delete: (settings, account, post, context) => deleteLocalPost({ url: settings.gmbUrl, account, context }, post),

  refresh: (settings, account: NetworkAccount, context) => refreshGoogle(appOf(settings), account.credentials, context),

  revoke: (settings, account, context) => revokeGoogle(appOf(settings), account.credentials, context),
});
