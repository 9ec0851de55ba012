import { createHmac } from "node:crypto";
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { fits, type ProviderCall, readJson, unavailable } from "./http.ts";
import { type ProviderContext, ProviderRefusal, type ProviderUnavailable } from "./provider.ts";

/**
 * Facebook's Graph API. Responses are limited to 1 MiB. Calls with a token carry its appsecret_proof, as games can
 * require it. Graph's error messages are never passed on, since some quote the token.
 */
export interface FacebookSettings {
  appId: string;
  appSecret: string;
  /** Base URL of the API including its version, without a trailing slash. */
  graphUrl?: string;
  /** The redirect_uri that this game's codes are issued for; mobile and JavaScript SDKs use an empty one. */
  redirectUri?: string;
  /** Where the keys of Limited Login's ID tokens are. */
  keysUrl?: string;
}

export const FACEBOOK_GRAPH_URL = "https://graph.facebook.com/v23.0";
const MAX_REPLY_BYTES = 1_048_576;

export interface GraphSession {
  settings: FacebookSettings;
  context: ProviderContext;
  signal: AbortSignal;
}

/** The time limit of one verification, as a multiple of the limit of one call. */
const TOTAL_TIMEOUT_FACTOR = 4;

export function openGraph(settings: FacebookSettings, context: ProviderContext): GraphSession {
  return { settings, context, signal: AbortSignal.timeout(TOTAL_TIMEOUT_FACTOR * context.timeoutMs) };
}

const GraphErrorSchema = Type.Object({
  error: Type.Object({
    message: Type.Optional(Type.String()),
    code: Type.Optional(Type.Number()),
    error_subcode: Type.Optional(Type.Number()),
    fbtrace_id: Type.Optional(Type.String()),
  }),
});
export type GraphError = Static<typeof GraphErrorSchema>["error"];
const AnyObject = Type.Object({});

/** A value of the expected shape, or Graph's error, which `refuse` and `fail` turn into an exception. */
export type GraphAnswer<T> =
  | { value: T }
  | { error: GraphError; refuse(field: string): ProviderRefusal; fail(hint?: string): ProviderUnavailable };

export interface GraphRequest {
  what: string;
  path: string;
  query?: Record<string, string>;
  form?: Record<string, string>;
  method?: "DELETE";
  /** The token to authenticate with. A request without one carries its own credentials. */
  token?: string;
}

export async function askGraph<T extends TSchema>(
  { settings, context, signal }: GraphSession,
  request: GraphRequest,
  schema: T,
): Promise<GraphAnswer<Static<T>>> {
  const url = new URL(`${settings.graphUrl ?? FACEBOOK_GRAPH_URL}${request.path}`);
  for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
  if (request.token !== undefined) {
    url.searchParams.set("access_token", request.token);
    url.searchParams.set("appsecret_proof", proofOf(request.token, settings.appSecret));
  }
  const call: ProviderCall = {
    systemId: "FB",
    what: request.what,
    url,
    ...(request.form && { form: request.form }),
    ...(request.method && { method: request.method }),
    timeoutMs: context.timeoutMs,
    maxBytes: MAX_REPLY_BYTES,
    signal,
  };
  const reply = await context.calls.send(call);
  const body = readJson(call, reply, AnyObject);
  if (fits(GraphErrorSchema, body)) return failed(call, body.error);
  if (reply.status >= 400) throw unavailable(call, `responded with status ${reply.status} and no error description`);
  return { value: readJson(call, reply, schema) };
}

export function appToken({ appId, appSecret }: FacebookSettings): string {
  return `${appId}|${appSecret}`;
}

/** 190 and 102: the token has expired, was revoked or is malformed; 2500: it belongs to no user. */
export function isTokenError({ code }: GraphError): boolean {
  return code === 190 || code === 102 || code === 2500;
}

/** The user did not grant the permission that the call needs, or revoked it. */
export function isPermissionError({ code }: GraphError): boolean {
  return code === 10 || (code !== undefined && code >= 200 && code <= 299);
}

function proofOf(token: string, appSecret: string): string {
  return createHmac("sha256", appSecret).update(token).digest("hex");
}

function failed(call: ProviderCall, error: GraphError): Exclude<GraphAnswer<never>, { value: never }> {
  const trace = /^[\w-]{1,64}$/.test(error.fbtrace_id ?? "") ? `, trace ${error.fbtrace_id}` : "";
  const subcode = error.error_subcode === undefined ? "" : `/${error.error_subcode}`;
  const reason = `Facebook returned error ${error.code ?? "without a code"}${subcode}${trace}`;
  return {
    error,
    refuse: (field) => new ProviderRefusal(field, "NOTAUTHENTICATED", `FB ${call.what}: ${reason}`),
    fail: (hint) => unavailable(call, hint ? `${reason}; ${hint}` : reason),
  };
}
