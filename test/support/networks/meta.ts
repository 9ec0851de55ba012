import { createHmac, randomBytes } from "node:crypto";
import type { NetworkAnswer, NetworkRequest } from "./server.ts";

/** What the stand-ins of Facebook and Instagram share: Meta's errors, consent, tokens of users and pages. */

export interface GraphErrorDetails {
  subcode?: number;
  message?: string;
  userMessage?: string;
  status?: number;
  headers?: Record<string, string>;
}

export function graphError(code: number, details: GraphErrorDetails = {}): NetworkAnswer {
  const { subcode, message = "An error", userMessage, status = 400, headers } = details;
  const error = {
    message: `(#${code}) ${message}`,
    type: "OAuthException",
    code,
    ...(subcode !== undefined && { error_subcode: subcode }),
    ...(userMessage && { error_user_msg: userMessage }),
    fbtrace_id: "AStandInTraceOfThisCall",
  };
  return { status, body: { error }, ...(headers && { headers }) };
}

/** Quotes the token, as Meta's messages do. */
export function invalidToken(token: string): NetworkAnswer {
  return graphError(190, { subcode: 463, message: `Malformed access token ${token}` });
}

export const notFound = () =>
  graphError(100, { subcode: 33, message: "Unsupported request. Object does not exist or lacks permissions" });

export interface MetaPageRecord {
  id: string;
  name: string;
  tasks?: string[];
  username?: string;
  instagram_business_account?: { id: string; username: string; name?: string };
}

export const META_APP = { clientId: "1234567890", clientSecret: "meta-app-secret-5f2b", userId: "10215241773831025" };
const USER_TOKEN_S = 60 * 86_400;

export type MetaApp = ReturnType<typeof metaApp>;

export function metaApp(pages: MetaPageRecord[], now: () => number) {
  const codes = new Map<string, string>();
  const userTokens = new Map<string, number>();
  /** The page, and the user token that it came by. */
  const pageTokens = new Map<string, { page: string; user: string }>();
  const random = (prefix: string) => `${prefix}${randomBytes(24).toString("hex")}`;

  function issueUserToken(): string {
    const token = random("EAAUser");
    userTokens.set(token, now() + USER_TOKEN_S * 1000);
    return token;
  }
  function issuePageToken(page: string, user: string): string {
    const token = random("EAAPage");
    pageTokens.set(token, { page, user });
    return token;
  }
  const isAlive = (user: string) => (userTokens.get(user) ?? 0) > now();

  return {
    /** Ends all grants, as a user does who removes the app. */
    end: () => userTokens.clear(),
    issueCode(redirectUri: string): string {
      const code = random("AQD");
      codes.set(code, redirectUri);
      return code;
    },
    connect(page: string) {
      const refreshToken = issueUserToken();
      const expiresAt = userTokens.get(refreshToken)!;
      return { token: issuePageToken(page, refreshToken), refreshToken, expiresAt };
    },

    /** The token of a request if it is in the header, is signed, and works; else the refusal. */
    authorize(request: NetworkRequest): { page?: string; user: string } | NetworkAnswer {
      const token = /^(?:Bearer|OAuth) (.+)$/.exec(request.headers.authorization ?? "")?.[1];
      if (token === undefined) return graphError(2500, { message: "An active access token must be used" });
      const known = pageTokens.get(token);
      const user = known?.user ?? token;
      if (!isAlive(user)) return invalidToken(token);
      const proof = createHmac("sha256", META_APP.clientSecret).update(token).digest("hex");
      const sent = request.query.get("appsecret_proof") ?? request.form.get("appsecret_proof");
      if (sent !== proof && request.headers["file_url"] === undefined) {
        return graphError(100, { message: "Invalid appsecret_proof provided in the API argument" });
      }
      return known ? { page: known.page, user } : { user };
    },

    /** Answers consent and token calls; undefined for any other. `path` is without the version. */
    answer(request: NetworkRequest, path: string): NetworkAnswer | undefined {
      if (path === "/oauth/access_token") return exchange(request.form);
      const managed = pages.find(({ id }) => path === `/${id}`);
      if (path !== "/me" && !path.startsWith("/me/") && !managed) return undefined;
      const granted = this.authorize(request);
      if (!("user" in granted)) return granted;
      const { user } = granted;
      if (managed) return { body: { id: managed.id, access_token: issuePageToken(managed.id, user) } };
      if (path === "/me/permissions" && request.method === "DELETE") {
        userTokens.delete(user);
        return { body: { success: true } };
      }
      if (path === "/me") return { body: { id: META_APP.userId } };
      if (path === "/me/accounts") return listPages(request.query, user);
      return undefined;
    },
  };

  function exchange(form: URLSearchParams): NetworkAnswer {
    if (form.get("client_secret") !== META_APP.clientSecret) {
      return graphError(1, { message: "Error validating client secret." });
    }
    if (form.get("grant_type") === "fb_exchange_token") {
      const token = form.get("fb_exchange_token") ?? "";
      if (!isAlive(token)) return invalidToken(token);
      return { body: { access_token: issueUserToken(), token_type: "bearer", expires_in: USER_TOKEN_S } };
    }
    const code = form.get("code") ?? "";
    if (codes.get(code) !== form.get("redirect_uri")) {
      return graphError(100, { subcode: 36009, message: `This authorization code has been used: ${code}` });
    }
    codes.delete(code);
    return { body: { access_token: issueUserToken(), token_type: "bearer", expires_in: 3600 } };
  }

  function listPages(query: URLSearchParams, user: string): NetworkAnswer {
    const start = Number(query.get("after") ?? 0);
    const limit = Math.min(Number(query.get("limit") ?? 25), 2);
    const data = pages
      .slice(start, start + limit)
      .map((page) => ({ ...page, access_token: issuePageToken(page.id, user) }));
    const next = start + limit < pages.length;
    const cursors = { after: String(start + limit) };
    return { body: { data, paging: { cursors, ...(next && { next: "http://127.0.0.1:9/elsewhere" }) } } };
  }
}
