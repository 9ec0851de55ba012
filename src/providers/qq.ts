import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { clipName, isCredential } from "./fields.ts";
import { fits, type ProviderCall, readJson, unavailable } from "./http.ts";
import {
  credential,
  defineProvider,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
  type TokenStatus,
} from "./provider.ts";

/** QQ Connect. Responses are limited to 64 KiB. */
export interface QqSettings {
  /** The app id that tokens must have been issued for. */
  appId: string;
  /** Base URL of the API, without a trailing slash. */
  apiUrl?: string;
}

export interface QqCredentials {
  accessToken?: string | undefined;
}

export const QQ_API_URL = "https://graph.qq.com";
const MAX_REPLY_BYTES = 65_536;

/** The token is malformed, expired or revoked, or its check failed. */
const TOKEN_ERRORS = [100013, 100014, 100015, 100016];
/** The player did not grant get_user_info. */
const NOT_GRANTED = 100030;

const TokenReply = Type.Object({
  client_id: Type.String(),
  openid: Type.String({ minLength: 1, maxLength: 128 }),
});
const TokenError = Type.Object({ error: Type.Integer() });
const ProfileReply = Type.Object({ ret: Type.Integer(), nickname: Type.Optional(Type.String()) });

/**
 * QQ returns errors with status 200, and some responses as a call of the function `callback`. An openid names a player
 * within one app. QQ has no friends.
 * Source: GameSparks documentation, QQConnectRequest; QQ Connect, "get OpenID" and "get_user_info".
 */
export const qq = defineProvider({
  systemId: "QQ",
  name: "QQ",
  requests: ["QQConnectRequest"],
  credentials: { accessToken: credential("The access token that QQ issued to the game.") },
  key: "accessToken",
  errors: [field("accessToken", "REQUIRED")],
  notConfigured: notConfigured("QQ", "qqAppId"),
  example: { credentials: { accessToken: "FE04A9B2C1" }, displayName: "Ada" },
  integration: "qq",
  /** `apiUrl` is Rekindle's own. */
  readSettings(integration): QqSettings | undefined {
    const appId = integration.text("qqAppId");
    if (!appId) return undefined;
    const apiUrl = integration.url("apiUrl");
    return { appId, ...(apiUrl && { apiUrl }) };
  },
  missing: ({ accessToken }) => (accessToken ? undefined : "accessToken"),
  verify: verifyQq,
  status: checkQqToken,
});

/**
 * Returns the profile for a token of this game's app id. `displayName` is absent if the player did not grant it.
 *
 * Refusals: accessToken NOTAUTHENTICATED, or REQUIRED if it is missing. Cost: two sequential calls.
 */
export async function verifyQq(
  { accessToken }: QqCredentials,
  settings: QqSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!accessToken) throw new ProviderRefusal("accessToken", "REQUIRED", "QQ: no token was sent");
  const facts = await inspectToken(accessToken, settings, context);
  if ("invalid" in facts) throw refusal("token check", facts.invalid);
  const name = await readName(accessToken, facts.openId, settings, context);
  return { id: facts.openId, ...(name && { displayName: clipName(name) }), token: accessToken };
}

/** Checks a stored token. Throws ProviderUnavailable if QQ cannot be asked. */
export async function checkQqToken(
  token: string,
  settings: QqSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  return { active: !("invalid" in (await inspectToken(token, settings, context))) };
}

async function inspectToken(
  token: string,
  settings: QqSettings,
  context: ProviderContext,
): Promise<{ openId: string } | { invalid: string }> {
  if (!isCredential(token)) return { invalid: "not a well-formed token" };
  const call = callTo("token check", "/oauth2.0/me", { access_token: token, fmt: "json" }, settings, context);
  const answer = await ask(call, Type.Union([TokenError, TokenReply]), context);
  if (fits(TokenReply, answer)) {
    if (answer.client_id !== settings.appId) return { invalid: "it was issued for another app" };
    return { openId: answer.openid };
  }
  if (TOKEN_ERRORS.includes(answer.error)) return { invalid: `QQ returned error ${answer.error}` };
  throw unavailable(call, `QQ returned error ${answer.error}, which is not about the token`);
}

async function readName(
  token: string,
  openid: string,
  settings: QqSettings,
  context: ProviderContext,
): Promise<string | undefined> {
  const query = { access_token: token, oauth_consumer_key: settings.appId, openid };
  const call = callTo("profile", "/user/get_user_info", query, settings, context);
  const { ret, nickname } = await ask(call, ProfileReply, context);
  if (ret === 0) return nickname;
  if (ret === NOT_GRANTED) return undefined;
  if (TOKEN_ERRORS.includes(ret)) throw refusal("profile", `QQ returned error ${ret}`);
  throw unavailable(call, `QQ returned error ${ret}, which is not about the token`);
}

async function ask<T extends TSchema>(call: ProviderCall, schema: T, context: ProviderContext): Promise<Static<T>> {
  const reply = await context.calls.send(call);
  return readJson(call, { ...reply, body: withoutCallback(reply.body) }, schema);
}

/** `callback( {…} );` → `{…}` */
function withoutCallback(body: Buffer): Buffer {
  const text = body.toString("utf8").trim();
  return text.startsWith("callback(") ? Buffer.from(text.slice("callback(".length).replace(/\)\s*;?$/, "")) : body;
}

function callTo(
  what: string,
  path: string,
  query: Record<string, string>,
  settings: QqSettings,
  context: ProviderContext,
): ProviderCall {
  const url = new URL(`${settings.apiUrl ?? QQ_API_URL}${path}`);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return { systemId: "QQ", what, url, timeoutMs: context.timeoutMs, maxBytes: MAX_REPLY_BYTES };
}

function refusal(what: string, reason: string): ProviderRefusal {
  return new ProviderRefusal("accessToken", "NOTAUTHENTICATED", `QQ ${what}: ${reason}`);
}
