import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { clipName, idText, isCredential } from "./fields.ts";
import { nextOffset, readFriendPages } from "./friend-pages.ts";
import { fits, type ProviderCall, readJson, unavailable } from "./http.ts";
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

/** PlayStation Network. Responses are limited to 256 KiB. */
export interface PsnSettings {
  clientId: string;
  clientSecret: string;
  /** The redirect URI of codes that come without one; default: that of consoles. */
  redirectUri?: string;
  /** Base URL of the authorization server, without a trailing slash; default: that of the live network. */
  authUrl?: string;
  /** Base URL of the friends service, without a trailing slash. Without it, no friends are read. */
  friendsUrl?: string;
}

export interface PsnCredentials {
  authorizationCode?: string | undefined;
  /** The redirect URI that the code was issued for; default: the one in the settings. */
  redirectUri?: string | undefined;
}

export const PSN_AUTH_URL = "https://auth.api.sonyentertainmentnetwork.com/2.0";
const CONSOLE_REDIRECT_URI = "orbis://games";
const MAX_REPLY_BYTES = 262_144;
const FRIENDS_PER_CALL = 500;
/** The time limit of all pages of friends, as a multiple of the limit of one call. */
const FRIENDS_TIMEOUT_FACTOR = 4;

const AccountId = Type.Union([Type.String({ pattern: "^[\\w-]{1,64}$" }), Type.Integer({ minimum: 0 })]);
const CodeReply = Type.Object({ access_token: Type.String({ minLength: 1, maxLength: 4096 }) });
const TokenReply = Type.Object({
  client_id: Type.String(),
  user_id: AccountId,
  online_id: Type.Optional(Type.String()),
  /** When the token expires, in ISO 8601. */
  expiration: Type.Optional(Type.String()),
});
const FriendsReply = Type.Object({ friends: Type.Array(AccountId), totalItemCount: Type.Integer() });
const ErrorReply = Type.Object({ error: Type.String() });
const AnyObject = Type.Object({});

/**
 * An account is named by its account id, since a player can change the online id.
 * Source: GameSparks documentation, PSNConnectRequest; RFC 6749, section 4.1; public descriptions of the authorization
 * server. Sony documents it to its partners only.
 */
export const psn = defineProvider({
  systemId: "PS",
  name: "PSN",
  requests: ["PSNAccountConnectRequest", "PSNConnectRequest"],
  credentials: {
    authorizationCode: credential("The authorization code that PSN issued to the game."),
    redirectUri: credential("The redirect URI that the code was issued for; not needed for codes of a console."),
  },
  key: "authorizationCode",
  errors: [field("authorizationCode", "REQUIRED")],
  notConfigured: notConfigured("PSN", "psnClientId and psnClientSecret"),
  example: { credentials: { authorizationCode: "v3.Rk3hW1" }, displayName: "Ada" },
  integration: "psn",
  /**
   * `redirectUri`, `authUrl` and `friendsUrl` are Rekindle's own. `usePsnDevNetwork…` and `usePsnProdQaNetwork…` are not
   * read: set `authUrl` for another network.
   */
  readSettings(integration): PsnSettings | undefined {
    const clientId = integration.text("psnClientId");
    const clientSecret = integration.text("psnClientSecret");
    if (!clientId || !clientSecret) return undefined;
    const redirectUri = integration.text("redirectUri");
    const authUrl = integration.url("authUrl");
    const friendsUrl = integration.url("friendsUrl");
    return {
      clientId,
      clientSecret,
      ...(redirectUri && { redirectUri }),
      ...(authUrl && { authUrl }),
      ...(friendsUrl && { friendsUrl }),
    };
  },
  missing: ({ authorizationCode }) => (authorizationCode ? undefined : "authorizationCode"),
  verify: verifyPsn,
  status: checkPsnToken,
});

/**
 * Returns the account that the code was issued for. Only this game's client secret can exchange its codes.
 *
 * Refusals: authorizationCode NOTAUTHENTICATED, or REQUIRED if it is missing. Cost: two sequential calls, then one per
 * 500 friends.
 */
export async function verifyPsn(
  { authorizationCode: code, redirectUri }: PsnCredentials,
  settings: PsnSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!code) throw new ProviderRefusal("authorizationCode", "REQUIRED", "PS: no code was sent");
  const token = await exchangeCode(code, redirectUri, settings, context);
  const facts = await inspectToken(token, settings, context);
  if ("invalid" in facts) throw refusal("token check", facts.invalid);
  const { id, name, expiresAt } = facts;
  const friends = await readFriends(token, settings, context);
  return {
    id,
    ...(name && { displayName: clipName(name) }),
    token,
    ...(expiresAt !== undefined && { tokenExpiresAt: expiresAt }),
    ...(friends && { friends }),
  };
}

