import { type Static, Type } from "@sinclair/typebox";
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

/** Twitch's token check and Helix API. Responses are limited to 64 KiB. */
export interface TwitchSettings {
  /** The app that tokens must have been issued for. */
  clientId: string;
  /** False: the token is not stored, so its status is unknown later. */
  savesToken: boolean;
  /** Base URL of the authorization server, without a trailing slash. */
  authUrl?: string;
  /** Base URL of the Helix API, without a trailing slash. */
  apiUrl?: string;
}

export interface TwitchCredentials {
  accessToken?: string | undefined;
}

export const TWITCH_AUTH_URL = "https://id.twitch.tv/oauth2";
export const TWITCH_API_URL = "https://api.twitch.tv/helix";
const MAX_REPLY_BYTES = 65_536;

const UserId = Type.String({ pattern: "^\\d{1,20}$" });
const TokenReply = Type.Object({
  client_id: Type.String(),
  /** Absent if the token belongs to the app and not to a user. */
  user_id: Type.Optional(UserId),
  /** Seconds until the token expires; 0: never. */
  expires_in: Type.Optional(Type.Number()),
});
const UsersReply = Type.Object({
  data: Type.Array(
    Type.Object({ id: UserId, display_name: Type.Optional(Type.String()), login: Type.Optional(Type.String()) }),
  ),
});

/**
 * GameSparks reads no friends from Twitch.
 * Source: GameSparks documentation, TwitchConnectRequest; Twitch, "Validating Tokens", "Get Users".
 */
export const twitch = defineProvider({
  systemId: "TC",
  name: "Twitch",
  requests: ["TwitchConnectRequest"],
  credentials: { accessToken: credential("The access token that Twitch issued to the game for the player.") },
  key: "accessToken",
  errors: [field("accessToken", "REQUIRED")],
  notConfigured: notConfigured("TWITCH", "twitchClientId"),
  example: { credentials: { accessToken: "rfx2uswqe8l4g1mkagrvg5tv0ks3" }, displayName: "Ada" },
  integration: "twitch",
  /** Exports only have `saveTwitchToken`; `twitchClientId`, `authUrl` and `apiUrl` are Rekindle's own. */
  readSettings(integration): TwitchSettings | undefined {
    const clientId = integration.text("twitchClientId");
    if (!clientId) return undefined;
    const authUrl = integration.url("authUrl");
    const apiUrl = integration.url("apiUrl");
    const savesToken = integration.get("saveTwitchToken") !== false;
    return { clientId, savesToken, ...(authUrl && { authUrl }), ...(apiUrl && { apiUrl }) };
  },
  missing: ({ accessToken }) => (accessToken ? undefined : "accessToken"),
  verify: verifyTwitch,
  status: checkTwitchToken,
});

/**
 * Returns the profile of the user to whom Twitch issued the token for this app. The owner of another app, who can
 * collect that app's tokens, must not be able to log in here.
 *
 * Refusals: accessToken NOTAUTHENTICATED. Cost: two sequential calls.
 */
export async function verifyTwitch(
  { accessToken }: TwitchCredentials,
  settings: TwitchSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!isCredential(accessToken)) throw refusal("token check", "not a well-formed token");
  const facts = await inspectToken(accessToken, settings, context);
  if ("invalid" in facts) throw refusal("token check", facts.invalid);
  const { display_name, login } = await readUser(accessToken, facts.userId, settings, context);
  const displayName = display_name || login;
  const { expiresAt } = facts;
  return {
    id: facts.userId,
    ...(displayName && { displayName: clipName(displayName) }),
    ...(settings.savesToken && { token: accessToken, ...(expiresAt !== undefined && { tokenExpiresAt: expiresAt }) }),
  };
}

/** Checks a stored token. Throws ProviderUnavailable if Twitch cannot be asked. */
export async function checkTwitchToken(
  token: string,
  settings: TwitchSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  const facts = isCredential(token) ? await inspectToken(token, settings, context) : { invalid: "malformed" };
  if ("invalid" in facts) return { active: false };
  return { active: true, ...(facts.expiresAt !== undefined && { expiresAt: facts.expiresAt }) };
}

async function inspectToken(
  token: string,
  settings: TwitchSettings,
  context: ProviderContext,
): Promise<{ userId: string; expiresAt: number | undefined } | { invalid: string }> {
  const url = new URL(`${settings.authUrl ?? TWITCH_AUTH_URL}/validate`);
  const call = callTo("token check", url, { authorization: `OAuth ${token}` }, context);
  const reply = await context.calls.send(call);
  if (reply.status === 401) return { invalid: "it has expired, was revoked or never was valid" };
  if (reply.status >= 400) throw unavailable(call, `responded with status ${reply.status}`);
  const { client_id, user_id, expires_in } = readJson(call, reply, TokenReply);
  if (client_id !== settings.clientId) return { invalid: "it was issued for another app" };
  if (user_id === undefined) return { invalid: "it does not belong to a user" };
  return { userId: user_id, expiresAt: expires_in ? context.now() + expires_in * 1000 : undefined };
}

async function readUser(
  token: string,
  userId: string,
  settings: TwitchSettings,
  context: ProviderContext,
): Promise<Static<typeof UsersReply>["data"][number]> {
  const url = new URL(`${settings.apiUrl ?? TWITCH_API_URL}/users`);
  const headers = { authorization: `Bearer ${token}`, "client-id": settings.clientId };
  const call = callTo("profile", url, headers, context);
  const reply = await context.calls.send(call);
  if (reply.status === 401) throw refusal("profile", "the token was revoked");
  if (reply.status >= 400) throw unavailable(call, `responded with status ${reply.status}`);
  const user = readJson(call, reply, UsersReply).data.find(({ id }) => id === userId);
  if (!user) throw refusal("profile", "it belongs to another user than the token");
  return user;
}

function callTo(what: string, url: URL, headers: Record<string, string>, context: ProviderContext): ProviderCall {
  return { systemId: "TC", what, url, headers, timeoutMs: context.timeoutMs, maxBytes: MAX_REPLY_BYTES };
}

function refusal(what: string, reason: string): ProviderRefusal {
  return new ProviderRefusal("accessToken", "NOTAUTHENTICATED", `TC ${what}: ${reason}`);
}
