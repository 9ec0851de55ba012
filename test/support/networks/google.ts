import { createHash, randomBytes } from "node:crypto";
import type { NetworkAnswer, NetworkRequest } from "./server.ts";

/** What the stand-ins of YouTube and Google Business Profile share: Google's errors, and OAuth with PKCE. */

export const GOOGLE_APP = { clientId: "777.apps.example", clientSecret: "google-app-secret-90", userId: "1098765" };
const ACCESS_S = 3_600;

/** As the newer APIs refuse; `reason` is in the details. */
export function googleError(status: number, name: string, message = "An error", reason?: string): NetworkAnswer {
  const details = reason ? [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason }] : [];
  return { status, body: { error: { code: status, status: name, message, details } } };
}

/** As YouTube refuses. */
export function youtubeError(status: number, reason: string, message = "An error"): NetworkAnswer {
  const errors = [{ domain: "youtube", reason, message }];
  return { status, body: { error: { code: status, message, errors } } };
}

export type GoogleOAuth = ReturnType<typeof googleOAuth>;

/** `/token` and `/revoke`, and the access tokens of other calls. */
export function googleOAuth(now: () => number) {
  const accessTokens = new Map<string, { refreshToken: string; expiresAt: number }>();
  const refreshTokens = new Set<string>();
  const codes = new Map<string, { redirectUri: string; challenge: string }>();
  const random = (prefix: string) => `${prefix}${randomBytes(24).toString("hex")}`;
  const refuse = (error: string): NetworkAnswer => ({ status: 400, body: { error, error_description: "Bad Request" } });

  function issue(refreshToken: string) {
    const token = random("ya29.");
    accessTokens.set(token, { refreshToken, expiresAt: now() + ACCESS_S * 1000 });
    return token;
  }
  function connect() {
    const refreshToken = random("1//");
    refreshTokens.add(refreshToken);
    return { token: issue(refreshToken), refreshToken, expiresAt: now() + ACCESS_S * 1000 };
  }

  return {
    connect,
    end() {
      accessTokens.clear();
      refreshTokens.clear();
    },
    /** @param challenge as the authorization URL had it */
    issueCode(redirectUri: string, challenge: string): string {
      const code = random("4/");
      codes.set(code, { redirectUri, challenge });
      return code;
    },
    /** Undefined if the token works. */
    refusal({ headers }: NetworkRequest): NetworkAnswer | undefined {
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
      const known = accessTokens.get(token);
      if (known && known.expiresAt > now() && refreshTokens.has(known.refreshToken)) return undefined;
      const errors = [{ reason: "authError", message: `Invalid Credentials ${token}` }];
      const message = `Request had invalid authentication credentials ${token}.`;
      return { status: 401, body: { error: { code: 401, message, status: "UNAUTHENTICATED", errors } } };
    },
    answer({ path, form }: NetworkRequest): NetworkAnswer | undefined {
      if (path === "/revoke") {
        const token = form.get("token") ?? "";
        const refreshToken = accessTokens.get(token)?.refreshToken ?? token;
        return refreshTokens.delete(refreshToken) ? { body: {} } : refuse("invalid_token");
      }
      if (path !== "/token") return undefined;
      if (form.get("client_secret") !== GOOGLE_APP.clientSecret) {
        return { status: 401, body: { error: "invalid_client", error_description: "Unauthorized" } };
      }
      if (form.get("grant_type") === "refresh_token") {
        const refreshToken = form.get("refresh_token") ?? "";
        if (!refreshTokens.has(refreshToken)) return refuse("invalid_grant");
        return { body: { access_token: issue(refreshToken), expires_in: ACCESS_S, token_type: "Bearer" } };
      }
      const code = form.get("code") ?? "";
      const known = codes.get(code);
      const challenge = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      if (known?.redirectUri !== form.get("redirect_uri") || known?.challenge !== challenge)
        return refuse("invalid_grant");
      codes.delete(code);
      const { token, refreshToken } = connect();
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const id_token = `${part({ alg: "RS256" })}.${part({ sub: GOOGLE_APP.userId })}.c2lnbmF0dXJl`;
      const body = { access_token: token, refresh_token: refreshToken, expires_in: ACCESS_S, id_token };
      return { body };
    },
  };
}
