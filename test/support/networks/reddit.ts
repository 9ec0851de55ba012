import type { NetworkAccount } from "../../../src/publishers/publisher.ts";
import { counterOf, failuresOf } from "./failures.ts";
import { type NetworkAnswer, type NetworkRequest, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/**
 * Reddit's OAuth 2 and API with one user, ada, as reddit.com/dev/api documents them. Communities: gamedev; private, where
 * ada may not post; linksonly, which takes no texts.
 */
export interface RedditStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  /** A code that `exchange` takes once, of a user who allowed `scope`. */
  code(scope?: string): string;
  expireAccess(): void;
  /** What `/user/ada/submitted` lists, newest first. */
  listed: RedditPost[];
}

export interface RedditPost {
  name: string;
  title: string;
  subreddit: string;
  selftext: string;
  url: string;
  permalink: string;
  created_utc: number;
}

const CLIENT = { id: "reddit client", secret: "reddit client secret" };
export const REDIRECT = "https://game.example/callback";
const SCOPE = "identity submit edit read history";

export async function startReddit(now: () => number = Date.now): Promise<RedditStandIn> {
  const codes = new Map<string, string>();
  const access = new Set<string>();
  const refresh = new Set<string>();
  const nextToken = counterOf("reddit-token-");
  const nextId = counterOf("1abc");

  const server = await startNetworkServer((request) => {
    if (!/rekindle/i.test(request.headers["user-agent"] ?? "")) return httpError(429, "Too Many Requests");
    const isOfClient =
      request.path.startsWith("/api/v1/access_token") || request.path.startsWith("/api/v1/revoke_token");
    if (isOfClient) return clientCall(request);
    const token = /^bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (!token || !access.has(token)) return httpError(401, "Unauthorized");
    if (request.path === "/api/v1/me")
      return { body: { id: "ada1", name: "ada", icon_img: "https://i.example/a.png" } };
    if (request.path === "/api/submit") return submit(request.form);
    if (request.path === "/user/ada/submitted") {
      const children = standIn.listed
        .slice(0, Number(request.query.get("limit")))
        .map((data) => ({ kind: "t3", data }));
      return { body: { kind: "Listing", data: { children, after: null } } };
    }
    if (request.path !== "/api/del") return httpError(404, "Not Found");
    standIn.listed = standIn.listed.filter(({ name }) => name !== request.form.get("id"));
    return { body: {} };
  });

  const standIn: RedditStandIn = {
    network: "reddit",
    url: server.url,
    server,
    settings: {
      redditClientId: CLIENT.id,
      redditClientSecret: CLIENT.secret,
      redditUrl: server.url,
      redditApiUrl: server.url,
      redditUserAgent: "server:rekindle:test",
    },
    listed: [],
    code(scope = SCOPE) {
      const code = nextToken();
      codes.set(code, scope);
      return code;
    },
    expireAccess: () => access.clear(),
    connect(): NetworkAccount {
      const { access_token: token, refresh_token: refreshToken } = granted(SCOPE);
      return { id: "t2_ada1", handle: "ada", credentials: { token, refreshToken, expiresAt: now() + 3_600_000 } };
    },
    posts: () => standIn.listed.map(({ name, selftext, url }) => ({ id: name, text: selftext || url })).reverse(),
    failNext: failuresOf(server, {
      publishes: ({ path }) => path === "/api/submit",
      error: httpError(500, "Internal Server Error"),
      rate: refused(
        "RATELIMIT",
        "Looks like you've been doing that a lot. Take a break for 9 minutes before trying again.",
      ),
      endGrants: () => {
        access.clear();
        refresh.clear();
      },
    }),
    close: () => server.close(),
  };
  return standIn;

  function granted(scope: string) {
    const tokens = { access_token: nextToken(), refresh_token: nextToken() };
    access.add(tokens.access_token);
    refresh.add(tokens.refresh_token);
    return { ...tokens, token_type: "bearer", expires_in: 3_600, scope };
  }

  function clientCall({ path, headers, form }: NetworkRequest): NetworkAnswer {
    const expected = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString("base64")}`;
    if (headers.authorization !== expected) return httpError(401, "Unauthorized");
    if (path.endsWith("revoke_token")) {
      if (refresh.delete(form.get("token") ?? "")) access.clear();
      access.delete(form.get("token") ?? "");
      return { status: 204 };
    }
    if (form.get("grant_type") === "refresh_token") {
      if (!refresh.has(form.get("refresh_token") ?? "")) return httpError(400, "Bad Request");
      const access_token = nextToken();
      access.add(access_token);
      return { body: { access_token, token_type: "bearer", expires_in: 3_600, scope: SCOPE } };
    }
    const scope = codes.get(form.get("code") ?? "");
    if (scope === undefined || form.get("redirect_uri") !== REDIRECT) return { body: { error: "invalid_grant" } };
    codes.delete(form.get("code")!);
    return { body: granted(scope) };
  }

  function submit(form: URLSearchParams): NetworkAnswer {
    const [sr, title, kind] = [form.get("sr") ?? "", form.get("title") ?? "", form.get("kind")];
    if (!title) return refused("NO_TEXT", "we need something here", "title");
    if (title.length > 300) return refused("TOO_LONG", "this is too long (max: 300)", "title");
    if (sr === "private") return refused("SUBREDDIT_NOTALLOWED", "you aren't allowed to post there.", "sr");
    if (!["gamedev", "linksonly", "u_ada"].includes(sr))
      return refused("SUBREDDIT_NOEXIST", "that community doesn't exist", "sr");
    if (sr === "linksonly" && kind === "self")
      return refused("NO_SELFS", "that community doesn't allow text posts", "sr");
    const id = nextId();
    const permalink = `/r/${sr}/comments/${id}/x/`;
    const url = `https://www.reddit.com${permalink}`;
    standIn.listed.unshift({
      name: `t3_${id}`,
      title,
      subreddit: sr,
      selftext: kind === "self" ? (form.get("text") ?? "") : "",
      url: kind === "self" ? url : (form.get("url") ?? ""),
      permalink,
      created_utc: Math.floor(now() / 1_000),
    });
    return { body: { json: { errors: [], data: { url, drafts_count: 0, id, name: `t3_${id}` } } } };
  }
}

/** Refusals of a post have status 200. */
export function refused(code: string, sentence: string, field = "ratelimit", more = {}): NetworkAnswer {
  return { body: { json: { errors: [[code, sentence, field]], ...more } } };
}

export function httpError(status: number, message: string): NetworkAnswer {
  return { status, body: { message, error: status } };
}
