import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { isCredential } from "./fields.ts";
import { fits, type ProviderCall, readJson, unavailable } from "./http.ts";
import { type IdTokenClaims, verifyIdToken } from "./id-token.ts";
import type { Integration } from "./integration.ts";
import { type ProviderContext, ProviderRefusal, type RefreshedToken, type SystemId } from "./provider.ts";

/** What Google Plus and Google Play share: settings, OAuth 2.0 and OpenID Connect. Responses are limited to 1 MiB. */
export interface GoogleSettings {
  /** Of the web client; needed to exchange codes. */
  clientId?: string;
  clientSecret?: string;
  /** Tokens must have been issued for one of these: `clientId`, and those of the game's apps. */
  clientIds: string[];
  /** The redirect_uri of codes whose request names none. Android's server auth codes have an empty one. */
  redirectUri?: string;
  tokenUrl?: string;
  tokenInfoUrl?: string;
  userInfoUrl?: string;
  keysUrl?: string;
  /** Base URL of the Play Games API, without a trailing slash. */
  gamesUrl?: string;
  /** Base URL of an API like that of Google+, which Google has shut down; friends are read only if it is set. */
  plusUrl?: string;
}

const TOKEN_URL = "https://oauth2.googleapis.com/token";
const TOKEN_INFO_URL = "https://oauth2.googleapis.com/tokeninfo";
const USER_INFO_URL = "https://openidconnect.googleapis.com/v1/userinfo";
const KEYS_URL = "https://www.googleapis.com/oauth2/v3/certs";
const ISSUERS = ["https://accounts.google.com", "accounts.google.com"];
const MAX_REPLY_BYTES = 1_048_576;
/** The time limit of one verification, as a multiple of the limit of one call. */
const TOTAL_TIMEOUT_FACTOR = 4;

const Token = Type.String({ minLength: 1, maxLength: 4096 });
const GrantReply = Type.Object({
  access_token: Token,
  expires_in: Type.Optional(Type.Number()),
  refresh_token: Type.Optional(Token),
});
const TokenInfoReply = Type.Object({
  aud: Type.String(),
  sub: Type.Optional(Type.String()),
  /** Seconds until the token expires, as a number or as text. */
  expires_in: Type.Union([Type.Number(), Type.RegExp(/^\d{1,10}$/)]),
});
const UserInfoReply = Type.Object({
  sub: Type.String({ minLength: 1, maxLength: 256 }),
  name: Type.Optional(Type.String()),
});
/** OAuth's errors are a text; those of Google's other APIs are an object. */
const FlatError = Type.Object({ error: Type.String() });
const ApiError = Type.Object({
  error: Type.Object({
    status: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(Type.Object({ reason: Type.Optional(Type.String()) }))),
  }),
});

/** All keys but googlePlusClientId and googlePlusClientSecret are Rekindle's own. */
export function readGoogleSettings(integration: Integration): GoogleSettings {
  const clientId = integration.text("googlePlusClientId");
  const clientSecret = integration.text("googlePlusClientSecret");
  const redirectUri = integration.text("redirectUri");
  const urls = ["tokenUrl", "tokenInfoUrl", "userInfoUrl", "keysUrl", "gamesUrl", "plusUrl"] as const;
  return {
    ...(clientId && { clientId }),
    ...(clientSecret && { clientSecret }),
    clientIds: [...(clientId ? [clientId] : []), ...(integration.texts("googleClientIds") ?? [])],
    ...(redirectUri && { redirectUri }),
    ...Object.fromEntries(urls.flatMap((key) => (integration.get(key) ? [[key, integration.url(key)]] : []))),
  };
}

export interface GoogleSession {
  systemId: SystemId;
  settings: GoogleSettings;
  context: ProviderContext;
  signal: AbortSignal;
}

export function openGoogle(systemId: SystemId, settings: GoogleSettings, context: ProviderContext): GoogleSession {
  return { systemId, settings, context, signal: AbortSignal.timeout(TOTAL_TIMEOUT_FACTOR * context.timeoutMs) };
}

/** An access token, and the parameter that it came by. */
export interface GoogleGrant {
  field: "accessToken" | "code";
  token: string;
  expiresAt?: number;
  refreshToken?: string;
  /** The account's id, if Google named it with the token. */
  subject?: string;
}

/** Refusals: code NOTAUTHENTICATED; GOOGLE_PLUS NOT_CONFIGURED without client id and secret. */
export async function exchangeCode(google: GoogleSession, code: string, redirectUri?: string): Promise<GoogleGrant> {
  const { clientId, clientSecret, redirectUri: usual = "", tokenUrl = TOKEN_URL } = google.settings;
  if (!clientId || !clientSecret) throw notConfigured(google, "client id and secret, which a code needs");
  if (!isCredential(code)) throw refusal(google, "code", "it is not a well-formed code");
  const call = callTo(google, "code exchange", tokenUrl);
  const redirect_uri = redirectUri ?? usual;
  call.form = {
    grant_type: "authorization_code",
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uri,
    code,
  };
  const answer = await ask(google, call, GrantReply);
  if ("value" in answer) {
    const { access_token, expires_in, refresh_token } = answer.value;
    return {
      field: "code",
      token: access_token,
      ...(expires_in !== undefined && { expiresAt: google.context.now() + expires_in * 1000 }),
      ...(refresh_token && { refreshToken: refresh_token }),
    };
  }
  // invalid_grant: the code was used before, has expired, is unknown or was issued for another client.
  if (answer.code === "invalid_grant" || answer.code === "redirect_uri_mismatch") {
    throw refusal(google, "code", answer.code);
  }
  throw unavailable(call, `${answer.reason}; check the client id and secret in integrations.google`);
}

