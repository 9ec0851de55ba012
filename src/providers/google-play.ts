import { Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { clipName, isCredential } from "./fields.ts";
import {
  ask,
  callTo,
  exchangeCode,
  type GoogleGrant,
  type GoogleSession,
  type GoogleSettings,
  notConfigured as noClient,
  openGoogle,
  readGoogleSettings,
  readUserInfo,
  refreshGrant,
  refusal,
  verifyGoogleIdToken,
} from "./google.ts";
import { readPlusFriends } from "./google-friends.ts";
import { googleErrors, googlePlusNotConfigured } from "./google-plus.ts";
import { unavailable } from "./http.ts";
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

export interface GooglePlaySettings extends GoogleSettings {
  /** The id of the game in Play Games, a number. */
  appId: string;
}

export interface GooglePlayCredentials {
  accessToken?: string | undefined;
  code?: string | undefined;
  redirectUri?: string | undefined;
  displayName?: string | undefined;
  profileScope?: boolean | undefined;
  googlePlusScope?: boolean | undefined;
}

const GAMES_URL = "https://games.googleapis.com/games/v1";
/** Before the id of a Google account, which an ID token names; Play Games ids never have a colon. */
const ACCOUNT_PREFIX = "google:";
/** Google's reasons that are about the game's project, not the player's token. */
const PROJECT_FAILURE = /^(accessNotConfigured|SERVICE_DISABLED|\w*(LimitExceeded|quotaExceeded))$/;

const VerifyReply = Type.Object({ player_id: Type.String({ minLength: 1, maxLength: 256 }) });

/**
 * Source: GameSparks documentation, GooglePlayConnectRequest; Google, "Server-side access to Google Play Games
 * Services". An accessToken takes precedence over a code.
 */
export const googlePlay = defineProvider({
  systemId: "GY",
  name: "Google Play",
  requests: ["GooglePlayConnectRequest"],
  credentials: {
    accessToken: credential("An access token of the scope games, or an ID token, that Google issued to the game."),
    code: credential("The server auth code that Google issued to the game."),
    redirectUri: credential("The redirect URI that the code was issued for; empty for a code from an Android app."),
    displayName: credential("The player's name, unless profileScope or googlePlusScope lets the server read it."),
    profileScope: Type.Optional(
      Type.Boolean({ description: "The token covers the scope profile; the server reads the account's name." }),
    ),
    googlePlusScope: Type.Optional(
      Type.Boolean({ description: "The token covers plus.login; the server reads the account's name and friends." }),
    ),
  },
  key: "accessToken",
  errors: [
    ...googleErrors,
    field("displayName", "REQUIRED", "There is no displayName, and none could be read from the account."),
    field("redirectUri", "REQUIRED", "A code was sent without a redirectUri.", "Send it, empty for a code of Android."),
    googlePlusNotConfigured,
  ],
  notConfigured: notConfigured("GOOGLE_PLAY", "appId"),
  example: { credentials: { accessToken: "ya29.a0AfH6SMB", displayName: "Ada" }, displayName: "Ada" },
  integration: "google",
  /** The export's `appId` is the id in Play Games. See `readGoogleSettings` for Rekindle's own keys. */
  readSettings(integration): GooglePlaySettings | undefined {
    const appId = integration.text("appId");
    return appId ? { ...readGoogleSettings(integration), appId } : undefined;
  },
  missing(credentials) {
    if (!credentials.accessToken && !credentials.code) return "accessToken|code";
    return needsName(credentials) ? "displayName" : undefined;
  },
  verify: verifyGooglePlay,
  status: checkGooglePlayToken,
  refresh: (refreshToken, settings, context) => refreshGrant(openGoogle("GY", settings, context), refreshToken),
});

/**
 * Returns the player of Play Games that a token or code names. Google confirms that it was issued for this game.
 *
 * Refusals: accessToken or code NOTAUTHENTICATED; accessToken|code, displayName or redirectUri REQUIRED; GOOGLE_PLUS
 * NOT_CONFIGURED for a code, an ID token or googlePlusScope without client id. Cost: one call (two with a code), then
 * one for the name and one per 100 friends; none for an ID token once Google's keys are cached.
 */
export async function verifyGooglePlay(
  credentials: GooglePlayCredentials,
  settings: GooglePlaySettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  const google = openGoogle("GY", settings, context);
  const { accessToken, displayName, profileScope, googlePlusScope } = credentials;
  if (looksLikeIdToken(accessToken)) {
    const { sub, name } = await verifyGoogleIdToken(google, accessToken);
    return { id: `${ACCOUNT_PREFIX}${sub}`, ...named(displayName || (typeof name === "string" ? name : undefined)) };
  }
  if (googlePlusScope && !(settings.clientId && settings.clientSecret)) {
    throw noClient(google, "client id and secret, which googlePlusScope needs");
  }
  const grant = await grantOf(google, credentials);
  const playerId = await readPlayerId(google, settings.appId, grant.token);
  if (typeof playerId !== "string") throw refusal(google, grant.field, playerId.invalid);
  const [me, friends] = await Promise.all([
    !displayName && (profileScope || googlePlusScope) ? readUserInfo(google, grant.token) : undefined,
    googlePlusScope ? readPlusFriends(google, grant.token) : undefined,
  ]);
  const name = displayName || me?.name;
  if (!name) throw new ProviderRefusal("displayName", "REQUIRED", "GY: no name was sent, and none could be read");
  return {
    id: playerId,
    ...named(name),
    token: grant.token,
    ...(grant.expiresAt !== undefined && { tokenExpiresAt: grant.expiresAt }),
    ...(grant.refreshToken && { refreshToken: grant.refreshToken }),
    ...(friends && { friends }),
  };
}

/** Checks a stored token. Throws ProviderUnavailable if Google cannot be asked. */
export async function checkGooglePlayToken(
  token: string,
  settings: GooglePlaySettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  const playerId = await readPlayerId(openGoogle("GY", settings, context), settings.appId, token);
  return { active: typeof playerId === "string" };
}

function needsName({ accessToken, displayName, profileScope, googlePlusScope }: GooglePlayCredentials): boolean {
  return !displayName && !profileScope && !googlePlusScope && !looksLikeIdToken(accessToken);
}

async function grantOf(google: GoogleSession, credentials: GooglePlayCredentials): Promise<GoogleGrant> {
  const { accessToken, code, redirectUri } = credentials;
  if (accessToken) return { field: "accessToken", token: accessToken };
  if (!code) throw new ProviderRefusal("accessToken|code", "REQUIRED", "GY: neither a token nor a code was sent");
  if (redirectUri === undefined && google.settings.redirectUri === undefined) {
    throw new ProviderRefusal("redirectUri", "REQUIRED", "GY: a code was sent without a redirectUri");
  }
  return exchangeCode(google, code, redirectUri);
}

/** The player whom the token was issued for, in this game. */
async function readPlayerId(
  google: GoogleSession,
  appId: string,
  token: string,
): Promise<string | { invalid: string }> {
  if (!isCredential(token)) return { invalid: "it is not a well-formed token" };
  const url = `${google.settings.gamesUrl ?? GAMES_URL}/applications/${encodeURIComponent(appId)}/verify`;
  const call = callTo(google, "token check", url, token);
  const answer = await ask(google, call, VerifyReply);
  if ("value" in answer) return answer.value.player_id;
  const isAboutProject = PROJECT_FAILURE.test(answer.code ?? "");
  if ([401, 403, 404].includes(answer.status) && !isAboutProject) return { invalid: `Google ${answer.reason}` };
  throw unavailable(call, `${answer.reason}; check appId in integrations.google, and that its API is enabled`);
}

function named(name: string | undefined): { displayName?: string } {
  return name ? { displayName: clipName(name) } : {};
}
