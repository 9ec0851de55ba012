import { type Static, Type } from "@sinclair/typebox";
import { jsonOf, type NetworkCall, type NetworkReply, retryAfterMs } from "./calls.ts";
import { type Credentials, type PublisherContext, PublishRefused } from "./publisher.ts";
import { codeText, reasonOf } from "./reason.ts";
import { preparing } from "./steps.ts";

/** The response of a token endpoint (RFC 6749, section 5.1). */
const TokenReply = Type.Object({
  access_token: Type.String({ minLength: 1, maxLength: 8_192 }),
  /** In seconds. */
  expires_in: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  refresh_token: Type.Optional(Type.Union([Type.String({ maxLength: 8_192 }), Type.Null()])),
  scope: Type.Optional(Type.String()),
});
const ErrorReply = Type.Object({
  error: Type.Union([Type.String(), Type.Number()]),
  error_description: Type.Optional(Type.String()),
});

export interface Grant {
  credentials: Credentials;
  /** Those that the network says it granted; empty if it does not say. */
  scopes: string[];
}

type HasEnded = (error: { code: string; description: string }, status: number) => boolean;

/**
 * Calls a token endpoint. Tokens that a lost or unreadable response held are lost, so a repeated call may be refused.
 *
 * @param hasEnded whether an error besides invalid_grant says that the code or the refresh token has ended
 * @throws PublishRefused TOKEN if it has, NOT_CONFIGURED if the network refuses the client's id or secret
 */
export async function requestGrant(
  call: Omit<NetworkCall, "method">,
  context: PublisherContext,
  hasEnded: HasEnded = () => false,
): Promise<Grant> {
  const reply = await preparing(context.calls.send({ ...call, method: "POST" }));
  const granted = reply.status < 300 ? jsonOf(reply, TokenReply) : undefined;
  if (!granted) throw refusalOf(call, reply, context, hasEnded);
  return { credentials: credentialsOf(granted, context.now()), scopes: scopesOf(granted.scope) };
}

/** Calls a revocation endpoint (RFC 7009); also resolves if the token has ended. */
export async function revokeGrant(
  call: Omit<NetworkCall, "method">,
  context: PublisherContext,
  hasEnded: HasEnded = () => false,
): Promise<void> {
  const reply = await context.calls.send({ ...call, method: "POST" });
  if (reply.status < 300) return;
  const refusal = refusalOf(call, reply, context, hasEnded);
  if (refusal.kind !== "TOKEN") throw refusal;
}

function refusalOf(
  { network, what, form }: Omit<NetworkCall, "method">,
  reply: NetworkReply,
  { now }: Pick<PublisherContext, "now">,
  hasEnded: HasEnded,
): PublishRefused {
  const problem = jsonOf(reply, ErrorReply);
  const code = String(problem?.error ?? "");
  const description = problem?.error_description ?? "";
  const networkCode = codeText(problem?.error) ?? String(reply.status);
  const refused = (kind: PublishRefused["kind"], reason: string, waitMs?: number) =>
    new PublishRefused(kind, `${network} ${what}: ${reason}`, { networkCode, retryAfterMs: waitMs });

  if (code === "invalid_grant" || hasEnded({ code, description }, reply.status)) {
    return refused("TOKEN", "the network has ended the grant, or does not accept the code");
  }
  if (reply.status === 401 || /^(invalid_client|unauthorized_client)/.test(code)) {
    return refused("NOT_CONFIGURED", "the network refuses the client id or the client secret of the settings");
  }
  if (reply.status === 429) return refused("RATE", "too many calls", retryAfterMs(reply, now()));
  const reason = reasonOf(description, Object.values(form ?? {}));
  return refused("UNAVAILABLE", `an unexpected response with status ${reply.status}${reason && `: ${reason}`}`);
}

function credentialsOf({ access_token, expires_in, refresh_token }: Static<typeof TokenReply>, now: number) {
  return {
    token: access_token,
    ...(refresh_token && { refreshToken: refresh_token }),
    ...(expires_in !== undefined && { expiresAt: now + Math.floor(expires_in * 1000) }),
  };
}

function scopesOf(text = ""): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** The `Authorization` header of a client (RFC 6749, section 2.3.1). */
export function basicAuthorization(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

/** A header that says when calls are allowed again, as Unix time in seconds; in milliseconds from now. */
export function resetMs({ headers }: Pick<NetworkReply, "headers">, name: string, now: number): number | undefined {
  const text = headers.get(name);
  return text && /^\d{9,11}$/.test(text) ? Math.max(0, Number(text) * 1000 - now) : undefined;
}
