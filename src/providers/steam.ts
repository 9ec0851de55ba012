import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { friendOf } from "./friend-pages.ts";
import { type ProviderCall, type ProviderReply, readJson, unavailable } from "./http.ts";
import {
  credential,
  defineProvider,
  type ExternalFriend,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
} from "./provider.ts";

/** Steam's Web API. Responses are limited to 1 MiB. */
export interface SteamSettings {
  apiKey: string;
  /** The app that tickets must have been issued for. */
  appId: string;
  /** The identity that the game names when it gets its tickets (GetAuthTicketForWebApi); absent: none. */
  identity?: string;
  /** Base URL of the API, without a trailing slash. */
  apiUrl?: string;
}

export interface SteamCredentials {
  sessionTicket?: string | undefined;
}

/** It accepts the keys of users and of publishers; https://partner.steam-api.com only those of publishers. */
export const STEAM_API_URL = "https://api.steampowered.com";
const MAX_REPLY_BYTES = 1_048_576;
const SUMMARIES_PER_CALL = 100;
/** The time limit of one verification, as a multiple of the limit of one call. */
const TOTAL_TIMEOUT_FACTOR = 4;
/** Tickets have at most 2560 bytes. */
const TICKET = /^(?:[0-9a-f]{2}){1,2560}$/i;

/** 64 bits, so a text; as a number it would not be exact. */
const SteamId = Type.String({ pattern: "^\\d{1,20}$" });
const TicketReply = Type.Object({
  response: Type.Union([
    Type.Object({ params: Type.Object({ result: Type.Literal("OK"), steamid: SteamId }) }),
    Type.Object({ error: Type.Object({ errorcode: Type.Integer() }) }),
  ]),
});
const FriendsReply = Type.Object({
  friendslist: Type.Object({ friends: Type.Array(Type.Object({ steamid: SteamId })) }),
});
const SummariesReply = Type.Object({
  response: Type.Object({
    players: Type.Array(
      Type.Object({
        steamid: SteamId,
        personaname: Type.Optional(Type.String()),
        avatarfull: Type.Optional(Type.String()),
      }),
    ),
  }),
});

/**
 * A ticket is no token that could be stored: it ends with the player's session at Steam.
 * Source: GameSparks documentation, SteamConnectRequest; Steamworks, ISteamUserAuth and ISteamUser.
 */
export const steam = defineProvider({
  systemId: "ST",
  name: "Steam",
  requests: ["SteamConnectRequest"],
  credentials: { sessionTicket: credential("The ticket of the Steam SDK's GetAuthSessionTicket, in hexadecimal.") },
  key: "sessionTicket",
  errors: [field("sessionTicket", "REQUIRED")],
  notConfigured: notConfigured("STEAM", "steamApiKey and steamAppId"),
  example: { credentials: { sessionTicket: "14000000C7A3" }, displayName: "Ada" },
  integration: "steam",
  /** `steamIdentity` and `apiUrl` are Rekindle's own. */
  readSettings(integration): SteamSettings | undefined {
    const apiKey = integration.text("steamApiKey");
    const appId = integration.text("steamAppId");
    if (!apiKey || !appId) return undefined;
    const identity = integration.text("steamIdentity");
    const apiUrl = integration.url("apiUrl");
    return { apiKey, appId, ...(identity && { identity }), ...(apiUrl && { apiUrl }) };
  },
  missing: ({ sessionTicket }) => (sessionTicket ? undefined : "sessionTicket"),
  verify: verifySteam,
});

/**
 * Returns the player whom Steam issued the ticket to, for this app. Bans are not considered. `friends` is absent if the
 * player's friend list is private.
 *
 * Refusals: sessionTicket NOTAUTHENTICATED. Cost: three calls, then one per 100 friends for their names.
 */
