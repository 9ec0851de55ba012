import { field } from "../errors.ts";
import { clipName } from "./fields.ts";
import {
  exchangeCode,
  type GoogleSession,
  type GoogleSettings,
  inspectToken,
  openGoogle,
  readGoogleSettings,
  readUserInfo,
  refreshGrant,
  refusal,
  verifyGoogleIdToken,
} from "./google.ts";
import { readPlusFriends } from "./google-friends.ts";
import { looksLikeIdToken } from "./id-token.ts";
import {
  credential,
  defineProvider,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
  type TokenStatus,
} from "./provider.ts";

export interface GooglePlusCredentials {
  accessToken?: string | undefined;
  code?: string | undefined;
  redirectUri?: string | undefined;
}

const neither = {
  key: "accessToken|code",
  value: "REQUIRED",
  meaning: "Neither an accessToken nor a code was sent.",
  cure: "Send one of them.",
};
/** Of the two requests for Google accounts. */
export const googleErrors = [neither, field("code", "NOTAUTHENTICATED")];

export const googlePlusNotConfigured = notConfigured(
  "GOOGLE_PLUS",
  "googlePlusClientId, or a googlePlusClientSecret to exchange codes with",
);

/**
 * Google accounts. Google+ is gone; the id of its accounts is that of the Google account, so its players keep theirs.
 * Source: GameSparks documentation, GooglePlusConnectRequest; Google, "OpenID Connect". An accessToken takes precedence
 * over a code.
 */
export const googlePlus = defineProvider({
  systemId: "GP",
  name: "Google Plus",
  requests: ["GooglePlusConnectRequest"],
  credentials: {
    accessToken: credential("An access token or an ID token that Google issued to the game."),
    code: credential("The authorization code that Google issued to the game."),
    redirectUri: credential("The redirect URI that the code was issued for, if there is one."),
  },
  key: "accessToken",
  errors: googleErrors,
  notConfigured: googlePlusNotConfigured,
  example: { credentials: { accessToken: "ya29.a0AfH6SMB" }, displayName: "Ada" },
  integration: "google",
  /** googlePlusServiceId and its certificate are not needed. See `readGoogleSettings` for Rekindle's own keys. */
  readSettings(integration): GoogleSettings | undefined {
    const settings = readGoogleSettings(integration);
    return settings.clientIds.length > 0 ? settings : undefined;
  },
  missing: ({ accessToken, code }) => (accessToken || code ? undefined : neither.key),
  verify: verifyGooglePlus,
  status: checkGooglePlusToken,
  refresh: (refreshToken, settings, context) => refreshGrant(openGoogle("GP", settings, context), refreshToken),
});

/**
 * Returns the profile of a Google account. A code and an access token must cover the scope `profile` or `openid`.
 *
 * Refusals: accessToken or code NOTAUTHENTICATED; accessToken|code REQUIRED if both are missing; GOOGLE_PLUS
 * NOT_CONFIGURED for a code without client secret. Cost: two sequential calls, then one per 100 friends; none for an ID
 * token once Google's keys are cached.
 */
export async function verifyGooglePlus(
  credentials: GooglePlusCredentials,
  settings: GoogleSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  const google = openGoogle("GP", settings, context);
  const { accessToken } = credentials;
  if (looksLikeIdToken(accessToken)) {
    const { sub, name } = await verifyGoogleIdToken(google, accessToken);
    return { id: sub, ...(typeof name === "string" && name && { displayName: clipName(name) }) };
  }
  const grant = await grantOf(google, credentials);
  const [me, friends] = await Promise.all([readUserInfo(google, grant.token), readPlusFriends(google, grant.token)]);
  if (!me) throw refusal(google, grant.field, "it does not cover the profile");
  if (grant.subject !== undefined && grant.subject !== me.sub) {
    throw refusal(google, grant.field, "the profile belongs to another user than the token");
  }
  return {
    id: me.sub,
    ...(me.name && { displayName: clipName(me.name) }),
    token: grant.token,
    ...(grant.expiresAt !== undefined && { tokenExpiresAt: grant.expiresAt }),
    ...(grant.refreshToken && { refreshToken: grant.refreshToken }),
    ...(friends && { friends }),
  };
}

/** Checks a stored token. Throws ProviderUnavailable if Google cannot be asked. */
export async function checkGooglePlusToken(
  token: string,
  settings: GoogleSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  const grant = await inspectToken(openGoogle("GP", settings, context), token);
  if ("invalid" in grant) return { active: false };
  return { active: true, ...(grant.expiresAt !== undefined && { expiresAt: grant.expiresAt }) };
}

async function grantOf(google: GoogleSession, { accessToken, code, redirectUri }: GooglePlusCredentials) {
  if (!accessToken) {
    if (!code) throw new ProviderRefusal(neither.key, "REQUIRED", "GP: neither a token nor a code was sent");
    return exchangeCode(google, code, redirectUri);
  }
  const grant = await inspectToken(google, accessToken);
  if ("invalid" in grant) throw refusal(google, "accessToken", grant.invalid);
  return grant;
}
