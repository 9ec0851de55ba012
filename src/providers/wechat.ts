import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { clipName, isCredential } from "./fields.ts";
import { fits, type ProviderCall, readJson, unavailable } from "./http.ts";
import {
  credential,
  defineProvider,
  type ExternalProfile,
  type ProviderContext,
  ProviderRefusal,
  type TokenStatus,
} from "./provider.ts";

/** WeChat's Open Platform. Responses are limited to 64 KiB. */
export interface WeChatSettings {
  /** Base URL of the API, without a trailing slash. */
  apiUrl?: string;
}

export interface WeChatCredentials {
  accessToken?: string | undefined;
  openId?: string | undefined;
}

export const WECHAT_API_URL = "https://api.weixin.qq.com";
const MAX_REPLY_BYTES = 65_536;

/** The token is invalid, expired or revoked, or belongs to another openid. */
const TOKEN_ERRORS = [40001, 40003, 40014, 41001, 41009, 42001, 42007];
/** The player did not grant the scope snsapi_userinfo. */
const NOT_GRANTED = [48001, 50001];

const ErrorReply = Type.Object({ errcode: Type.Integer() });
const ProfileReply = Type.Object({ openid: Type.String(), nickname: Type.Optional(Type.String()) });

/**
 * WeChat needs no settings: it confirms that a token and an openid belong together, but not which app issued them. An
 * openid names a user within one app, so a token of another app never leads to a player of this game. WeChat returns
 * errors with status 200 and has no friends.
 * Source: GameSparks documentation, WeChatConnectRequest and "Integrations"; WeChat Open Platform, `sns/auth` and
 * `sns/userinfo`.
 */
export const weChat = defineProvider({
  systemId: "WC",
  name: "WeChat",
  requests: ["WeChatConnectRequest"],
  credentials: {
    accessToken: credential("The access token that WeChat issued to the game."),
    openId: credential("The user's openid in the game, from WeChat."),
  },
  key: "accessToken",
  errors: [field("accessToken", "REQUIRED"), field("openId", "REQUIRED")],
  example: { credentials: { accessToken: "OezXcEiiBSKSxW0eoylIeA", openId: "oLVPpjqs9BhvzwPj5A" }, displayName: "Ada" },
  integration: "wechat",
  /** The entry, which exports do not have, and `apiUrl` are Rekindle's own. */
  readSettings(integration): WeChatSettings {
    const apiUrl = integration.url("apiUrl");
    return { ...(apiUrl && { apiUrl }) };
  },
  missing: ({ accessToken, openId }) => (accessToken ? (openId ? undefined : "openId") : "accessToken"),
  verify: verifyWeChat,
  status: checkWeChatToken,
});

/**
 * Returns the profile of `openId`. `displayName` is absent if the player did not grant it. The profile's token is the
 * openid, a space and the access token, since WeChat checks them together.
 *
 * Refusals: accessToken NOTAUTHENTICATED; accessToken or openId REQUIRED. Cost: two sequential calls.
 */
export async function verifyWeChat(
  { accessToken, openId }: WeChatCredentials,
  settings: WeChatSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!accessToken) throw new ProviderRefusal("accessToken", "REQUIRED", "WC: no token was sent");
  if (!openId) throw new ProviderRefusal("openId", "REQUIRED", "WC: no openid was sent");
  const account = { openId, accessToken };
  const invalid = await problemOf(account, settings, context);
  if (invalid) throw refusal("token check", invalid);
  const name = await readName(account, settings, context);
  return { id: openId, ...(name && { displayName: clipName(name) }), token: `${openId} ${accessToken}` };
}

/** Checks a stored token. Throws ProviderUnavailable if WeChat cannot be asked. */
export async function checkWeChatToken(
  token: string,
  settings: WeChatSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  const [openId = "", accessToken = ""] = token.split(" ");
  return { active: (await problemOf({ openId, accessToken }, settings, context)) === undefined };
}

interface WeChatAccount {
  openId: string;
  accessToken: string;
}

/** Why WeChat does not accept the token for this openid; undefined if it does. */
async function problemOf(
  account: WeChatAccount,
  settings: WeChatSettings,
  context: ProviderContext,
): Promise<string | undefined> {
  if (!isCredential(account.accessToken)) return "not a well-formed token";
  if (!/^[\w-]{1,128}$/.test(account.openId)) return "not a well-formed openid";
  const call = callTo("token check", "/sns/auth", account, settings, context);
  const { errcode } = await ask(call, ErrorReply, context);
  if (errcode === 0) return undefined;
  if (TOKEN_ERRORS.includes(errcode)) return `WeChat returned error ${errcode}`;
  throw unavailable(call, `WeChat returned error ${errcode}, which is not about the token`);
}

async function readName(
  account: WeChatAccount,
  settings: WeChatSettings,
  context: ProviderContext,
): Promise<string | undefined> {
  const call = callTo("profile", "/sns/userinfo", account, settings, context);
  const answer = await ask(call, Type.Union([ErrorReply, ProfileReply]), context);
  if (fits(ProfileReply, answer)) {
    if (answer.openid !== account.openId) throw refusal("profile", "it belongs to another user than the token");
    return answer.nickname;
  }
  if (NOT_GRANTED.includes(answer.errcode)) return undefined;
  if (TOKEN_ERRORS.includes(answer.errcode)) throw refusal("profile", `WeChat returned error ${answer.errcode}`);
  throw unavailable(call, `WeChat returned error ${answer.errcode}, which is not about the token`);
}

async function ask<T extends TSchema>(call: ProviderCall, schema: T, context: ProviderContext): Promise<Static<T>> {
  return readJson(call, await context.calls.send(call), schema);
}

function callTo(
  what: string,
  path: string,
  { accessToken, openId }: WeChatAccount,
  settings: WeChatSettings,
  context: ProviderContext,
): ProviderCall {
  const url = new URL(`${settings.apiUrl ?? WECHAT_API_URL}${path}`);
  url.searchParams.set("access_token", accessToken);
  url.searchParams.set("openid", openId);
  return { systemId: "WC", what, url, timeoutMs: context.timeoutMs, maxBytes: MAX_REPLY_BYTES };
}

function refusal(what: string, reason: string): ProviderRefusal {
  return new ProviderRefusal("accessToken", "NOTAUTHENTICATED", `WC ${what}: ${reason}`);
}
