import { Type } from "@sinclair/typebox";
import { oauth1Authorization } from "../outgoing/oauth1.ts";
import type { NetworkCall } from "./calls.ts";
import { basicAuthorization, type Grant, requestGrant, revokeGrant } from "./oauth2.ts";
import {
  type Credentials,
  type NetworkProfile,
  type OAuth1Connecting,
  type OAuth2Connecting,
  type PublisherContext,
  PublishRefused,
} from "./publisher.ts";
import { ifPossible, preparing } from "./steps.ts";
import { callOf, consumerOf, succeed, type TwitterSettings } from "./twitter-calls.ts";

const SCOPES = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"];

const User = Type.Object({
  data: Type.Object({
    id: Type.String({ pattern: "^\\d{1,20}$" }),
    name: Type.Optional(Type.String()),
    username: Type.String({ pattern: "^\\w{1,20}$" }),
    profile_image_url: Type.Optional(Type.String()),
  }),
});

/** OAuth 2 with PKCE. */
export const byOAuth2: OAuth2Connecting<TwitterSettings> = {
  kind: "oauth2",
  missing: ({ twitterClientId }) => (twitterClientId ? undefined : "twitterClientId"),
  authorizeUrl({ twitterUrl, twitterClientId }, { redirectUri, state, challenge }) {
    const query = {
      response_type: "code",
      client_id: twitterClientId,
      redirect_uri: redirectUri,
      scope: SCOPES.join(" "),
      state,
      code_challenge: challenge,
      code_challenge_method: "S256",
    };
    return new URL(`${twitterUrl}/i/oauth2/authorize?${new URLSearchParams(query)}`);
  },
  async exchange(settings, { code, verifier, redirectUri }, context) {
    const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier };
    const { credentials, scopes } = await grant(settings, "connect account", form, context);
    if (scopes.length > 0 && !scopes.includes("tweet.write")) {
      throw new PublishRefused("TOKEN", "twitter connect account: the user did not allow posts");
    }
    return [await readProfile(settings, credentials, context)];
  },
};

/** OAuth 1.0a, with the consumer pair of the settings or of the caller. */
export const byOAuth1: OAuth1Connecting<TwitterSettings> = {
  kind: "oauth1",
  missing: ({ twitterConsumerKey, twitterConsumerSecret }) => {
    if (!twitterConsumerKey) return "twitterConsumerKey";
    return twitterConsumerSecret ? undefined : "twitterConsumerSecret";
  },
  async begin(settings, { callbackUrl }, context) {
    const fields = await leg(settings, "/oauth/request_token", { oauth_callback: callbackUrl }, {}, context);
    const [token, tokenSecret] = [fields.get("oauth_token"), fields.get("oauth_token_secret")];
    if (!token || !tokenSecret || fields.get("oauth_callback_confirmed") !== "true") throw unexpected();
    const query = new URLSearchParams({ oauth_token: token });
    return { authorizeUrl: new URL(`${settings.twitterApiUrl}/oauth/authorize?${query}`), token, tokenSecret };
  },
  async exchange(settings, { token, tokenSecret, verifier }, context) {
    const keys = { token, tokenSecret };
    const fields = await leg(settings, "/oauth/access_token", { oauth_verifier: verifier }, keys, context);
    const credentials = { token: fields.get("oauth_token"), tokenSecret: fields.get("oauth_token_secret") };
    const [id, handle] = [fields.get("user_id") ?? "", fields.get("screen_name") ?? ""];
    if (!credentials.token || !credentials.tokenSecret || !/^\d{1,20}$/.test(id) || !/^\w{1,20}$/.test(handle)) {
      throw unexpected();
    }
    const found = { token: credentials.token, tokenSecret: credentials.tokenSecret };
    const profile = await ifPossible(readProfile(settings, found, context));
    return [profile ?? { id, handle, profileUrl: `https://x.com/${handle}`, credentials: found }];
  },
};

export function grant(
  settings: TwitterSettings,
  what: string,
  form: Record<string, string>,
  context: PublisherContext,
): Promise<Grant> {
  return requestGrant(clientCall(settings, "/2/oauth2/token", what, form), context, hasEnded);
}

export function revoke(settings: TwitterSettings, token: string, context: PublisherContext): Promise<void> {
  return revokeGrant(clientCall(settings, "/2/oauth2/revoke", "end access", { token }), context, hasEnded);
}

/** X says invalid_request, not invalid_grant, of a refresh token that has ended. */
function hasEnded({ code, description }: { code: string; description: string }): boolean {
  return code === "invalid_request" && /(token|code) was invalid/i.test(description);
}

/** A public client has no secret and names itself in the form. */
function clientCall(
  { twitterApiUrl, twitterClientId, twitterClientSecret }: TwitterSettings,
  path: string,
  what: string,
  form: Record<string, string>,
): Omit<NetworkCall, "method"> {
  return {
    network: "twitter",
    what,
    url: new URL(`${twitterApiUrl}${path}`),
    ...(twitterClientSecret && {
      headers: { authorization: basicAuthorization(twitterClientId, twitterClientSecret) },
    }),
    form: { ...form, client_id: twitterClientId },
  };
}

async function readProfile(
  settings: TwitterSettings,
  credentials: Credentials,
  context: PublisherContext,
): Promise<NetworkProfile> {
  const path = "/2/users/me?user.fields=profile_image_url";
  const call = callOf(settings, { credentials }, "GET", path, "read account", context);
  const { id, name, username, profile_image_url } = (await preparing(succeed(call, User, context, { credentials })))
    .data;
  return {
    id,
    handle: username,
    ...(name && { displayName: name }),
    ...(profile_image_url && { avatarUrl: profile_image_url }),
    profileUrl: `https://x.com/${username}`,
    credentials,
  };
}

/** One of the signed steps; its response is a form. */
async function leg(
  settings: TwitterSettings,
  path: string,
  protocol: Record<string, string>,
  user: { token?: string; tokenSecret?: string },
  context: PublisherContext,
): Promise<URLSearchParams> {
  const url = new URL(`${settings.twitterApiUrl}${path}`);
  const keys = { ...consumerOf(settings, context), ...user };
  const authorization = oauth1Authorization({ method: "POST", url, keys, now: context.now(), protocol });
  const call: NetworkCall = {
    network: "twitter",
    what: "connect account",
    method: "POST",
    url,
    headers: { authorization },
  };
  const { status, body } = await preparing(context.calls.send(call));
  if (status < 300) return new URLSearchParams(body.toString("utf8"));
  const networkCode = String(status);
  if (status === 429) throw new PublishRefused("RATE", "twitter connect account: too many calls", { networkCode });
  if (user.token === undefined) {
    const reason = "X refuses the consumer key, its secret, or the callback URL of the app";
    throw new PublishRefused("NOT_CONFIGURED", `twitter connect account: ${reason}`, { networkCode });
  }
  throw new PublishRefused("TOKEN", "twitter connect account: X refuses the user's consent", { networkCode });
}

function unexpected(): PublishRefused {
  return new PublishRefused("UNAVAILABLE", "twitter connect account: an unexpected response");
}
