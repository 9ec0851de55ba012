import { createHash } from "node:crypto";
import { baseString, sign } from "../../../src/outgoing/oauth1.ts";
import type { Credentials, NetworkAccount } from "../../../src/publishers/publisher.ts";
import { counterOf, failuresOf } from "./failures.ts";
import { type NetworkAnswer, type NetworkRequest, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/**
 * X's API version 2 with one user, ada, as docs.x.com documents it: OAuth 2 with PKCE, OAuth 1.0a with checked
 * signatures, posts, media.
 */
export interface TwitterStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  /** A code of a user who consented to a request with this challenge; `exchange` takes it once. */
  code(challenge: string, scope?: string): string;
  /** The verifier that X gives for a request token that the user allowed. */
  verifier(requestToken: string): string;
  /** Another grant, of OAuth 1.0a. */
  connectOAuth1(): NetworkAccount;
  expireAccess(): void;
  /** Alternative texts by media id. */
  altTexts: Map<string, string>;
  created: CreatedPost[];
}

interface CreatedPost {
  id: string;
  /** As it was sent. */
  text: string;
  media: string[];
  at: number;
}

export const USER = "1350123456789012345";
export const CONSUMER = { key: "consumer key", secret: "consumer-secret(1)" };
const CLIENT = { id: "twitter-client", secret: "twitter client secret" };
export const REDIRECT = "https://game.example/callback";
const SCOPE = "tweet.read tweet.write users.read media.write offline.access";

