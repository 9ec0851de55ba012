import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { oauth1Header } from "../outgoing/oauth1.ts";
import { clipName, isCredential } from "./fields.ts";
import { friendOf, readFriendPages } from "./friend-pages.ts";
import { type ProviderCall, type ProviderReply, readJson, unavailable } from "./http.ts";
import {
  credential,
  defineProvider,
  type ExternalFriend,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
  type TokenStatus,
} from "./provider.ts";

/** Twitter's API 1.1, signed with OAuth 1.0a. Responses are limited to 2 MiB: a page of friends is long. */
export interface TwitterSettings {
  consumerKey: string;
  consumerSecret: string;
  /** Base URL of the API including its version, without a trailing slash. */
  apiUrl?: string;
}

export interface TwitterCredentials {
  accessToken?: string | undefined;
  accessSecret?: string | undefined;
}

export const TWITTER_API_URL = "https://api.twitter.com/1.1";
const MAX_REPLY_BYTES = 2_097_152;
const FRIENDS_PER_CALL = 200;
/** Twitter allows 15 calls in 15 minutes; a longer list could never be read to its end. */
const MAX_FRIENDS = 15 * FRIENDS_PER_CALL;
/** The time limit of one verification, as a multiple of the limit of one call. */
const TOTAL_TIMEOUT_FACTOR = 4;

/**
 * 32: the signature is wrong, so the secret is; 64: the account is suspended; 89: the token has expired, was revoked or
 * is another app's; 215: no valid token; 326: the account is locked.
 */
const TOKEN_ERRORS = [32, 64, 89, 215, 326];
const CLOCK_ERROR = 135;
/** Friends are not available: this app has no access to them, the call was retired, or was made too often. */
const NO_FRIENDS_STATUSES = [403, 404, 410, 429];

