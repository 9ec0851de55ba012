import { createHmac } from "node:crypto";
import { type LoopbackAnswer, type LoopbackRequest, type LoopbackServer, startLoopbackServer } from "./loopback.ts";

/**
 * A stand-in for Facebook's Graph API on this machine, so that the example game and the tests link Facebook accounts
 * without an account at Facebook. It answers `debug_token`, `me`, `me/friends`, `oauth/access_token` and
 * DELETE of a user's `permissions`, with or without a version before them, as Facebook documents it, errors included, and
 * requires the appsecret_proof.
 */
export interface FacebookUser {
  id: string;
  name: string;
  /** Tokens that stand for this user. */
  accessTokens: string[];
  /** Codes that can be exchanged for the first token, each once, with an empty redirect_uri or `redirectUri`. */
  codes?: string[];
  redirectUri?: string;
  /** Ids of other users of the stand-in, or friends that are not among them. */
  friends?: (string | { id: string; name: string })[];
  /** Default: public_profile and user_friends. */
  scopes?: string[];
  /** The tokens' end, in seconds since 1970; default 0: never. */
  expiresAt?: number;
  /** Default: the stand-in's. Tokens of another app are valid, but not here. */
  appId?: string;
}

export interface FacebookStandInOptions {
  /** Default: a free one. */
  port?: number;
  appId: string;
  appSecret: string;
  users?: readonly FacebookUser[];
  /** Users who remove the app log in again at once: their tokens stay valid. For a demo that is repeated. */
  usersComeBack?: boolean;
  /** The most friends that one answer holds, whatever `limit` asks for; default 5000. */
  maxPageSize?: number;
  /** Where `paging.next` points; default: the stand-in. */
  nextPageOrigin?: string;
}

export interface FacebookStandIn extends LoopbackServer {
  /** A user with valid tokens, also if they were revoked before. */
  addUser(user: FacebookUser): void;
  /** Ends a token as a user does who removes the app: error 190 from now on. */
  revoke(accessToken: string): void;
}

