import {
  type LoopbackAnswer,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../../examples/starter/stand-ins/loopback.ts";
import { baseString, sign } from "../../../src/outgoing/oauth1.ts";

/**
 * A stand-in for Twitter's API 1.1 on this machine: `account/verify_credentials` and `friends/list` as Twitter documents
 * them, for calls that are signed with a known user's secret and the app's.
 */
export interface TwitterUser {
  /** Digits, often more than a number can hold. */
  id: string;
  name: string;
  accessToken: string;
  accessSecret: string;
  /** Ids of the accounts that the user follows; default: none. */
  friends?: readonly string[];
  /** The app that the token was issued to; default: the stand-in's. */
  consumerKey?: string;
  isSuspended?: boolean;
}

export interface TwitterStandInOptions {
  consumerKey: string;
  consumerSecret: string;
  users?: readonly TwitterUser[];
  /** Milliseconds since 1970; default Date.now. */
  now?(): number;
}

export interface TwitterStandIn extends LoopbackServer {
  addUser(user: TwitterUser): void;
  revoke(accessToken: string): void;
}

const MAX_SKEW_SECONDS = 300;

export async function startTwitterStandIn(options: TwitterStandInOptions): Promise<TwitterStandIn> {
  const now = options.now ?? Date.now;
  const byToken = new Map<string, TwitterUser>();
  const byId = new Map<string, TwitterUser>();
  const nonces = new Set<string>();
  for (const user of options.users ?? []) addUser(user);

  const server = await startLoopbackServer(0, (request) => {
    const user = caller(request);
    if (!("id" in user)) return user;
    if (request.path === "/account/verify_credentials.json") return { body: profile(user) };
    if (request.path === "/friends/list.json") return friends(user, request);
    return twitterError(404, 34, "Sorry, that page does not exist.");
  });
  return { ...server, addUser, revoke: (token) => void byToken.delete(token) };

  function addUser(user: TwitterUser): void {
    byToken.set(user.accessToken, user);
    byId.set(user.id, user);
  }

  function caller({ method, path, query, headers }: LoopbackRequest): TwitterUser | LoopbackAnswer {
    const pairs = [...String(headers.authorization).matchAll(/(oauth_\w+)="([^"]*)"/g)];
    const { oauth_signature, ...given } = Object.fromEntries(
      pairs.map(([, name, value]) => [name, decodeURIComponent(value!)]),
    );
    const seconds = Number(given.oauth_timestamp);
    if (given.oauth_signature_method !== "HMAC-SHA1" || !seconds) {
      return twitterError(400, 215, "Bad Authentication data.");
    }
    if (Math.abs(now() / 1000 - seconds) > MAX_SKEW_SECONDS) return twitterError(401, 135, "Timestamp out of bounds.");
    if (!given.oauth_nonce || nonces.has(given.oauth_nonce)) {
      return twitterError(401, 32, "Could not authenticate you.");
    }
    nonces.add(given.oauth_nonce);
    const user = byToken.get(given.oauth_token ?? "");
    const { consumerKey, consumerSecret } = options;
    if (!user || given.oauth_consumer_key !== (user.consumerKey ?? consumerKey)) {
      return twitterError(401, 89, "Invalid or expired token.");
    }
    const url = new URL(`${server.url}${path}?${new URLSearchParams(query)}`);
    if (oauth_signature !== sign(baseString(method, url, Object.entries(given)), consumerSecret, user.accessSecret)) {
      return twitterError(401, 32, "Could not authenticate you.");
    }
    if (user.isSuspended)
      return twitterError(403, 64, "Your account is suspended and is not permitted to access this.");
    return user;
  }

  function friends({ friends: ids = [] }: TwitterUser, { query }: LoopbackRequest): LoopbackAnswer {
    const from = Math.max(0, Number(query.cursor));
    const to = from + Math.min(Number(query.count ?? 20), 200);
    const users = ids.slice(from, to).map((id) => profile(byId.get(id) ?? { id, name: `Name of ${id}` }));
    const next = to < ids.length ? to : 0;
    return { body: { users, next_cursor: next, next_cursor_str: String(next), previous_cursor_str: "0" } };
  }
}

function profile({ id, name }: Pick<TwitterUser, "id" | "name">) {
  return {
    id: Number(id),
    id_str: id,
    name,
    screen_name: `user_${id}`,
    profile_image_url_https: `https://pbs.example/${id}.png`,
  };
}

export function twitterError(status: number, code: number, message: string): LoopbackAnswer {
  return { status, body: { errors: [{ code, message }] } };
}
