import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { decodeJwt } from "jose";
import { jsonOf, type NetworkCall, type NetworkReply, retryAfterMs } from "./calls.ts";
import { resetMs } from "./oauth2.ts";
import {
  type Credentials,
  type NetworkAccount,
  OutcomeUnknown,
  type PublisherContext,
  PublishRefused,
  type RefusalKind,
} from "./publisher.ts";
import { codeText, reasonOf, secretsOf } from "./reason.ts";

/** The calls of AT Protocol (XRPC) and what their refusals mean. */

export const Session = Type.Object({
  did: Type.String({ pattern: "^did:[a-z]+:[A-Za-z0-9._:%-]{1,200}$" }),
  handle: Type.String(),
  accessJwt: Type.String({ minLength: 1 }),
  refreshJwt: Type.String({ minLength: 1 }),
  didDoc: Type.Optional(Type.Unknown()),
});
const ErrorReply = Type.Object({ error: Type.String(), message: Type.Optional(Type.String()) });
const MAX_ENDPOINT = 300;
const DidDocument = Type.Object({
  service: Type.Array(Type.Object({ id: Type.String(), serviceEndpoint: Type.Unknown() }), { maxItems: 50 }),
});

/** Errors that come with various statuses. */
const KINDS: Record<string, RefusalKind> = {
  ExpiredToken: "TOKEN",
  InvalidToken: "TOKEN",
  AuthMissing: "TOKEN",
  AuthenticationRequired: "TOKEN",
  AuthFactorTokenRequired: "TOKEN",
  AccountTakedown: "TOKEN",
  AccountDeactivated: "TOKEN",
  AccountSuspended: "TOKEN",
  RateLimitExceeded: "RATE",
  BlobTooLarge: "MEDIA",
  InvalidMimeType: "MEDIA",
  PayloadTooLarge: "MEDIA",
};

/** A call to a method of a server; `token` is that of a session. */
export function xrpc(
  server: string,
  method: string,
  what: string,
  { token, query, ...more }: Partial<NetworkCall> & { token?: string; query?: Record<string, string> } = {},
): NetworkCall {
  return {
    network: "bluesky",
    what,
    method: query ? "GET" : "POST",
    url: new URL(`${server}/xrpc/${method}${query ? `?${new URLSearchParams(query)}` : ""}`),
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    ...more,
  };
}

/**
 * The response, which is a success of this shape.
 * @throws PublishRefused if the server refuses
 * @throws OutcomeUnknown if the call succeeded and the response is anything else
 */
export async function succeed<T extends TSchema>(
  call: NetworkCall,
  schema: T,
  context: PublisherContext,
  account?: NetworkAccount,
): Promise<Static<T>> {
  const reply = await context.calls.send(call);
  if (reply.status >= 300) throw refusalOf(call, reply, context, account);
  const value = jsonOf(reply, schema);
  if (value === undefined) throw new OutcomeUnknown(`bluesky ${call.what}: the response has an unexpected shape`);
  return value;
}

export function errorOf(reply: NetworkReply): { error: string; message?: string } {
  return jsonOf(reply, ErrorReply) ?? { error: "" };
}

export function refusalOf(
  { what }: Pick<NetworkCall, "what">,
  reply: NetworkReply,
  { now }: Pick<PublisherContext, "now">,
  account?: NetworkAccount,
): PublishRefused {
  const { error, message } = errorOf(reply);
  const reason = reasonOf(message ?? error, account ? secretsOf(account.credentials) : []);
  const kind = KINDS[error] ?? kindOf(reply.status);
  return new PublishRefused(kind, `bluesky ${what}: ${reason || `status ${reply.status}`}`, {
    networkCode: codeText(error) ?? String(reply.status),
    ...(kind === "RATE" && {
      retryAfterMs: retryAfterMs(reply, now()) ?? resetMs(reply, "ratelimit-reset", now()),
    }),
    canRenew: error === "ExpiredToken",
  });
}

function kindOf(status: number): RefusalKind {
  if (status === 401) return "TOKEN";
  if (status === 403) return "PERMISSION";
  if (status === 413) return "MEDIA";
  if (status === 429) return "RATE";
  return "CONTENT";
}

export function credentialsOf({ accessJwt, refreshJwt }: Static<typeof Session>): Credentials {
  const expiresAt = expiryOf(accessJwt);
  return { token: accessJwt, refreshToken: refreshJwt, ...(expiresAt !== undefined && { expiresAt }) };
}

function expiryOf(token: string): number | undefined {
  try {
    const { exp } = decodeJwt(token);
    return exp === undefined ? undefined : exp * 1000;
  } catch {
    return undefined;
  }
}

/**
 * The server that hosts the account, from its DID document; `entry` if the document names none. The document is the
 * user's own, so only a named host with https counts: an address could be one of the local network. A loopback address
 * counts if `entry` is one too.
 */
export function hostOf({ didDoc }: Pick<Static<typeof Session>, "didDoc">, entry: string): string {
  const services = Value.Check(DidDocument, didDoc) ? didDoc.service : [];
  const endpoint = services.find(({ id }) => id.endsWith("#atproto_pds"))?.serviceEndpoint;
  if (typeof endpoint !== "string" || endpoint.length > MAX_ENDPOINT || !URL.canParse(endpoint)) return entry;
  const { protocol, hostname, origin, username } = new URL(endpoint);
  const isNamed = protocol === "https:" && /\.[a-z][a-z0-9-]*$/i.test(hostname) && !username;
  const isLocal = isLoopback(hostname) && isLoopback(new URL(entry).hostname);
  return isNamed || isLocal ? origin : entry;
}

/** Whether a user named the host: it is neither `entry` nor a server of this machine beside it. */
export function isUsers(server: string, entry: string): boolean {
  const [{ hostname, origin }, given] = [new URL(server), new URL(entry)];
  return origin !== given.origin && !(isLoopback(hostname) && isLoopback(given.hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || /^127(\.\d+){3}$/.test(hostname) || hostname === "[::1]";
}