export async function startFacebookStandIn(options: FacebookStandInOptions): Promise<FacebookStandIn> {
  const users = new Map<string, FacebookUser>();
  const byToken = new Map<string, FacebookUser>();
  const byCode = new Map<string, FacebookUser>();
  const revoked = new Set<string>();
  for (const user of options.users ?? []) addUser(user);

  const routes: Record<string, (request: LoopbackRequest) => LoopbackAnswer> = {
    "/debug_token": debugToken,
    "/me": me,
    "/me/friends": friends,
    "/oauth/access_token": exchangeCode,
  };
  const server = await startLoopbackServer(options.port ?? 0, (request) => {
    const path = request.path.replace(/^\/v\d+\.\d+(?=\/)/, "");
    const [, id] = /^\/([^/]+)\/permissions$/.exec(path) ?? [];
    if (id !== undefined && request.method === "DELETE") return removeApp(id, request);
    const route = routes[path];
    return route ? route(request) : graphError(100, "Unsupported get request.", { type: "GraphMethodException" });
  });
  return { ...server, addUser, revoke: (accessToken) => void revoked.add(accessToken) };

  function addUser(user: FacebookUser): void {
    users.set(user.id, user);
    for (const token of user.accessTokens) {
      byToken.set(token, user);
      revoked.delete(token);
    }
    for (const code of user.codes ?? []) byCode.set(code, user);
  }

  function debugToken({ query }: LoopbackRequest): LoopbackAnswer {
    if (query.access_token !== `${options.appId}|${options.appSecret}`) {
      return graphError(190, "Invalid OAuth access token signature.");
    }
    if (!hasProof(query)) return graphError(100, "Invalid appsecret_proof provided in the API argument");
    const token = query.input_token ?? "";
    const user = byToken.get(token);
    if (!user) {
      return {
        body: {
          data: { error: { code: 190, message: `Malformed access token ${token}` }, is_valid: false, scopes: [] },
        },
      };
    }
    if (appOf(user) !== options.appId) {
      return graphError(100, "(#100) The App_id in the input_token did not match the Viewing App");
    }
    const { expiresAt: expires_at = 0, scopes = ["user_friends", "public_profile"] } = user;
    const facts = { app_id: appOf(user), type: "USER", application: "Example", expires_at, user_id: user.id, scopes };
    if (!revoked.has(token)) return { body: { data: { ...facts, is_valid: true } } };
    const error = { code: 190, message: "The session was invalidated explicitly.", subcode: 466 };
    return { body: { data: { ...facts, error, is_valid: false } } };
  }

  function me({ query }: LoopbackRequest): LoopbackAnswer {
    const user = userOf(query);
    return "body" in user ? user : { body: { name: user.name, id: user.id } };
  }

  function friends({ path, query }: LoopbackRequest): LoopbackAnswer {
    const user = userOf(query);
    if ("body" in user) return user;
    const isAllowed = user.scopes?.includes("user_friends") ?? true;
    const all = isAllowed ? (user.friends ?? []) : [];
    const start = query.after ? Number(Buffer.from(query.after, "base64").toString()) : 0;
    const end = start + Math.min(Number(query.limit ?? 25), options.maxPageSize ?? 5000);
    const data = all.slice(start, end).map(friendOf);
    const cursors = { before: cursor(start), after: cursor(end) };
    const next = new URL(`${options.nextPageOrigin ?? server.url}${path}`);
    next.search = new URLSearchParams({ ...query, after: cursors.after }).toString();
    const paging = { cursors, ...(end < all.length && { next: next.href }) };
    return { body: { data, ...(data.length > 0 && { paging }), summary: { total_count: all.length } } };
  }

  /** As a user does in the settings of Facebook: every token for the app ends. */
  function removeApp(id: string, { query }: LoopbackRequest): LoopbackAnswer {
    const user = userOf(query);
    if ("body" in user) return user;
    if (id !== "me" && id !== user.id) return graphError(200, "Permissions error");
    if (!options.usersComeBack) for (const token of user.accessTokens) revoked.add(token);
    return { body: { success: true } };
  }

  function friendOf(friend: string | { id: string; name: string }) {
    const { id, name } = typeof friend === "string" ? (users.get(friend) ?? { id: friend, name: friend }) : friend;
    const url = `${server.url}/pictures/${id}.jpg`;
    return { name, id, picture: { data: { height: 50, is_silhouette: false, url, width: 50 } } };
  }

  function exchangeCode({ query, form }: LoopbackRequest): LoopbackAnswer {
    const { client_id, client_secret, redirect_uri, code = "" } = { ...query, ...form };
    if (client_id !== options.appId) return graphError(101, "Error validating application.");
    if (client_secret !== options.appSecret) return graphError(1, "Error validating client secret.");
    const user = byCode.get(code);
    if (!user) return graphError(100, "Invalid verification code format.");
    if (redirect_uri !== (user.redirectUri ?? "")) {
      return graphError(100, "Error validating verification code. Please make sure your redirect_uri is identical", {
        error_subcode: 36008,
      });
    }
    byCode.delete(code);
    return { body: { access_token: user.accessTokens[0], token_type: "bearer", expires_in: 5_183_944 } };
  }

  function userOf(query: Record<string, string>): FacebookUser | LoopbackAnswer {
    const token = query.access_token ?? "";
    const user = byToken.get(token);
    if (!user) return graphError(190, `Malformed access token ${token}`);
    if (revoked.has(token)) return graphError(190, "The session was invalidated explicitly.", { error_subcode: 466 });
    if (!hasProof(query)) {
      return graphError(100, "Invalid appsecret_proof provided in the API argument", { type: "GraphMethodException" });
    }
    return user;
  }

  function hasProof({ access_token = "", appsecret_proof }: Record<string, string>): boolean {
    return appsecret_proof === createHmac("sha256", options.appSecret).update(access_token).digest("hex");
  }

  function appOf(user: FacebookUser): string {
    return user.appId ?? options.appId;
  }
}

/** An error as Graph words it; its status is 400, as with most of Graph's. */
export function graphError(code: number, message: string, more: Record<string, unknown> = {}): LoopbackAnswer {
  const error = { message, type: "OAuthException", code, ...more, fbtrace_id: "AStandInTraceOfThisCall" };
  return { status: 400, body: { error } };
}

function cursor(index: number): string {
  return Buffer.from(String(index)).toString("base64");
}
