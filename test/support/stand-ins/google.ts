import {
  type LoopbackAnswer,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../../examples/starter/stand-ins/loopback.ts";
import { type IdTokenSigner, idTokenSigner } from "./id-tokens.ts";

/**
 * A stand-in for Google on this machine, as Google documents it: OAuth's `/token` and `/tokeninfo`, `/v1/userinfo`,
 * Play Games' `verify`, the signing keys at `/certs`, and the friends of Google+ as long as that existed.
 */
export interface GoogleUser {
  /** Of the Google account. */
  id: string;
  /** In Play Games; default: g and the id. */
  playerId?: string;
  name?: string;
  accessTokens?: string[];
  /** Each works once. */
  codes?: string[];
  /** What codes were issued for; default: an empty one. */
  redirectUri?: string;
  refreshToken?: string;
  /** Default: the stand-in's. */
  clientId?: string;
  /** The game of Play Games that tokens are for; default: the stand-in's. */
  appId?: string;
  /** Default: profile, games and plus.login. */
  scopes?: string[];
  /** The seconds that the tokens have left; default 3600. */
  secondsLeft?: number;
  friends?: { id: string; displayName?: string; image?: { url: string } }[];
}

export interface GoogleStandInOptions {
  clientId: string;
  clientSecret: string;
  appId: string;
  users?: readonly GoogleUser[];
}

export interface GoogleStandIn extends LoopbackServer {
  /** For `integrations.google`, with every URL. */
  integration: Record<string, string>;
  signer: IdTokenSigner;
  addUser(user: GoogleUser): void;
  /** Of an access token or a refresh token. */
  revoke(token: string): void;
}

const ALL_SCOPES = ["profile", "games", "plus.login"];

export async function startGoogleStandIn(options: GoogleStandInOptions): Promise<GoogleStandIn> {
  const signer = idTokenSigner();
  const byToken = new Map<string, GoogleUser>();
  const byCode = new Map<string, GoogleUser>();
  const byRefreshToken = new Map<string, GoogleUser>();
  for (const user of options.users ?? []) addUser(user);

  const server = await startLoopbackServer(0, (request) => {
    if (request.path === "/token") return exchange(request);
    if (request.path === "/tokeninfo") return tokenInfo(request);
    if (request.path === "/v1/userinfo") return userInfo(request);
    if (request.path === "/certs") return { body: signer.keys };
    if (request.path === "/plus/people/me/people/visible") return people(request);
    const appId = /^\/games\/applications\/([^/]+)\/verify$/.exec(request.path)?.[1];
    return appId === undefined ? apiError(404, "NOT_FOUND", "notFound") : verify(request, appId);
  });
  const { url } = server;
  return {
    ...server,
    integration: {
      ...{ appId: options.appId, googlePlusClientId: options.clientId, googlePlusClientSecret: options.clientSecret },
      ...{ tokenUrl: `${url}/token`, tokenInfoUrl: `${url}/tokeninfo`, userInfoUrl: `${url}/v1/userinfo` },
      ...{ keysUrl: `${url}/certs`, gamesUrl: `${url}/games` },
    },
    signer,
    addUser,
    revoke(token) {
      byToken.delete(token);
      byRefreshToken.delete(token);
    },
  };

  function addUser(user: GoogleUser): void {
    for (const token of user.accessTokens ?? []) byToken.set(token, user);
    for (const code of user.codes ?? []) byCode.set(code, user);
    if (user.refreshToken) byRefreshToken.set(user.refreshToken, user);
  }

  function exchange({ method, form }: LoopbackRequest): LoopbackAnswer {
    if (method === "POST" && form["grant_type"] === "refresh_token") return refresh(form);
    if (method !== "POST" || form["grant_type"] !== "authorization_code") return oauthError(400, "invalid_request");
    const { code = "", client_id, client_secret, redirect_uri } = form;
    if (client_id !== options.clientId || client_secret !== options.clientSecret)
      return oauthError(401, "invalid_client", client_secret);
    const user = byCode.get(code);
    if (!user || (user.clientId ?? options.clientId) !== client_id) return oauthError(400, "invalid_grant", code);
    if (redirect_uri !== (user.redirectUri ?? "")) return oauthError(400, "redirect_uri_mismatch", code);
    byCode.delete(code);
    return {
      body: {
        access_token: user.accessTokens?.[0],
        expires_in: user.secondsLeft ?? 3600,
        scope: (user.scopes ?? ALL_SCOPES).join(" "),
        token_type: "Bearer",
        ...(user.refreshToken && { refresh_token: user.refreshToken }),
      },
    };
  }

  /** Issues a token named after the refresh token. The refresh token itself stays valid and is not sent again. */
  function refresh({ client_id, client_secret, refresh_token = "" }: Record<string, string>): LoopbackAnswer {
    if (client_id !== options.clientId || client_secret !== options.clientSecret)
      return oauthError(401, "invalid_client", client_secret);
    const user = byRefreshToken.get(refresh_token);
    if (!user || (user.clientId ?? options.clientId) !== client_id) return oauthError(400, "invalid_grant");
    const access_token = `ya29.by-${refresh_token}`;
    byToken.set(access_token, user);
    const scope = (user.scopes ?? ALL_SCOPES).join(" ");
    return { body: { access_token, expires_in: user.secondsLeft ?? 3600, scope, token_type: "Bearer" } };
  }

  function tokenInfo({ query }: LoopbackRequest): LoopbackAnswer {
    const token = query["access_token"] ?? "";
    const user = byToken.get(token);
    if (!user) return oauthError(400, "invalid_token", token);
    const { clientId = options.clientId, scopes = ALL_SCOPES, secondsLeft = 3600 } = user;
    return {
      body: {
        azp: clientId,
        aud: clientId,
        ...(scopes.includes("profile") && { sub: user.id }),
        scope: scopes.join(" "),
        exp: "1900000000",
        expires_in: String(secondsLeft),
        access_type: "online",
      },
    };
  }

  function userInfo(request: LoopbackRequest): LoopbackAnswer {
    const user = bearer(request);
    if (!user) return oauthError(401, "invalid_request", "Invalid Credentials");
    const { scopes = ALL_SCOPES } = user;
    if (!scopes.includes("profile")) return oauthError(403, "insufficient_scope");
    return { body: { sub: user.id, ...(user.name && { name: user.name }), picture: `${url}/photo.jpg` } };
  }

  function verify(request: LoopbackRequest, appId: string): LoopbackAnswer {
    const user = bearer(request);
    if (!user) return apiError(401, "UNAUTHENTICATED", "authError");
    if (!(user.scopes ?? ALL_SCOPES).includes("games"))
      return apiError(403, "PERMISSION_DENIED", "insufficientPermissions");
    if ((user.appId ?? options.appId) !== appId) return apiError(403, "PERMISSION_DENIED", "forbidden");
    return { body: { kind: "games#applicationVerifyResponse", player_id: user.playerId ?? `g${user.id}` } };
  }

  function people(request: LoopbackRequest): LoopbackAnswer {
    const user = bearer(request);
    if (!user) return apiError(401, "UNAUTHENTICATED", "authError");
    if (!(user.scopes ?? ALL_SCOPES).includes("plus.login"))
      return apiError(403, "PERMISSION_DENIED", "insufficientPermissions");
    const from = Number(request.query["pageToken"] ?? 0);
    const to = from + Math.min(100, Number(request.query["maxResults"] ?? 100));
    const friends = user.friends ?? [];
    const items = friends.slice(from, to);
    return { body: { items, ...(to < friends.length && { nextPageToken: String(to) }) } };
  }

  function bearer({ headers }: LoopbackRequest): GoogleUser | undefined {
    return byToken.get(/^Bearer (\S+)$/.exec(String(headers["authorization"]))?.[1] ?? "");
  }
}

/** As of OAuth's endpoints. The description quotes what was sent, which must not reach a log. */
export function oauthError(status: number, error: string, quoted = ""): LoopbackAnswer {
  return { status, body: { error, error_description: `Bad Request ${quoted}` } };
}

/** As of Google's other APIs. */
export function apiError(code: number, status: string, reason: string): LoopbackAnswer {
  const message = "The request is refused.";
  return { status: code, body: { error: { code, message, errors: [{ message, domain: "global", reason }], status } } };
}
