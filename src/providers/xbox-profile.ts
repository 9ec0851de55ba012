import { Type } from "@sinclair/typebox";
import { clipName } from "./fields.ts";
import { nextOffset, readFriendPages } from "./friend-pages.ts";
import { type ProviderCall, readJson, unavailable } from "./http.ts";
import type { Integration } from "./integration.ts";
import type { ExternalFriend, ProviderContext } from "./provider.ts";

/**
 * Xbox services, as Xbox Live and Xbox One accounts use them. Responses are limited to 256 KiB.
 *
 * Xbox services accept any XSTS token for the relying party http://xboxlive.com, and do not say which title obtained
 * it. A game that accepts these tokens must not send them to servers of others.
 */
export interface XboxSettings {
  /** Base URL of the profile service, without a trailing slash. */
  profileUrl?: string;
  /** Base URL of the people service, without a trailing slash. */
  socialUrl?: string;
}

export type XboxSystem = "XB" | "X1";

export const XBOX_PROFILE_URL = "https://profile.xboxlive.com";
export const XBOX_SOCIAL_URL = "https://social.xboxlive.com";
const MAX_REPLY_BYTES = 262_144;
const MAX_TOKEN_LENGTH = 8192;
const PEOPLE_PER_CALL = 500;
/** The time limit of all pages of people, as a multiple of the limit of one call. */
const PEOPLE_TIMEOUT_FACTOR = 4;

const Xuid = Type.String({ pattern: "^[0-9]{1,20}$" });
const ProfileReply = Type.Object({
  profileUsers: Type.Array(
    Type.Object({
      id: Xuid,
      settings: Type.Array(Type.Object({ id: Type.String(), value: Type.Optional(Type.String()) })),
    }),
    { minItems: 1, maxItems: 1 },
  ),
});
const PeopleReply = Type.Object({
  totalCount: Type.Integer(),
  people: Type.Array(Type.Object({ xuid: Xuid, isFollowingCaller: Type.Optional(Type.Boolean()) })),
});

/** Whether `text` has the form `XBL3.0 x=<user hash>;<token>`. */
export function isXboxToken(text: string): boolean {
  return text.length <= MAX_TOKEN_LENGTH && /^XBL3\.0 x=[0-9]{1,20};[\w.~+/=-]+$/.test(text);
}

/** `enabled` says that the game accepts these accounts, since Xbox services need no settings. */
export function readXboxSettings(integration: Integration): XboxSettings | undefined {
  if (integration.get("enabled") !== true) return undefined;
  const profileUrl = integration.url("profileUrl");
  const socialUrl = integration.url("socialUrl");
  return { ...(profileUrl && { profileUrl }), ...(socialUrl && { socialUrl }) };
}

/** The user whom Xbox services identify by the token, or why they do not accept it. Cost: one call. */
export async function readXboxUser(
  systemId: XboxSystem,
  token: string,
  { profileUrl = XBOX_PROFILE_URL }: XboxSettings,
  context: ProviderContext,
): Promise<{ xuid: string; name: string | undefined } | { invalid: string }> {
  if (!isXboxToken(token)) return { invalid: "not a well-formed token" };
  const url = new URL(`${profileUrl}/users/me/profile/settings?settings=GameDisplayName`);
  const call = callWith(token, 2, { systemId, what: "profile", url }, context);
  const reply = await context.calls.send(call);
  if (reply.status === 401 || reply.status === 403) return { invalid: `responded with status ${reply.status}` };
  if (reply.status >= 400) throw unavailable(call, `responded with status ${reply.status}`);
  const [user] = readJson(call, reply, ProfileReply).profileUsers;
  const name = user!.settings.find(({ id }) => id === "GameDisplayName")?.value;
  return { xuid: user!.id, name: name && clipName(name) };
}

/** Reads people who follow each other with the user; undefined if the token does not allow reading them. */
export async function readXboxFriends(
  systemId: XboxSystem,
  token: string,
  { socialUrl = XBOX_SOCIAL_URL }: XboxSettings,
  context: ProviderContext,
): Promise<ExternalFriend[] | undefined> {
  const signal = AbortSignal.timeout(PEOPLE_TIMEOUT_FACTOR * context.timeoutMs);
  return readFriendPages(systemId, context.maxFriends, async (_, cursor = "0") => {
    const url = new URL(`${socialUrl}/users/me/people?view=All&startIndex=${cursor}&maxItems=${PEOPLE_PER_CALL}`);
    const call = callWith(token, 1, { systemId, what: "people", url, signal }, context);
    const reply = await context.calls.send(call);
    if (reply.status === 401 || reply.status === 403) return undefined;
    if (reply.status >= 400) throw unavailable(call, `responded with status ${reply.status}`);
    const { people, totalCount } = readJson(call, reply, PeopleReply);
    const friends = people.filter(({ isFollowingCaller }) => isFollowingCaller).map(({ xuid }) => ({ id: xuid }));
    return { friends, next: nextOffset(cursor, people.length, totalCount) };
  });
}

function callWith(
  token: string,
  contractVersion: number,
  call: Pick<ProviderCall, "systemId" | "what" | "url" | "signal">,
  { timeoutMs }: ProviderContext,
): ProviderCall {
  const headers = { authorization: token, "x-xbl-contract-version": String(contractVersion) };
  return { ...call, headers, timeoutMs, maxBytes: MAX_REPLY_BYTES };
}