export async function verifySteam(
  { sessionTicket }: SteamCredentials,
  settings: SteamSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!sessionTicket || !TICKET.test(sessionTicket)) throw refusal("it is not a ticket in hexadecimal");
  const session = { settings, context, signal: AbortSignal.timeout(TOTAL_TIMEOUT_FACTOR * context.timeoutMs) };
  const id = await readTicket(session, sessionTicket);
  const [own, friendIds] = await Promise.all([readSummaries(session, [id]), readFriendIds(session, id)]);
  const name = own.get(id)?.name;
  const friends = friendIds && (await readFriends(session, friendIds));
  return { id, ...(name && { displayName: name }), ...(friends && { friends }) };
}

interface SteamSession {
  settings: SteamSettings;
  context: ProviderContext;
  signal: AbortSignal;
}

async function readTicket(session: SteamSession, ticket: string): Promise<string> {
  const { appId, identity } = session.settings;
  const query = { appid: appId, ticket, ...(identity && { identity }) };
  const call = callTo("ticket check", "/ISteamUserAuth/AuthenticateUserTicket/v1/", query, session);
  const { response } = read(call, await session.context.calls.send(call), TicketReply);
  // 101: the ticket is invalid, has expired or was cancelled; 102: it was issued for another app.
  if ("error" in response) throw refusal(`Steam returned error ${response.error.errorcode}`);
  return response.params.steamid;
}

async function readFriendIds(session: SteamSession, id: string): Promise<string[] | undefined> {
  const { calls, maxFriends } = session.context;
  if (maxFriends <= 0) return undefined;
  const call = callTo("friends", "/ISteamUser/GetFriendList/v1/", { steamid: id, relationship: "friend" }, session);
  const reply = await calls.send(call);
  // 401: the list is private.
  if (reply.status === 401) return undefined;
  const ids = new Set(read(call, reply, FriendsReply).friendslist.friends.map(({ steamid }) => steamid));
  return [...ids].slice(0, maxFriends);
}

async function readFriends(session: SteamSession, ids: readonly string[]): Promise<ExternalFriend[]> {
  const friends: ExternalFriend[] = [];
  for (let from = 0; from < ids.length; from += SUMMARIES_PER_CALL) {
    const some = ids.slice(from, from + SUMMARIES_PER_CALL);
    const found = await readSummaries(session, some);
    friends.push(...some.map((id) => found.get(id) ?? { id }));
  }
  return friends;
}

/** Names and pictures by id; without the ids that Steam does not know. */
async function readSummaries(session: SteamSession, ids: readonly string[]): Promise<Map<string, ExternalFriend>> {
  const call = callTo("profiles", "/ISteamUser/GetPlayerSummaries/v2/", { steamids: ids.join(",") }, session);
  const { players } = read(call, await session.context.calls.send(call), SummariesReply).response;
  return new Map(
    players.map(({ steamid, personaname, avatarfull }) => [steamid, friendOf(steamid, personaname, avatarfull)]),
  );
}

function callTo(
  what: string,
  path: string,
  query: Record<string, string>,
  { settings, context, signal }: SteamSession,
): ProviderCall {
  const url = new URL(`${settings.apiUrl ?? STEAM_API_URL}${path}`);
  url.search = new URLSearchParams({ key: settings.apiKey, ...query }).toString();
  return { systemId: "ST", what, url, timeoutMs: context.timeoutMs, maxBytes: MAX_REPLY_BYTES, signal };
}

function read<T extends TSchema>(call: ProviderCall, reply: ProviderReply, schema: T): Static<T> {
  if (reply.status < 400) return readJson(call, reply, schema);
  const hint = reply.status === 401 || reply.status === 403 ? "; check steamApiKey in integrations.steam" : "";
  throw unavailable(call, `responded with status ${reply.status}${hint}`);
}

function refusal(reason: string): ProviderRefusal {
  return new ProviderRefusal("sessionTicket", "NOTAUTHENTICATED", `ST ticket check: ${reason}`);
}
