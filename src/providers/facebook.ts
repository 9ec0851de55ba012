import { Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { readFriends } from "./facebook-friends.ts";
import {
  appToken,
  askGraph,
  type FacebookSettings,
  type GraphSession,
  isPermissionError,
  isTokenError,
  openGraph,
} from "./facebook-graph.ts";
import { verifyLimitedLogin } from "./facebook-limited-login.ts";
import { clipName, idText, isCredential } from "./fields.ts";
import { looksLikeIdToken } from "./id-token.ts";
import {
  credential,
  defineProvider,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
  type TokenStatus,
} from "./provider.ts";

export interface FacebookCredentials {
  accessToken?: string | undefined;
  code?: string | undefined;
  /** The redirect_uri that `code` was issued for; default: the one in the settings. */
  redirectUri?: string | undefined;
}

const CodeReply = Type.Object({ access_token: Type.String({ minLength: 1, maxLength: 4096 }) });
const Id = Type.Union([Type.String({ minLength: 1, maxLength: 128 }), Type.Integer()]);
const TokenReply = Type.Object({
  data: Type.Object({
    is_valid: Type.Boolean(),
    app_id: Type.Optional(Id),
    user_id: Type.Optional(Id),
    type: Type.Optional(Type.String()),
    /** Seconds since 1970; 0: never. */
    expires_at: Type.Optional(Type.Number()),
    scopes: Type.Optional(Type.Array(Type.String())),
  }),
});
const RemovalReply = Type.Object({ success: Type.Literal(true) });
const MeReply = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }), name: Type.Optional(Type.String()) });

/**
 * Source: GameSparks documentation, FacebookConnectRequest. An accessToken takes precedence over a code.
 */
export const facebook = defineProvider({
  systemId: "FB",
  name: "Facebook",
  requests: ["FacebookConnectRequest"],
  credentials: {
    accessToken: credential("The access token, or the ID token of Limited Login, that Facebook issued to the game."),
    code: credential("The authorization code that Facebook issued to the game."),
  },
  key: "accessToken",
  errors: [
    field("accessToken", "REQUIRED", "Neither an accessToken nor a code was sent.", "Send one of them."),
    field("code", "NOTAUTHENTICATED"),
  ],
  notConfigured: notConfigured("FACEBOOK", "facebookAppId and facebookSecret"),
  example: { credentials: { accessToken: "EAABsbCS1iHg" }, displayName: "Ada" },
  integration: "facebook",
  /** `graphUrl`, `redirectUri` and `limitedLoginKeysUrl` are Rekindle's own. */
  readSettings(integration): FacebookSettings | undefined {
    const appId = integration.text("facebookAppId");
    const appSecret = integration.text("facebookSecret");
    if (!appId || !appSecret) return undefined;
    const graphUrl = integration.url("graphUrl");
    const redirectUri = integration.text("redirectUri");
    const keysUrl = integration.url("limitedLoginKeysUrl");
    return {
      ...{ appId, appSecret },
      ...(graphUrl && { graphUrl }),
      ...(redirectUri && { redirectUri }),
      ...(keysUrl && { keysUrl }),
    };
  },
  missing: ({ accessToken, code }) => (accessToken || code ? undefined : "accessToken"),
  verify: verifyFacebook,
  status: checkFacebookToken,
  revoke: revokeFacebookPermissions,
});

/**
 * Returns the profile that Facebook confirms. The token must be issued for this app: the owner of another app, who can
 * collect that app's tokens, must not be able to log in here.
 *
 * Refusals: accessToken or code NOTAUTHENTICATED; accessToken REQUIRED if both are missing. Cost: two sequential calls
 * (three with a code), then one per 500 friends. See `verifyLimitedLogin` for ID tokens.
 */
export async function verifyFacebook(
  credentials: FacebookCredentials,
  settings: FacebookSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (looksLikeIdToken(credentials.accessToken)) return verifyLimitedLogin(credentials.accessToken, settings, context);
  const session = openGraph(settings, context);
  const field = credentials.accessToken ? "accessToken" : "code";
  const token = credentials.accessToken || (await exchangeCode(session, credentials));
  const facts = await inspectToken(session, token);
  if ("invalid" in facts) throw new ProviderRefusal(field, "NOTAUTHENTICATED", `FB token check: ${facts.invalid}`);
  const [me, friends] = await Promise.all([
    readMe(session, token, field),
    facts.friendsGranted ? readFriends(session, token, field) : undefined,
  ]);
  if (me.id !== facts.userId) {
    throw new ProviderRefusal(field, "NOTAUTHENTICATED", "FB profile: it belongs to another user than the token");
  }
  return {
    id: me.id,
    ...(me.name && { displayName: clipName(me.name) }),
    token,
    ...(facts.expiresAt !== undefined && { tokenExpiresAt: facts.expiresAt }),
    ...(friends && { friends }),
  };
}

