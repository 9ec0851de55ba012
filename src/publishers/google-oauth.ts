import { type Static, Type } from "@sinclair/typebox";
import { jsonOf } from "./calls.ts";
import { askGoogle, googleRefusal } from "./google-api.ts";
import { type Credentials, type Network, type PublisherContext, PublishRefused } from "./publisher.ts";
import { preparing } from "./steps.ts";

/** OAuth 2.0 of Google, as YouTube and Google Business Profile use it: PKCE, offline access, refresh tokens that last. */
export interface GoogleApp {
  network: Network;
  authorizeUrl: string;
  /** Base URL of `/token` and `/revoke`. */
  oauthUrl: string;
  clientId: string;
  clientSecret: string;
}

const Token = Type.String({ minLength: 1, maxLength: 4096 });
const GrantReply = Type.Object({
  access_token: Token,
  expires_in: Type.Optional(Type.Number()),
  refresh_token: Type.Optional(Token),
  id_token: Type.Optional(Type.String({ maxLength: 16_384 })),
});
const Failed = Type.Object({ error: Type.String() });
const Claims = Type.Object({ sub: Type.String({ minLength: 1, maxLength: 255 }) });

/** `prompt=consent`, because Google gives a refresh token only with a consent. */
export function googleAuthorizeUrl(
  app: GoogleApp,
  { redirectUri, state, challenge }: { redirectUri: string; state: string; challenge: string },
  scopes: readonly string[],
): URL {
  const url = new URL(app.authorizeUrl);
  const query = {
    client_id: app.clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: ["openid", ...scopes].join(" "),
    access_type: "offline",
    prompt: "consent",
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** The grant of a code. `grant` is as in a profile; absent if Google names no user. */
export async function exchangeGoogleCode(
  app: GoogleApp,
  { code, verifier, redirectUri }: { code: string; verifier: string; redirectUri: string },
  context: PublisherContext,
): Promise<{ credentials: Credentials; grant?: string }> {
  const form = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri };
  const reply = await tokenCall(app, "code exchange", form, context);
  const user = subjectOf(reply.id_token);
  return {
    credentials: credentialsOf(reply, context),
    ...(user !== undefined && { grant: `${app.clientId}/${user}` }),
  };
}

/** Another access token. Google keeps the refresh token. */
export async function refreshGoogle(
  app: GoogleApp,
  { refreshToken }: Credentials,
  context: PublisherContext,
): Promise<Credentials> {
  if (refreshToken === undefined) {
    throw new PublishRefused("UNAVAILABLE", `${app.network} refresh: no refresh token is stored`);
  }
  const form = { grant_type: "refresh_token", refresh_token: refreshToken };
  return credentialsOf(await tokenCall(app, "refresh", form, context), context);
}

/** Ends the whole grant of the user to the app. Also resolves if it has ended. */
export async function revokeGoogle(
  app: GoogleApp,
  { token, refreshToken }: Credentials,
  context: PublisherContext,
): Promise<void> {
  const url = new URL(`${app.oauthUrl.replace(/\/$/, "")}/revoke`);
  const secret = refreshToken ?? token;
  const call = { network: app.network, what: "revocation", method: "POST", url, form: { token: secret } } as const;
  const reply = await context.calls.send(call);
  if (reply.status < 400) return;
  const failed = jsonOf(reply, Failed)?.error;
  // Google answers with invalid_token if the token has expired or was revoked.
  if (failed === "invalid_token") return;
  throw googleRefusal({ network: app.network, what: "revocation", secrets: [secret] }, reply, context.now());
}

async function tokenCall(app: GoogleApp, what: string, grant: Record<string, string>, context: PublisherContext) {
  const form = { ...grant, client_id: app.clientId, client_secret: app.clientSecret };
  const url = new URL(`${app.oauthUrl.replace(/\/$/, "")}/token`);
  const call = { network: app.network, what, method: "POST", url, form } as const;
  return preparing(askGoogle(call, GrantReply, context, Object.values(grant)));
}

function credentialsOf(reply: Static<typeof GrantReply>, context: PublisherContext): Credentials {
  const { access_token: token, refresh_token: refreshToken, expires_in } = reply;
  return {
    token,
    ...(refreshToken && { refreshToken }),
    ...(expires_in !== undefined && { expiresAt: context.now() + expires_in * 1000 }),
  };
}

/** The user of an ID token that came from Google's own token call, so that its signature need not be checked. */
function subjectOf(idToken: string | undefined): string | undefined {
  const body = Buffer.from(idToken?.split(".")[1] ?? "", "base64url");
  return jsonOf({ status: 200, headers: new Headers(), body }, Claims)?.sub;
}