export async function startTwitter(now: () => number = Date.now): Promise<TwitterStandIn> {
  const codes = new Map<string, { challenge: string; scope: string }>();
  const access = new Set<string>();
  const refresh = new Set<string>();
  /** Secrets by token, of OAuth 1.0a: of users, and of requests with the verifier once the user allowed it. */
  const users = new Map<string, string>();
  const requests = new Map<string, { secret: string; verifier?: string }>();
  const nonces = new Set<string>();
  const media = new Set<string>();
  const nextToken = counterOf("twitter-token-");
  const nextId = counterOf("200000000000000");

  const server = await startNetworkServer((request) => {
    const { method, path } = request;
    if (path.startsWith("/oauth/")) return oauth1Leg(request);
    if (path.startsWith("/2/oauth2/")) return clientCall(request);
    if (!isAuthorized(request)) return problem(401, "Unauthorized", "Unauthorized");
    if (path === "/1.1/oauth/invalidate_token") {
      users.delete(parametersOf(request)?.["oauth_token"] ?? "");
      return { body: { access_token: "ended" } };
    }
    if (path === "/2/users/me") {
      const data = { id: USER, name: "Ada", username: "ada", profile_image_url: "https://pbs.example/a.png" };
      return { body: { data } };
    }
    if (path === "/2/media/upload") return upload(request);
    if (path === "/2/media/metadata") {
      standIn.altTexts.set(request.json.id, request.json.metadata.alt_text.text);
      return { body: { data: { id: request.json.id } } };
    }
    if (path === "/2/tweets" && method === "POST") return create(request.json);
    if (path === `/2/users/${USER}/tweets`) return list(request.query);
    const id = /^\/2\/tweets\/(\d+)$/.exec(path)?.[1];
    if (method !== "DELETE" || id === undefined) return problem(404, "Not Found", "Not Found");
    if (!standIn.created.some((post) => post.id === id)) {
      return problem(404, "Not Found Error", `Could not find tweet with id: [${id}].`, "resource-not-found");
    }
    standIn.created = standIn.created.filter((post) => post.id !== id);
    return { body: { data: { deleted: true } } };
  });

  const standIn: TwitterStandIn = {
    network: "twitter",
    url: server.url,
    server,
    settings: {
      twitterClientId: CLIENT.id,
      twitterClientSecret: CLIENT.secret,
      twitterConsumerKey: CONSUMER.key,
      twitterConsumerSecret: CONSUMER.secret,
      twitterUrl: server.url,
      twitterApiUrl: server.url,
    },
    altTexts: new Map(),
    created: [],
    code(challenge, scope = SCOPE) {
      const code = nextToken();
      codes.set(code, { challenge, scope });
      return code;
    },
    verifier(requestToken) {
      const verifier = nextToken();
      requests.get(requestToken)!.verifier = verifier;
      return verifier;
    },
    connect(): NetworkAccount {
      const { access_token: token, refresh_token: refreshToken } = granted(SCOPE);
      return accountOf({ token, refreshToken, expiresAt: now() + 7_200_000 });
    },
    connectOAuth1() {
      const token = nextToken();
      users.set(token, `secret-of-${token}`);
      return accountOf({ token, tokenSecret: `secret-of-${token}` });
    },
    expireAccess: () => access.clear(),
    posts: () => standIn.created.map(({ id, text }) => ({ id, text })),
    failNext: failuresOf(server, {
      publishes: ({ method, path }) => path === "/2/tweets" && method === "POST",
      error: problem(500, "Internal Server Error", "Something is broken."),
      rate: {
        ...problem(429, "Too Many Requests", "Too Many Requests"),
        headers: { "x-rate-limit-reset": String(Math.floor(now() / 1_000) + 900) },
      },
      endGrants: () => [access, refresh, users].forEach((grants) => void grants.clear()),
    }),
    close: () => server.close(),
  };
  return standIn;

  function accountOf(credentials: Credentials): NetworkAccount {
    return { id: USER, handle: "ada", credentials };
  }

  function granted(scope: string) {
    const tokens = { access_token: nextToken(), refresh_token: nextToken() };
    access.add(tokens.access_token);
    refresh.add(tokens.refresh_token);
    return { token_type: "bearer", expires_in: 7_200, ...tokens, scope };
  }

  function isAuthorized(request: NetworkRequest): boolean {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    if (token !== undefined) return access.has(token);
    const parameters = parametersOf(request);
    const secret = users.get(parameters?.["oauth_token"] ?? "");
    return parameters !== undefined && secret !== undefined && isSigned(request, parameters, secret);
  }

  function isSigned(
    { method, path, query, headers, form }: NetworkRequest,
    parameters: Record<string, string>,
    tokenSecret: string,
  ): boolean {
    const { oauth_signature, ...given } = parameters;
    if (given["oauth_consumer_key"] !== CONSUMER.key || nonces.has(given["oauth_nonce"]!)) return false;
    nonces.add(given["oauth_nonce"]!);
    const url = new URL(`${server.url}${path}?${query}`);
    const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
    const signed = [...Object.entries(given), ...(isForm ? form : [])];
    return oauth_signature === sign(baseString(method, url, signed), CONSUMER.secret, tokenSecret);
  }

  function oauth1Leg(request: NetworkRequest): NetworkAnswer {
    const parameters = parametersOf(request);
    const token = parameters?.["oauth_token"];
    const asked = token === undefined ? undefined : requests.get(token);
    if (!parameters || !isSigned(request, parameters, asked?.secret ?? ""))
      return v1Error(401, 32, "Could not authenticate you.");
    if (request.path === "/oauth/request_token") {
      if (parameters["oauth_callback"] !== REDIRECT) return v1Error(403, 415, "Callback URL not approved");
      const [fresh, secret] = [nextToken(), nextToken()];
      requests.set(fresh, { secret });
      return text(`oauth_token=${fresh}&oauth_token_secret=${secret}&oauth_callback_confirmed=true`);
    }
    if (!asked?.verifier || asked.verifier !== parameters["oauth_verifier"]) {
      return { status: 401, body: Buffer.from("Request token missing") };
    }
    requests.delete(token!);
    const user = nextToken();
    users.set(user, `secret-of-${user}`);
    return text(`oauth_token=${user}&oauth_token_secret=secret-of-${user}&user_id=${USER}&screen_name=ada`);
  }

  function clientCall({ path, headers, form }: NetworkRequest): NetworkAnswer {
    const expected = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString("base64")}`;
    if (headers.authorization !== expected)
      return oauthError(401, "unauthorized_client", "Missing valid authorization header");
    if (path === "/2/oauth2/revoke") {
      const token = form.get("token") ?? "";
      return { body: { revoked: access.delete(token) || refresh.delete(token) || true } };
    }
    if (form.get("grant_type") === "refresh_token") {
      const isKnown = refresh.delete(form.get("refresh_token") ?? "");
      return isKnown
        ? { body: granted(SCOPE) }
        : oauthError(400, "invalid_request", "Value passed for the token was invalid.");
    }
    const asked = codes.get(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (asked?.challenge !== challenge || form.get("redirect_uri") !== REDIRECT) {
      return oauthError(400, "invalid_request", "Value passed for the authorization code was invalid.");
    }
    codes.delete(form.get("code")!);
    return { body: granted(asked.scope) };
  }

  function upload({ headers, body }: NetworkRequest): NetworkAnswer {
    const isComplete = body.includes('name="media"') && body.includes("tweet_image");
    if (!headers["content-type"]?.startsWith("multipart/form-data") || !isComplete) {
      return problem(400, "Invalid Request", "One or more parameters to your request was invalid.");
    }
    const id = nextId();
    media.add(id);
    return { body: { data: { id, media_key: `3_${id}`, expires_after_secs: 86_400 } } };
  }

  function create({ text = "", media: attached }: { text?: string; media?: { media_ids: string[] } }): NetworkAnswer {
    const ids = attached?.media_ids ?? [];
    if (!text && ids.length === 0) return problem(400, "Invalid Request", "One or more parameters was invalid.");
    if (ids.some((id) => !media.has(id))) return problem(400, "Invalid Request", "Your media IDs are invalid.");
    if (text && standIn.created.some((post) => post.text === text)) {
      return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.");
    }
    const id = nextId();
    standIn.created.push({ id, text, media: ids, at: now() });
    return { status: 201, body: { data: { id, text: shortened(text, ids).text, edit_history_tweet_ids: [id] } } };
  }

  function list(query: URLSearchParams): NetworkAnswer {
    const from = Date.parse(query.get("start_time") ?? "");
    if (Number.isNaN(from)) return problem(400, "Invalid Request", "start_time");
    const found = standIn.created.filter(({ at }) => at >= from).reverse();
    const data = found.slice(0, Number(query.get("max_results"))).map(({ id, text, media: ids }) => ({
      id,
      ...shortened(text, ids),
      edit_history_tweet_ids: [id],
    }));
    return { body: { ...(data.length > 0 && { data }), meta: { result_count: data.length } } };
  }
}

/** As X returns a text: escaped, its links and its media as links of t.co. */
function shortened(text: string, media: readonly string[]) {
  const urls: { url: string; expanded_url: string; media_key?: string }[] = [];
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  let sent = escaped.replace(/https?:\/\/\S+/g, (expanded_url) => {
    const url = `https://t.co/a${urls.length}`;
    urls.push({ url, expanded_url });
    return url;
  });
  for (const key of media) {
    const url = "https://t.co/media";
    if (urls.every((other) => other.url !== url)) sent = `${sent} ${url}`.trim();
    urls.push({ url, expanded_url: "https://x.com/ada/status/2/photo/1", media_key: `3_${key}` });
  }
  return { text: sent, ...(urls.length > 0 && { entities: { urls } }) };
}

function parametersOf({ headers }: NetworkRequest): Record<string, string> | undefined {
  const text = headers.authorization ?? "";
  if (!text.startsWith("OAuth ")) return undefined;
  const pairs = [...text.matchAll(/(oauth_\w+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, decodeURIComponent(value!)]));
}

function text(body: string): NetworkAnswer {
  return { body: Buffer.from(body) };
}

export function problem(status: number, title: string, detail: string, type?: string): NetworkAnswer {
  const uri = type ? `https://api.twitter.com/2/problems/${type}` : "about:blank";
  return { status, body: { title, type: uri, status, detail } };
}

export function v1Error(status: number, code: number, message: string): NetworkAnswer {
  return { status, body: { errors: [{ code, message }] } };
}

export function oauthError(status: number, error: string, error_description: string): NetworkAnswer {
  return { status, body: { error, error_description } };
}
