import { Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { clipName, idText, isCredential } from "./fields.ts";
import { type ProviderCall, readJson } from "./http.ts";
import {
  credential,
  defineProvider,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
  type TokenStatus,
} from "./provider.ts";

/** Kongregate's server API. Responses are limited to 64 KiB. */
export interface KongregateSettings {
  /** The game's private key; tokens must have been issued for the game. */
  apiKey: string;
  /** Base URL of the API, without a trailing slash. */
  apiUrl?: string;
}

export interface KongregateCredentials {
  userId?: string | undefined;
  gameAuthToken?: string | undefined;
}

export const KONGREGATE_API_URL = "https://api.kongregate.com/api";
const MAX_REPLY_BYTES = 65_536;

const Reply = Type.Union([
  Type.Object({
    success: Type.Literal(true),
    user_id: Type.Union([Type.Integer(), Type.String({ pattern: "^\\d{1,20}$" })]),
    username: Type.Optional(Type.String()),
  }),
  Type.Object({ success: Type.Literal(false), error: Type.Optional(Type.Integer()) }),
]);

/**
 * GameSparks reads no friends from Kongregate.
 * Source: GameSparks documentation, KongregateConnectRequest; Kongregate, "Authentication Web Service".
 */
export const kongregate = defineProvider({
  systemId: "KO",
  name: "Kongregate",
  requests: ["KongregateConnectRequest"],
  credentials: {
    userId: credential("The player's Kongregate user id."),
    gameAuthToken: credential("The token that Kongregate issued to the game for the player."),
  },
  key: "userId",
  errors: [field("userId", "REQUIRED"), field("gameAuthToken", "REQUIRED"), field("gameAuthToken", "NOTAUTHENTICATED")],
  notConfigured: notConfigured("KONGREGATE", "kongregateApiKey"),
  example: { credentials: { userId: "765", gameAuthToken: "a2928722df1be307" }, displayName: "Ada" },
  integration: "kongregate",
  /** `apiUrl` is Rekindle's own. */
  readSettings(integration): KongregateSettings | undefined {
    const apiKey = integration.text("kongregateApiKey");
    if (!apiKey) return undefined;
    const apiUrl = integration.url("apiUrl");
    return { apiKey, ...(apiUrl && { apiUrl }) };
  },
  missing: ({ userId, gameAuthToken }) => {
    if (!userId) return "userId";
    return gameAuthToken ? undefined : "gameAuthToken";
  },
  verify: verifyKongregate,
  status: checkKongregateToken,
});

/**
 * Returns the profile of the user whose token for this game it is. The stored token has the user id in it.
 *
 * Refusals: userId NOTAUTHENTICATED if it is malformed or a guest's; gameAuthToken NOTAUTHENTICATED. Cost: one call.
 */
export async function verifyKongregate(
  { userId = "", gameAuthToken }: KongregateCredentials,
  settings: KongregateSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!isUserId(userId)) throw refusal("userId", "it is not a user's id");
  if (!isCredential(gameAuthToken)) throw refusal("gameAuthToken", "not a well-formed token");
  const found = await authenticate(userId, gameAuthToken, settings, context);
  if ("invalid" in found) throw refusal("gameAuthToken", found.invalid);
  const { name } = found;
  return { id: userId, ...(name && { displayName: clipName(name) }), token: `${userId} ${gameAuthToken}` };
}

/** Checks a stored token. Throws ProviderUnavailable if Kongregate cannot be asked. */
export async function checkKongregateToken(
  token: string,
  settings: KongregateSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  const [userId = "", gameAuthToken] = token.split(" ");
  if (!isUserId(userId) || !isCredential(gameAuthToken)) return { active: false };
  return { active: !("invalid" in (await authenticate(userId, gameAuthToken, settings, context))) };
}

async function authenticate(
  userId: string,
  gameAuthToken: string,
  { apiKey, apiUrl = KONGREGATE_API_URL }: KongregateSettings,
  { calls, timeoutMs }: ProviderContext,
): Promise<{ name: string | undefined } | { invalid: string }> {
  const url = new URL(`${apiUrl}/authenticate.json`);
  url.search = new URLSearchParams({ user_id: userId, game_auth_token: gameAuthToken, api_key: apiKey }).toString();
  const call: ProviderCall = { systemId: "KO", what: "token check", url, timeoutMs, maxBytes: MAX_REPLY_BYTES };
  const reply = readJson(call, await calls.send(call), Reply);
  if (!reply.success) return { invalid: `Kongregate returned error ${reply.error ?? "without a code"}` };
  if (idText(reply.user_id) !== userId) return { invalid: "it belongs to another user" };
  return { name: reply.username };
}

/** Guests have the id 0. */
function isUserId(userId: string): boolean {
  return /^[1-9]\d{0,19}$/.test(userId);
}

function refusal(key: string, reason: string): ProviderRefusal {
  return new ProviderRefusal(key, "NOTAUTHENTICATED", `KO ${key}: ${reason}`);
}
