import { createHash, randomBytes } from "node:crypto";
import { baseString, sign } from "../../src/outgoing/oauth1.ts";
import {
  type NetworkAnswer,
  type NetworkRequest,
  type NetworkServer,
  startNetworkServer,
} from "../support/networks/server.ts";

/**
 * X and Reddit as far as a user's consent is about them: authorization code with PKCE (RFC 6749, RFC 7636) and OAuth 1.0a
 * (RFC 5849) as docs.x.com documents them, authorization code without PKCE as Reddit's wiki does. The consent page
 * redirects at once, as `consent` says.
 */
export interface OAuthServer {
  readonly url: string;
  readonly server: NetworkServer;
  readonly settings: Record<string, string>;
  /** Who is signed in at the network. */
  user: { id: string; name: string };
  consent: "allow" | "deny" | "server_error" | "nothing";
  /** Every token, code and secret that it gave out. */
  readonly secrets: string[];
  close(): Promise<void>;
}

export const CLIENT = { id: "x-client", secret: "secret of the x client" };
export const CONSUMER = { key: "x-consumer", secret: "secret of the x consumer" };
/** Of somebody else's X app. */
export const OTHER_CONSUMER = { key: "other-consumer", secret: "secret of the other consumer" };
const REDDIT = { id: "reddit-client", secret: "secret of the reddit client" };

interface Code {
  redirectUri: string;
  challenge: string | null;
  user: { id: string; name: string };
}