/** `id` is a number too large for JavaScript, so `id_str` is read. */
const UserReply = Type.Object({
  id_str: Type.String({ pattern: "^\\d{1,20}$" }),
  name: Type.Optional(Type.String()),
  screen_name: Type.Optional(Type.String()),
  profile_image_url_https: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
const FriendsReply = Type.Object({
  users: Type.Array(UserReply),
  /** "0" on the last page. */
  next_cursor_str: Type.Optional(Type.String({ pattern: "^-?\\d{1,20}$" })),
});
const ErrorReply = Type.Object({
  errors: Type.Array(Type.Object({ code: Type.Integer() }), { minItems: 1 }),
});

/**
 * Friends are the accounts that the player follows.
 * Source: GameSparks documentation, TwitterConnectRequest; Twitter API 1.1, `account/verify_credentials`, `friends/list`.
 */
export const twitter = defineProvider({
  systemId: "TW",
  name: "Twitter",
  requests: ["TwitterConnectRequest"],
  credentials: {
    accessToken: credential("The access token that Twitter issued to the game for the player."),
    accessSecret: credential("The secret that Twitter issued with the access token."),
  },
  key: "accessToken",
  errors: [field("accessToken", "REQUIRED"), field("accessSecret", "REQUIRED")],
  notConfigured: notConfigured("TWITTER", "twitterAppId and twitterSecret"),
  example: { credentials: { accessToken: "370773112-GmHxMAgY", accessSecret: "LswwdoUaIvS8" }, displayName: "Ada" },
  integration: "twitter",
  /** `twitterAppId` is the app's consumer key, `twitterSecret` its consumer secret. `apiUrl` is Rekindle's own. */
  readSettings(integration): TwitterSettings | undefined {
    const consumerKey = integration.text("twitterAppId");
    const consumerSecret = integration.text("twitterSecret");
    if (!consumerKey || !consumerSecret) return undefined;
    const apiUrl = integration.url("apiUrl");
    return { consumerKey, consumerSecret, ...(apiUrl && { apiUrl }) };
  },
  missing: ({ accessToken, accessSecret }) => {
    if (!accessToken) return "accessToken";
    return accessSecret ? undefined : "accessSecret";
  },
  verify: verifyTwitter,
  status: checkTwitterToken,
  grantOf(stored, settings) {
    const [token = "", tokenSecret] = stored.split(" ");
    return {
      token,
      ...(tokenSecret && { tokenSecret }),
      ...(settings && { consumer: { key: settings.consumerKey, secret: settings.consumerSecret } }),
    };
  },
});

/**
 * Returns the profile of the player for whom Twitter issued the token to this app; it refuses the tokens of other apps.
 * The stored token has the secret in it.
 *
 * Refusals: accessToken NOTAUTHENTICATED. Cost: one call, then one per 200 friends, at most 15.
 */
export async function verifyTwitter(
  { accessToken, accessSecret }: TwitterCredentials,
  settings: TwitterSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!isCredential(accessToken) || !isCredential(accessSecret)) throw refusal("profile", "not a well-formed token");
  const session = { settings, context, accessToken, accessSecret, signal: totalTimeout(context) };
  const { id_str, name, screen_name } = await readUser(session);
  const friends = await readFriends(session);
  const displayName = name || screen_name;
  return {
    id: id_str,
    ...(displayName && { displayName: clipName(displayName) }),
    token: `${accessToken} ${accessSecret}`,
    ...(friends && { friends }),
  };
}

/** Checks a stored token, which never expires by itself. Throws ProviderUnavailable if Twitter cannot be asked. */
export async function checkTwitterToken(
  token: string,
  settings: TwitterSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  const [accessToken, accessSecret] = token.split(" ");
  if (!isCredential(accessToken) || !isCredential(accessSecret)) return { active: false };
  try {
    await readUser({ settings, context, accessToken, accessSecret, signal: totalTimeout(context) });
    return { active: true };
  } catch (error) {
    if (error instanceof ProviderRefusal) return { active: false };
    throw error;
  }
}

interface TwitterSession {
  settings: TwitterSettings;
  context: ProviderContext;
  accessToken: string;
  accessSecret: string;
  signal: AbortSignal;
}

function totalTimeout({ timeoutMs }: ProviderContext): AbortSignal {
  return AbortSignal.timeout(TOTAL_TIMEOUT_FACTOR * timeoutMs);
}

async function readUser(session: TwitterSession): Promise<Static<typeof UserReply>> {
  const query = { include_entities: "false", skip_status: "true" };
  const call = callTo("profile", "/account/verify_credentials.json", query, session);
  return read(call, await session.context.calls.send(call), UserReply);
}

function readFriends(session: TwitterSession): Promise<ExternalFriend[] | undefined> {
  const max = Math.min(session.context.maxFriends, MAX_FRIENDS);
  return readFriendPages("TW", max, async (wanted, cursor = "-1") => {
    const count = String(Math.min(FRIENDS_PER_CALL, wanted));
    const query = { cursor, count, skip_status: "true", include_user_entities: "false" };
    const call = callTo("friends", "/friends/list.json", query, session);
    const reply = await session.context.calls.send({ ...call, handledStatuses: NO_FRIENDS_STATUSES });
    if (NO_FRIENDS_STATUSES.includes(reply.status)) return undefined;
    const { users, next_cursor_str: next } = read(call, reply, FriendsReply);
    const friends = users.map((user) =>
      friendOf(user.id_str, user.name || user.screen_name, user.profile_image_url_https ?? undefined),
    );
    return { friends, next: next === "0" ? undefined : next };
  });
}

function callTo(
  what: string,
  path: string,
  query: Record<string, string>,
  { settings, context, accessToken, accessSecret, signal }: TwitterSession,
): ProviderCall {
  const { consumerKey, consumerSecret, apiUrl = TWITTER_API_URL } = settings;
  const url = new URL(`${apiUrl}${path}?${new URLSearchParams(query)}`);
  const keys = { consumerKey, consumerSecret, token: accessToken, tokenSecret: accessSecret };
  const headers = { authorization: oauth1Header(url, keys, context.now()) };
  return { systemId: "TW", what, url, headers, timeoutMs: context.timeoutMs, maxBytes: MAX_REPLY_BYTES, signal };
}

function read<T extends TSchema>(call: ProviderCall, reply: ProviderReply, schema: T): Static<T> {
  if (reply.status < 400) return readJson(call, reply, schema);
  const codes = readJson(call, reply, ErrorReply).errors.map(({ code }) => code);
  const tokenError = codes.find((code) => TOKEN_ERRORS.includes(code));
  if (tokenError !== undefined) throw refusal(call.what, `Twitter returned error ${tokenError}`);
  if (codes.includes(CLOCK_ERROR)) throw unavailable(call, "Twitter refuses the time; check this machine's clock");
  throw unavailable(call, `responded with status ${reply.status} and error ${codes[0]}`);
}

function refusal(what: string, reason: string): ProviderRefusal {
  return new ProviderRefusal("accessToken", "NOTAUTHENTICATED", `TW ${what}: ${reason}`);
}