/** Checks a stored token. Throws ProviderUnavailable if PSN cannot be asked. */
export async function checkPsnToken(
  token: string,
  settings: PsnSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  const facts = await inspectToken(token, settings, context);
  if ("invalid" in facts) return { active: false };
  return { active: true, ...(facts.expiresAt !== undefined && { expiresAt: facts.expiresAt }) };
}

async function exchangeCode(
  code: string,
  redirectUri: string | undefined,
  settings: PsnSettings,
  context: ProviderContext,
): Promise<string> {
  if (!isCredential(code)) throw refusal("code exchange", "not a well-formed code");
  const call: ProviderCall = {
    ...callTo("code exchange", "/oauth/token", settings, context),
    form: {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirectUri || settings.redirectUri || CONSOLE_REDIRECT_URI,
    },
  };
  const answer = await ask(call, CodeReply, context);
  if ("value" in answer) return answer.value.access_token;
  // The code was used before, has expired, is unknown, or was issued for another client or redirect URI.
  if (answer.error === "invalid_grant") throw refusal("code exchange", answer.error);
  throw failure(call);
}

interface TokenFacts {
  id: string;
  name: string | undefined;
  expiresAt: number | undefined;
}

async function inspectToken(
  token: string,
  settings: PsnSettings,
  context: ProviderContext,
): Promise<TokenFacts | { invalid: string }> {
  const call = callTo("token check", `/oauth/token/${encodeURIComponent(token)}`, settings, context);
  const answer = await ask(call, TokenReply, context);
  if ("error" in answer) {
    if (answer.error === "invalid_token" || answer.error === "invalid_grant") return { invalid: answer.error };
    throw failure(call);
  }
  const { client_id, user_id, online_id, expiration } = answer.value;
  if (client_id !== settings.clientId) return { invalid: "it was issued for another app" };
  const id = idText(user_id);
  if (id === undefined) throw unavailable(call, "the account id is too large a number");
  const expiresAt = expiration === undefined ? Number.NaN : Date.parse(expiration);
  if (expiresAt <= context.now()) return { invalid: "it has expired" };
  return { id, name: online_id, expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt };
}

/** Reads the ids of friends; undefined if the game has no friends service or may not read them. */
async function readFriends(
  token: string,
  { friendsUrl }: PsnSettings,
  context: ProviderContext,
): Promise<ExternalFriend[] | undefined> {
  if (!friendsUrl) return undefined;
  const signal = AbortSignal.timeout(FRIENDS_TIMEOUT_FACTOR * context.timeoutMs);
  return readFriendPages("PS", context.maxFriends, async (wanted, cursor = "0") => {
    const url = new URL(`${friendsUrl}/users/me/friends?limit=${Math.min(FRIENDS_PER_CALL, wanted)}&offset=${cursor}`);
    const call = { ...limits(context), what: "friends", url, headers: { authorization: `Bearer ${token}` }, signal };
    const reply = await context.calls.send(call);
    if (reply.status === 401 || reply.status === 403) return undefined;
    if (reply.status >= 400) throw unavailable(call, `responded with status ${reply.status}`);
    const { friends, totalItemCount } = readJson(call, reply, FriendsReply);
    const ids = friends.map(idText).filter((id) => id !== undefined);
    return { friends: ids.map((id) => ({ id })), next: nextOffset(cursor, friends.length, totalItemCount) };
  });
}

async function ask<T extends TSchema>(
  call: ProviderCall,
  schema: T,
  context: ProviderContext,
): Promise<{ value: Static<T> } | { error: string }> {
  const reply = await context.calls.send(call);
  if (reply.status < 400) return { value: readJson(call, reply, schema) };
  const body = readJson(call, reply, AnyObject);
  if (!fits(ErrorReply, body)) throw unavailable(call, `responded with status ${reply.status} and no error`);
  return { error: body.error };
}

function callTo(what: string, path: string, settings: PsnSettings, context: ProviderContext): ProviderCall {
  const url = new URL(`${settings.authUrl ?? PSN_AUTH_URL}${path}`);
  const client = Buffer.from(`${settings.clientId}:${settings.clientSecret}`).toString("base64");
  return { ...limits(context), what, url, headers: { authorization: `Basic ${client}` } };
}

function limits(context: ProviderContext) {
  return { systemId: "PS", timeoutMs: context.timeoutMs, maxBytes: MAX_REPLY_BYTES } as const;
}

function failure(call: ProviderCall) {
  return unavailable(call, "PSN does not accept the game; check the client id and secret in integrations.psn");
}

function refusal(what: string, reason: string): ProviderRefusal {
  return new ProviderRefusal("authorizationCode", "NOTAUTHENTICATED", `PS ${what}: ${reason}`);
}