export async function startOAuthServer(): Promise<OAuthServer> {
  const codes = new Map<string, Code>();
  const users = new Map<string, { id: string; name: string }>();
  const requestTokens = new Map<string, { secret: string; callback: string; consumer: string; verifier?: string }>();
  const secrets: string[] = [];
  const random = (prefix: string) => {
    const text = `${prefix}-${randomBytes(12).toString("hex")}`;
    secrets.push(text);
    return text;
  };

  const routes: Record<string, (request: NetworkRequest) => NetworkAnswer> = {
    "GET /i/oauth2/authorize": (request) => authorize(request, CLIENT.id, true),
    "POST /2/oauth2/token": (request) => exchange(request, CLIENT, true),
    "GET /2/users/me": ({ headers }) => {
      const user = users.get(/(?:^Bearer |oauth_token=")([\w-]+)/.exec(headers.authorization ?? "")?.[1] ?? "");
      return user ? { body: { data: { ...user, username: user.name, name: user.name } } } : { status: 401, body: {} };
    },
    "POST /oauth/request_token": (request) => {
      const signed = signedBy(request, undefined);
      if (!signed?.["oauth_callback"]) return { status: 401, body: { errors: [{ code: 32 }] } };
      // The token is in the address of the consent page.
      const [token, secret] = [randomBytes(12).toString("hex"), random("rs")];
      const { oauth_callback: callback, oauth_consumer_key: consumer = "" } = signed;
      requestTokens.set(token, { secret, callback, consumer });
      return form({ oauth_token: token, oauth_token_secret: secret, oauth_callback_confirmed: "true" });
    },
    "GET /oauth/authorize": ({ query }) => {
      const token = query.get("oauth_token") ?? "";
      const request = requestTokens.get(token);
      if (!request) return { status: 404, body: {} };
      const back = new URL(request.callback);
      if (oauth.consent === "deny") back.searchParams.set("denied", token);
      else {
        request.verifier = random("ov");
        back.searchParams.set("oauth_token", token);
        back.searchParams.set("oauth_verifier", request.verifier);
      }
      return { status: 302, headers: { location: back.href } };
    },
    "POST /oauth/access_token": (request) => {
      const token = /oauth_token="([^"]+)"/.exec(request.headers.authorization ?? "")?.[1] ?? "";
      const known = requestTokens.get(token);
      const signed = known && signedBy(request, known.secret);
      if (!signed || signed["oauth_verifier"] !== known.verifier) return { status: 401, body: {} };
      requestTokens.delete(token);
      const access = random("at");
      users.set(access, oauth.user);
      const { id, name } = oauth.user;
      return form({ oauth_token: access, oauth_token_secret: random("as"), user_id: id, screen_name: name });
    },
    "GET /api/v1/authorize": (request) => authorize(request, REDDIT.id, false),
    "POST /api/v1/access_token": (request) => exchange(request, REDDIT, false),
    "GET /api/v1/me": ({ headers }) => {
      const user = users.get(/^bearer ([\w-]+)/i.exec(headers.authorization ?? "")?.[1] ?? "");
      return user ? { body: { id: user.id, name: user.name } } : { status: 401, body: {} };
    },
  };

  function authorize({ query }: NetworkRequest, clientId: string, hasPkce: boolean): NetworkAnswer {
    const redirectUri = query.get("redirect_uri") ?? "";
    const isRegistered = /^http:\/\/127\.0\.0\.1:\d+\/connect\/(twitter|reddit)\/callback$/.test(redirectUri);
    if (query.get("client_id") !== clientId || !isRegistered || query.get("response_type") !== "code") {
      return { status: 400, body: { error: "invalid_request" } };
    }
    if (hasPkce && query.get("code_challenge_method") !== "S256") return { status: 400, body: {} };
    const back = new URL(redirectUri);
    back.searchParams.set("state", query.get("state") ?? "");
    if (oauth.consent === "deny") back.searchParams.set("error", "access_denied");
    else if (oauth.consent === "server_error") back.searchParams.set("error", "server_error");
    else if (oauth.consent === "allow") {
      const code = random("code");
      codes.set(code, { redirectUri, challenge: query.get("code_challenge"), user: oauth.user });
      back.searchParams.set("code", code);
    }
    return { status: 302, headers: { location: back.href } };
  }

  function exchange({ form: sent, headers }: NetworkRequest, client: { id: string; secret: string }, hasPkce: boolean) {
    const basic = `Basic ${Buffer.from(`${client.id}:${encodeURIComponent(client.secret)}`).toString("base64")}`;
    const plain = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`;
    if (![basic, plain].includes(headers.authorization ?? ""))
      return { status: 401, body: { error: "invalid_client" } };
    const code = codes.get(sent.get("code") ?? "");
    codes.delete(sent.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(sent.get("code_verifier") ?? "")
      .digest("base64url");
    const isProven = !hasPkce || code?.challenge === challenge;
    if (!code || code.redirectUri !== sent.get("redirect_uri") || !isProven) {
      return { status: 400, body: { error: "invalid_grant", error_description: "The code is not valid." } };
    }
    const token = random("at");
    users.set(token, code.user);
    return { body: { access_token: token, refresh_token: random("rt"), expires_in: 7200, token_type: "bearer" } };
  }

  /** The protocol parameters if the signature is right. */
  function signedBy({ method, path, headers }: NetworkRequest, tokenSecret: string | undefined) {
    const pairs = [...(headers.authorization ?? "").matchAll(/(\w+)="([^"]*)"/g)];
    const sent = Object.fromEntries(pairs.map(([, name, value]) => [name!, decodeURIComponent(value!)]));
    const consumer = [CONSUMER, OTHER_CONSUMER].find(({ key }) => key === sent["oauth_consumer_key"]);
    const { oauth_signature: signature, ...others } = sent;
    const text = baseString(method, new URL(path, oauth.url), Object.entries(others));
    return consumer && signature === sign(text, consumer.secret, tokenSecret ?? "") ? sent : undefined;
  }

  const server = await startNetworkServer(
    (request) => routes[`${request.method} ${request.path}`]?.(request) ?? { status: 404, body: {} },
  );
  const oauth: OAuthServer = {
    url: server.url,
    server,
    settings: {
      twitterUrl: server.url,
      twitterApiUrl: server.url,
      twitterClientId: CLIENT.id,
      twitterClientSecret: CLIENT.secret,
      redditUrl: server.url,
      redditApiUrl: server.url,
      redditClientId: REDDIT.id,
      redditClientSecret: REDDIT.secret,
      redditUserAgent: "test",
    },
    user: { id: "1001", name: "ada" },
    consent: "allow",
    secrets,
    close: () => server.close(),
  };
  return oauth;
}

function form(fields: Record<string, string>): NetworkAnswer {
  return { body: Buffer.from(new URLSearchParams(fields).toString()) };
}