/**
 * Another access token for a refresh token, which Google issues with a code of offline access. Throws ProviderRefusal
 * once the player or Google has ended the grant. Google keeps the refresh token, so the answer has none.
 */
export async function refreshGrant(google: GoogleSession, refreshToken: string): Promise<RefreshedToken> {
  const { clientId, clientSecret, tokenUrl = TOKEN_URL } = google.settings;
  const call = callTo(google, "token refresh", tokenUrl);
  if (!clientId || !clientSecret) throw unavailable(call, "the game no longer has a client id and secret");
  const client = { client_id: clientId, client_secret: clientSecret };
  call.form = { grant_type: "refresh_token", ...client, refresh_token: refreshToken };
  const answer = await ask(google, call, GrantReply);
  if ("reason" in answer) {
    if (answer.code === "invalid_grant") throw refusal(google, "accessToken", answer.code);
    throw unavailable(call, `${answer.reason}; check the client id and secret in integrations.google`);
  }
  const { access_token: token, expires_in, refresh_token } = answer.value;
  return {
    token,
    ...(expires_in !== undefined && { tokenExpiresAt: google.context.now() + expires_in * 1000 }),
    ...(refresh_token && { refreshToken: refresh_token }),
  };
}

/** Asks Google about an access token; it must have been issued for this game. */
export async function inspectToken(google: GoogleSession, token: string): Promise<GoogleGrant | { invalid: string }> {
  if (!isCredential(token)) return { invalid: "it is not a well-formed token" };
  const call = callTo(google, "token check", google.settings.tokenInfoUrl ?? TOKEN_INFO_URL);
  call.url.searchParams.set("access_token", token);
  const answer = await ask(google, call, TokenInfoReply);
  if ("reason" in answer) {
    if (answer.code === "invalid_token" || answer.code === "invalid_request") return { invalid: answer.code };
    throw unavailable(call, answer.reason);
  }
  const { aud, sub, expires_in } = answer.value;
  if (!google.settings.clientIds.includes(aud)) return { invalid: "it was issued for another app" };
  if (Number(expires_in) <= 0) return { invalid: "it has expired" };
  const expiresAt = google.context.now() + Number(expires_in) * 1000;
  return { field: "accessToken", token, expiresAt, ...(sub && { subject: sub }) };
}

/** The user of a verified token; undefined if the token does not cover the profile. */
export async function readUserInfo(
  google: GoogleSession,
  token: string,
): Promise<Static<typeof UserInfoReply> | undefined> {
  const call = callTo(google, "profile", google.settings.userInfoUrl ?? USER_INFO_URL, token);
  const answer = await ask(google, call, UserInfoReply);
  if ("value" in answer) return answer.value;
  if (answer.status === 401 || answer.status === 403) return undefined;
  throw unavailable(call, answer.reason);
}

/** An ID token of Google Identity Services, sent as accessToken. */
export function verifyGoogleIdToken(google: GoogleSession, token: string): Promise<IdTokenClaims> {
  const { systemId, settings, context } = google;
  if (settings.clientIds.length === 0) throw notConfigured(google, "client id, which an ID token needs");
  const keysUrl = settings.keysUrl ?? KEYS_URL;
  const expected = { systemId, field: "accessToken", keysUrl, issuer: ISSUERS, audience: settings.clientIds };
  return verifyIdToken(token, expected, context);
}

/** A response of the expected shape, or why there is none. `reason` quotes nothing of the response but its code. */
export type GoogleAnswer<T> = { value: T } | { status: number; code: string | undefined; reason: string };

export async function ask<T extends TSchema>(
  { context }: GoogleSession,
  call: ProviderCall,
  schema: T,
): Promise<GoogleAnswer<Static<T>>> {
  const reply = await context.calls.send(call);
  if (reply.status < 400) return { value: readJson(call, reply, schema) };
  const code = errorCode(reply.body);
  return { status: reply.status, code, reason: `responded with status ${reply.status}${code ? ` (${code})` : ""}` };
}

export function callTo({ systemId, context, signal }: GoogleSession, what: string, url: string, token?: string) {
  const call: ProviderCall = {
    ...{ systemId, what, url: new URL(url), signal },
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    ...{ timeoutMs: context.timeoutMs, maxBytes: MAX_REPLY_BYTES },
  };
  return call;
}

export function refusal({ systemId }: GoogleSession, field: string, reason: string): ProviderRefusal {
  return new ProviderRefusal(field, "NOTAUTHENTICATED", `${systemId} ${field}: ${reason}`);
}

export function notConfigured({ systemId }: GoogleSession, needed: string): ProviderRefusal {
  return new ProviderRefusal("GOOGLE_PLUS", "NOT_CONFIGURED", `${systemId}: the game has no ${needed}`);
}

function errorCode(body: Buffer): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
  let code: string | undefined;
  if (fits(FlatError, value)) code = value.error;
  if (fits(ApiError, value)) code = value.error.errors?.[0]?.reason ?? value.error.status;
  return code !== undefined && /^[\w.-]{1,64}$/.test(code) ? code : undefined;
}
