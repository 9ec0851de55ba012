import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { clipName, isCredential } from "./fields.ts";
import { type ProviderCall, readJson, unavailable } from "./http.ts";
import {
  credential,
  defineProvider,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
  type TokenStatus,
} from "./provider.ts";

/** Login with Amazon. Responses are limited to 64 KiB. */
export interface AmazonSettings {
  /** The client id (`aud` of a token) or application id (`app_id`) that tokens must have been issued for. */
  clientId: string;
  /** Base URL of the API, without a trailing slash. */
  apiUrl?: string;
}

export interface AmazonCredentials {
  accessToken?: string | undefined;
}

export const AMAZON_API_URL = "https://api.amazon.com";
const MAX_REPLY_BYTES = 65_536;

const UserId = Type.String({ minLength: 1, maxLength: 256 });
const TokenReply = Type.Object({
  aud: Type.String(),
  app_id: Type.Optional(Type.String()),
  user_id: UserId,
  /** Seconds until the token expires. */
  exp: Type.Number(),
});
const ProfileReply = Type.Object({ user_id: UserId, name: Type.Optional(Type.String()) });
const ErrorReply = Type.Object({ error: Type.String() });

/**
 * Login with Amazon. Amazon has no friends.
 * Source: GameSparks documentation, AmazonConnectRequest; Amazon, "Obtain Customer Profile Information".
 */
export const amazon = defineProvider({
  systemId: "AM",
  name: "Amazon",
  requests: ["AmazonConnectRequest"],
  credentials: { accessToken: credential("The access token that Login with Amazon issued to the game.") },
  key: "accessToken",
  errors: [field("accessToken", "REQUIRED")],
  notConfigured: notConfigured("AMAZON", "amazonAppId"),
  example: { credentials: { accessToken: "Atza|IwEBIA" }, displayName: "Ada" },
  integration: "amazon",
  /** `amazonClientId` and `apiUrl` are Rekindle's own; the former takes precedence over `amazonAppId`. */
  readSettings(integration): AmazonSettings | undefined {
    const clientId = integration.text("amazonClientId") ?? integration.text("amazonAppId");
    if (!clientId) return undefined;
    const apiUrl = integration.url("apiUrl");
    return { clientId, ...(apiUrl && { apiUrl }) };
  },
  missing: ({ accessToken }) => (accessToken ? undefined : "accessToken"),
  verify: verifyAmazon,
  status: checkAmazonToken,
});

/**
 * Returns the profile for a token of this game's client id. `displayName` is absent if the player did not grant it.
 *
 * Refusals: accessToken NOTAUTHENTICATED, or REQUIRED if it is missing. Cost: two sequential calls.
 */
export async function verifyAmazon(
  { accessToken }: AmazonCredentials,
  settings: AmazonSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!accessToken) throw new ProviderRefusal("accessToken", "REQUIRED", "AM: no token was sent");
  const facts = await inspectToken(accessToken, settings, context);
  if ("invalid" in facts) throw refusal("token check", facts.invalid);
  const profile = await readProfile(accessToken, settings, context);
  if (profile !== "not allowed" && profile.user_id !== facts.userId) {
    throw refusal("profile", "it belongs to another user than the token");
  }
  const name = profile === "not allowed" ? undefined : profile.name;
  return {
    id: facts.userId,
    ...(name && { displayName: clipName(name) }),
    token: accessToken,
    tokenExpiresAt: facts.expiresAt,
  };
}

/** Checks a stored token. Throws ProviderUnavailable if Amazon cannot be asked. */
export async function checkAmazonToken(
  token: string,
  settings: AmazonSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  const facts = await inspectToken(token, settings, context);
  return "invalid" in facts ? { active: false } : { active: true, expiresAt: facts.expiresAt };
}

async function inspectToken(
  token: string,
  settings: AmazonSettings,
  context: ProviderContext,
): Promise<{ userId: string; expiresAt: number } | { invalid: string }> {
  if (!isCredential(token)) return { invalid: "not a well-formed token" };
  const call = callTo("token check", "/auth/o2/tokeninfo", settings, context);
  call.url.searchParams.set("access_token", token);
  const answer = await ask(call, TokenReply, context);
  if ("error" in answer) {
    // invalid_token: the token has expired. invalid_request: it never was a token.
    if (answer.error === "invalid_token" || answer.error === "invalid_request") return { invalid: answer.error };
    throw unavailable(call, "Amazon returned an error that is not about the token");
  }
  const { aud, app_id, user_id, exp } = answer.value;
  if (aud !== settings.clientId && app_id !== settings.clientId) return { invalid: "it was issued for another app" };
  if (exp <= 0) return { invalid: "it has expired" };
  return { userId: user_id, expiresAt: context.now() + exp * 1000 };
}

async function readProfile(
  token: string,
  settings: AmazonSettings,
  context: ProviderContext,
): Promise<Static<typeof ProfileReply> | "not allowed"> {
  const call = callTo("profile", "/user/profile", settings, context, { authorization: `Bearer ${token}` });
  const answer = await ask(call, ProfileReply, context);
  if ("value" in answer) return answer.value;
  if (answer.error === "insufficient_scope") return "not allowed";
  if (answer.error === "invalid_token") throw refusal("profile", answer.error);
  throw unavailable(call, "Amazon returned an error that is not about the token");
}

async function ask<T extends TSchema>(
  call: ProviderCall,
  schema: T,
  context: ProviderContext,
): Promise<{ value: Static<T> } | { error: string }> {
  const reply = await context.calls.send(call);
  if (reply.status < 400) return { value: readJson(call, reply, schema) };
  return { error: readJson(call, reply, ErrorReply).error };
}

function callTo(
  what: string,
  path: string,
  settings: AmazonSettings,
  context: ProviderContext,
  headers: Record<string, string> = {},
): ProviderCall {
  const url = new URL(`${settings.apiUrl ?? AMAZON_API_URL}${path}`);
  return { systemId: "AM", what, url, headers, timeoutMs: context.timeoutMs, maxBytes: MAX_REPLY_BYTES };
}

function refusal(what: string, reason: string): ProviderRefusal {
  return new ProviderRefusal("accessToken", "NOTAUTHENTICATED", `AM ${what}: ${reason}`);
}
