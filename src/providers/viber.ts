import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { clipName, idText, isCredential } from "./fields.ts";
import { friendOf, readFriendPages } from "./friend-pages.ts";
import { type ProviderCall, type ProviderReply, readJson, unavailable } from "./http.ts";
import {
  credential,
  defineProvider,
  type ExternalFriend,
  type ExternalProfile,
  type ProviderContext,
  ProviderRefusal,
  type TokenStatus,
} from "./provider.ts";

/**
 * A service in place of Viber's game platform, whose API was never public and was switched off. The two calls to it,
 * `GET /me` and `GET /me/friends`, are Rekindle's own; see docs/compatibility/accounts.md. Responses are limited to 1 MiB.
 */
export interface ViberSettings {
  /** The app that tokens must have been issued for. */
  appId: string;
  /** Base URL of the service, without a trailing slash. */
  apiUrl: string;
}

export interface ViberCredentials {
  accessToken?: string | undefined;
}

const MAX_REPLY_BYTES = 1_048_576;
const FRIENDS_PER_CALL = 500;
/** The time limit of one verification, as a multiple of the limit of one call. */
const TOTAL_TIMEOUT_FACTOR = 4;

const Id = Type.String({ minLength: 1, maxLength: 128 });
const UserFields = { id: Id, name: Type.Optional(Type.String()), photo: Type.Optional(Type.String()) };
const MeReply = Type.Object({ ...UserFields, appId: Type.Union([Id, Type.Integer()]) });
const FriendsReply = Type.Object({
  friends: Type.Array(Type.Object(UserFields)),
  /** The cursor of the next page. */
  next: Type.Optional(Type.String({ maxLength: 2048 })),
});

/**
 * Push notifications of Viber are not supported, so `doNotRegisterForPush` changes nothing.
 * Source: GameSparks documentation, ViberConnectRequest.
 */
export const viber = defineProvider({
  systemId: "VB",
  name: "Viber",
  requests: ["ViberConnectRequest"],
  credentials: {
    accessToken: credential("The access token that Viber issued to the game for the player."),
    doNotRegisterForPush: Type.Optional(
      Type.Boolean({
        description: "Do not register the player for Viber's push notifications, which do not exist here.",
      }),
    ),
  },
  key: "accessToken",
  errors: [field("accessToken", "REQUIRED")],
  notConfigured: {
    key: "viber",
    value: "NOT_ENABLED",
    meaning: "The game is not set up for Viber.",
    cure: "Set viberEnabled, viberAppId and apiUrl in its integrations.",
  },
  example: { credentials: { accessToken: "8b1a9953c4611296", doNotRegisterForPush: true }, displayName: "Ada" },
  integration: "viber",
  /** Exports have `viberEnabled`; `viberAppId` and `apiUrl` are Rekindle's own. */
  readSettings(integration): ViberSettings | undefined {
    const appId = integration.text("viberAppId");
    const apiUrl = integration.url("apiUrl");
    return integration.get("viberEnabled") === true && appId && apiUrl ? { appId, apiUrl } : undefined;
  },
  missing: ({ accessToken }) => (accessToken ? undefined : "accessToken"),
  verify: verifyViber,
  status: checkViberToken,
});

/**
 * Returns the profile of the player to whom the token was issued for this app.
 *
 * Refusals: accessToken NOTAUTHENTICATED. Cost: one call, then one per 500 friends.
 */
export async function verifyViber(
  { accessToken }: ViberCredentials,
  settings: ViberSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  const session = openSession(accessToken ?? "", settings, context);
  const { id, name } = await readMe(session);
  const friends = await readFriends(session);
  return {
    id,
    ...(name && { displayName: clipName(name) }),
    token: session.token,
    ...(friends && { friends }),
  };
}

/** Checks a stored token. Throws ProviderUnavailable if the service cannot be asked. */
export async function checkViberToken(
  token: string,
  settings: ViberSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  try {
    await readMe(openSession(token, settings, context));
    return { active: true };
  } catch (error) {
    if (error instanceof ProviderRefusal) return { active: false };
    throw error;
  }
}

interface ViberSession {
  token: string;
  settings: ViberSettings;
  context: ProviderContext;
  signal: AbortSignal;
}

function openSession(token: string, settings: ViberSettings, context: ProviderContext): ViberSession {
  return { token, settings, context, signal: AbortSignal.timeout(TOTAL_TIMEOUT_FACTOR * context.timeoutMs) };
}

async function readMe(session: ViberSession): Promise<Static<typeof MeReply>> {
  if (!isCredential(session.token)) throw refusal("profile", "not a well-formed token");
  const call = callTo("profile", "/me", session);
  const me = read(call, await session.context.calls.send(call), MeReply);
  if (idText(me.appId) !== session.settings.appId) throw refusal("profile", "the token was issued for another app");
  return me;
}

function readFriends(session: ViberSession): Promise<ExternalFriend[] | undefined> {
  const { calls, maxFriends } = session.context;
  return readFriendPages("VB", maxFriends, async (wanted, after) => {
    const call = callTo("friends", "/me/friends", session);
    call.url.searchParams.set("limit", String(Math.min(FRIENDS_PER_CALL, wanted)));
    if (after) call.url.searchParams.set("after", after);
    const reply = await calls.send(call);
    // 403: the player does not share friends with the game.
    if (reply.status === 403) return undefined;
    const { friends, next } = read(call, reply, FriendsReply);
    return { friends: friends.map(({ id, name, photo }) => friendOf(id, name, photo)), next };
  });
}

function callTo(what: string, path: string, { token, settings, context, signal }: ViberSession): ProviderCall {
  const url = new URL(`${settings.apiUrl}${path}`);
  const headers = { authorization: `Bearer ${token}` };
  return { systemId: "VB", what, url, headers, timeoutMs: context.timeoutMs, maxBytes: MAX_REPLY_BYTES, signal };
}

function read<T extends TSchema>(call: ProviderCall, reply: ProviderReply, schema: T): Static<T> {
  if (reply.status === 401) throw refusal(call.what, "the token has expired, was revoked or never was valid");
  if (reply.status >= 400) throw unavailable(call, `responded with status ${reply.status}`);
  return readJson(call, reply, schema);
}

function refusal(what: string, reason: string): ProviderRefusal {
  return new ProviderRefusal("accessToken", "NOTAUTHENTICATED", `VB ${what}: ${reason}`);
}
