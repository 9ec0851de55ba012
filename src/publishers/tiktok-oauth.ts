import { Type } from "@sinclair/typebox";
import { jsonOf } from "./calls.ts";
import {
  type Credentials,
  OutcomeUnknown,
  type PublisherContext,
  PublishRefused,
  type RefusalKind,
} from "./publisher.ts";
import { codeText } from "./reason.ts";
import { preparing } from "./steps.ts";

/** OAuth of TikTok: access tokens last 24 hours, refresh tokens 365 days and may change with each refresh. */
export interface TikTokApp {
  url: string;
  clientKey: string;
  clientSecret: string;
}

const Token = Type.String({ minLength: 1, maxLength: 4096 });
const GrantReply = Type.Object({
  access_token: Token,
  expires_in: Type.Optional(Type.Number()),
  refresh_token: Type.Optional(Type.String({ maxLength: 4096 })),
});
const ErrorReply = Type.Object({ error: Type.String({ minLength: 1 }) });
const KINDS: Readonly<Record<string, RefusalKind>> = {
  invalid_grant: "TOKEN",
  invalid_client: "NOT_CONFIGURED",
  unauthorized_client: "NOT_CONFIGURED",
  rate_limit_exceeded: "RATE",
};

export function exchangeTikTokCode(
  app: TikTokApp,
  { code, redirectUri }: { code: string; redirectUri: string },
  context: PublisherContext,
): Promise<Credentials> {
  const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
  return preparing(tokenCall(app, "code exchange", form, context));
}

export function refreshTikTok(app: TikTokApp, { refreshToken }: Credentials, context: PublisherContext) {
  if (refreshToken === undefined) throw new PublishRefused("UNAVAILABLE", "tiktok refresh: no refresh token is stored");
  const form = { grant_type: "refresh_token", refresh_token: refreshToken };
  return preparing(tokenCall(app, "refresh", form, context));
}

/** Also resolves if the grant has ended. */
export async function revokeTikTok(app: TikTokApp, { token }: Credentials, context: PublisherContext): Promise<void> {
  const reply = await call(app, "revocation", "/oauth/revoke/", { token }, context);
  const error = jsonOf(reply, ErrorReply)?.error;
  if (error === "invalid_grant" || error === "access_token_invalid") return;
  if (error !== undefined || reply.status >= 400) throw refusal("revocation", error, reply.status);
}

async function tokenCall(
  app: TikTokApp,
  what: string,
  form: Record<string, string>,
  context: PublisherContext,
): Promise<Credentials> {
  const reply = await call(app, what, "/oauth/token/", form, context);
  // Errors come with status 200 too.
  const error = jsonOf(reply, ErrorReply)?.error;
  if (error !== undefined || reply.status >= 400) throw refusal(what, error, reply.status);
  const grant = jsonOf(reply, GrantReply);
  if (!grant) throw new OutcomeUnknown(`tiktok ${what}: the response has an unexpected body`);
  const { access_token: token, refresh_token: refreshToken, expires_in } = grant;
  return {
    token,
    ...(refreshToken && { refreshToken }),
    ...(expires_in !== undefined && { expiresAt: context.now() + expires_in * 1000 }),
  };
}

function call(app: TikTokApp, what: string, path: string, form: Record<string, string>, context: PublisherContext) {
  return context.calls.send({
    network: "tiktok",
    what,
    method: "POST",
    url: new URL(app.url.replace(/\/$/, "") + path),
    form: { client_key: app.clientKey, client_secret: app.clientSecret, ...form },
  });
}

/** Only what is documented as the end of a grant is TOKEN. */
function refusal(what: string, error: string | undefined, status: number): PublishRefused {
  const code = codeText(error ?? status);
  const kind = status === 429 ? "RATE" : (KINDS[error ?? ""] ?? "UNAVAILABLE");
  return new PublishRefused(kind, `tiktok ${what}: ${code ?? status}`, { networkCode: code });
}