/** Checks a stored token. Throws ProviderUnavailable if Facebook cannot be asked. */
export async function checkFacebookToken(
  token: string,
  settings: FacebookSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  const facts = await inspectToken(openGraph(settings, context), token);
  if ("invalid" in facts) return { active: false };
  return { active: true, ...(facts.expiresAt !== undefined && { expiresAt: facts.expiresAt }) };
}

/**
 * Removes the game from the player's apps, which ends all of the player's tokens for it. Does nothing if the token has
 * ended already. Throws ProviderUnavailable if Facebook cannot be asked.
 */
export async function revokeFacebookPermissions(
  token: string,
  settings: FacebookSettings,
  context: ProviderContext,
): Promise<void> {
  if (!isCredential(token)) return;
  const session = openGraph(settings, context);
  const request = { what: "removal of permissions", path: "/me/permissions", method: "DELETE", token } as const;
  const answer = await askGraph(session, request, RemovalReply);
  if ("error" in answer && !isTokenError(answer.error)) throw answer.fail();
}

interface TokenFacts {
  userId: string;
  expiresAt: number | undefined;
  /** False if the player did not share friends; Facebook would then return an empty list. */
  friendsGranted: boolean;
}

async function exchangeCode(session: GraphSession, { code, redirectUri }: FacebookCredentials): Promise<string> {
  if (!code) throw new ProviderRefusal("accessToken", "REQUIRED", "FB: neither a token nor a code was sent");
  if (!isCredential(code)) throw new ProviderRefusal("code", "NOTAUTHENTICATED", "FB: not a well-formed code");
  const { appId, appSecret, redirectUri: usual = "" } = session.settings;
  const form = { client_id: appId, client_secret: appSecret, redirect_uri: redirectUri ?? usual, code };
  const answer = await askGraph(session, { what: "code exchange", path: "/oauth/access_token", form }, CodeReply);
  if ("value" in answer) return answer.value.access_token;
  // 100: the code was used before, has expired, is unknown or was issued for another redirect_uri.
  if (answer.error.code === 100 || isTokenError(answer.error)) throw answer.refuse("code");
  throw answer.fail("check the app's id and secret in integrations.facebook");
}

async function inspectToken(session: GraphSession, token: string): Promise<TokenFacts | { invalid: string }> {
  if (!isCredential(token)) return { invalid: "not a well-formed token" };
  const { settings } = session;
  const answer = await askGraph(
    session,
    { what: "token check", path: "/debug_token", query: { input_token: token }, token: appToken(settings) },
    TokenReply,
  );
  if ("error" in answer) {
    // Any other error is about the app's token, not the player's.
    if (answer.error.code === 100 && answer.error.message?.includes("input_token")) {
      return { invalid: "it was issued for another app, so Facebook does not show it to this one" };
    }
    throw answer.fail("check the app's id and secret in integrations.facebook");
  }
  const { data } = answer.value;
  if (!data.is_valid) return { invalid: "it has expired, was revoked or never was valid" };
  if (idText(data.app_id) !== settings.appId) return { invalid: "it was issued for another app" };
  const userId = idText(data.user_id);
  if (userId === undefined || (data.type !== undefined && data.type !== "USER")) {
    return { invalid: "it does not belong to a user" };
  }
  return {
    userId,
    expiresAt: data.expires_at ? data.expires_at * 1000 : undefined,
    friendsGranted: data.scopes?.includes("user_friends") ?? true,
  };
}

async function readMe(session: GraphSession, token: string, field: string) {
  const answer = await askGraph(
    session,
    { what: "profile", path: "/me", query: { fields: "id,name" }, token },
    MeReply,
  );
  if ("value" in answer) return answer.value;
  throw isTokenError(answer.error) || isPermissionError(answer.error) ? answer.refuse(field) : answer.fail();
}
