import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
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
import { clipName, idText, isCredential } from "./fields.ts";
import { type ExternalProfile, type ProviderContext, ProviderRefusal, type TokenStatus } from "./provider.ts";

export interface FacebookCredentials {
  accessToken?: string | undefined;
  /** Used where there is no accessToken. */
  code?: string | undefined;
  /** The redirect_uri that `code` was issued for; absent: the settings'. */
  redirectUri?: string | undefined;
}

const CodeReply = TypeCompiler.Compile(Type.Object({ access_token: Type.String({ minLength: 1, maxLength: 4096 }) }));
const Id = Type.Union([Type.String({ minLength: 1, maxLength: 128 }), Type.Integer()]);
const TokenReply = TypeCompiler.Compile(
  Type.Object({
    data: Type.Object({
      is_valid: Type.Boolean(),
      app_id: Type.Optional(Id),
      user_id: Type.Optional(Id),
      type: Type.Optional(Type.String()),
      /** Seconds since 1970; 0: never. */
      expires_at: Type.Optional(Type.Number()),
      scopes: Type.Optional(Type.Array(Type.String())),
    }),
  }),
);
const MeReply = TypeCompiler.Compile(
  Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }), name: Type.Optional(Type.String()) }),
);

/**
 * The profile that Facebook vouches for. The token must be a user's, valid, and issued for this app: a token of another
 * app, which that app's owner could have collected, does not log in here.
 *
 * Refusals: accessToken or code NOTAUTHENTICATED; accessToken REQUIRED where there is neither. ProviderUnavailable also
 * where Facebook does not accept the app's own id and secret, as that says nothing of the player.
 * Cost: two calls after another (three with a code), then one for each 500 friends.
 */
export async function verifyFacebook(
  credentials: FacebookCredentials,
  settings: FacebookSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
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
    throw new ProviderRefusal(field, "NOTAUTHENTICATED", "FB profile: it is not that of the token's user");
  }
  return {
    id: me.id,
    ...(me.name && { displayName: clipName(me.name) }),
    token,
    ...(facts.expiresAt !== undefined && { tokenExpiresAt: facts.expiresAt }),
    ...(friends && { friends }),
  };
}

/** Whether a token kept from an earlier connect still works. ProviderUnavailable where Facebook cannot be asked. */
export async function checkFacebookToken(
  token: string,
  settings: FacebookSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  const facts = await inspectToken(openGraph(settings, context), token);
  if ("invalid" in facts) return { active: false };
  return { active: true, ...(facts.expiresAt !== undefined && { expiresAt: facts.expiresAt }) };
}

interface TokenFacts {
  userId: string;
  expiresAt: number | undefined;
  /** False: the player did not let the game see friends; Facebook would then answer with none. */
  friendsGranted: boolean;
}

async function exchangeCode(session: GraphSession, { code, redirectUri }: FacebookCredentials): Promise<string> {
  if (!code) throw new ProviderRefusal("accessToken", "REQUIRED", "FB: neither a token nor a code was sent");
  if (!isCredential(code)) throw new ProviderRefusal("code", "NOTAUTHENTICATED", "FB: what was sent is no code");
  const { appId, appSecret, redirectUri: usual = "" } = session.settings;
  const form = { client_id: appId, client_secret: appSecret, redirect_uri: redirectUri ?? usual, code };
  const answer = await askGraph(session, { what: "code exchange", path: "/oauth/access_token", form }, CodeReply);
  if ("value" in answer) return answer.value.access_token;
  // 100 is what Facebook says of a code that is used up, old, unknown or issued for another redirect_uri.
  if (answer.error.code === 100 || isTokenError(answer.error)) throw answer.refuse("code");
  throw answer.fail("check the app's id and secret in integrations.facebook");
}

async function inspectToken(session: GraphSession, token: string): Promise<TokenFacts | { invalid: string }> {
  if (!isCredential(token)) return { invalid: "what was sent is no token" };
  const { settings } = session;
  const answer = await askGraph(
    session,
    { what: "token check", path: "/debug_token", query: { input_token: token }, token: appToken(settings) },
    TokenReply,
  );
  if ("error" in answer) {
    // Any other error here is about the token that the app asks with, not about the player's.
    if (answer.error.code === 100 && answer.error.message?.includes("input_token")) {
      return { invalid: "Facebook does not show it to this app, as it was issued for another" };
    }
    throw answer.fail("check the app's id and secret in integrations.facebook");
  }
  const { data } = answer.value;
  if (!data.is_valid) return { invalid: "it ended, was revoked or never was one" };
  if (idText(data.app_id) !== settings.appId) return { invalid: "it was issued for another app" };
  const userId = idText(data.user_id);
  if (userId === undefined || (data.type !== undefined && data.type !== "USER")) return { invalid: "it is no user's" };
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
