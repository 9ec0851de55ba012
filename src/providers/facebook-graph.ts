import { createHmac } from "node:crypto";
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { callProvider, type ProviderCall, readJson, unavailable } from "./http.ts";
import { type ProviderContext, ProviderRefusal, type ProviderUnavailable } from "./provider.ts";

/**
 * Facebook's Graph API as Facebook Login for a server needs it. Replies are bounded to 1 MiB; every call made with a
 * token carries its appsecret_proof, so that games which require the proof work.
 *
 * Graph's own error messages are never passed on: some of them quote the token.
 */
export interface FacebookSettings {
  appId: string;
  appSecret: string;
  /** The API's base with its version, no slash at the end. */
  graphUrl?: string;
  /** The redirect_uri that codes of this game are issued for; mobile and JavaScript SDKs use an empty one. */
  redirectUri?: string;
}

export const FACEBOOK_GRAPH_URL = "https://graph.facebook.com/v23.0";
const MAX_REPLY_BYTES = 1_048_576;

/** One verification: its settings, one call's bound, and the signal that bounds all its calls together. */
export interface GraphSession {
  settings: FacebookSettings;
  context: ProviderContext;
  signal: AbortSignal;
}

/** All calls of one verification end within this many times the bound of one. */
const CALLS_BOUND = 4;

export function openGraph(settings: FacebookSettings, context: ProviderContext): GraphSession {
  return { settings, context, signal: AbortSignal.timeout(CALLS_BOUND * context.timeoutMs) };
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
const isGraphError = TypeCompiler.Compile(GraphErrorSchema);
const isObject = TypeCompiler.Compile(Type.Object({}));

/** What Graph answered: a value of the shape asked for, or its error. `refuse` and `fail` put that error in words. */
export type GraphAnswer<T> =
  | { value: T }
  | { error: GraphError; refuse(field: string): ProviderRefusal; fail(hint?: string): ProviderUnavailable };

export interface GraphRequest {
  what: string;
  path: string;
  query?: Record<string, string>;
  form?: Record<string, string>;
  /** The token that the call is made with; a request without one brings its own proof of who asks. */
  token?: string;
}

export async function askGraph<T extends TSchema>(
  { settings, context, signal }: GraphSession,
  request: GraphRequest,
  check: TypeCheck<T>,
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
    timeoutMs: context.timeoutMs,
    maxBytes: MAX_REPLY_BYTES,
    signal,
  };
  const reply = await callProvider(call);
  const body = readJson(call, reply, isObject);
  if (isGraphError.Check(body)) return failed(call, body.error);
  if (reply.status >= 400) throw unavailable(call, `answered with status ${reply.status} and no error that says why`);
  return { value: readJson(call, reply, check) };
}

/** The token by which the app itself asks, made of its id and secret. */
export function appToken({ appId, appSecret }: FacebookSettings): string {
  return `${appId}|${appSecret}`;
}

/** 190 and 102: the token ended, was revoked or is none; 2500: it stands for nobody. */
export function isTokenError({ code }: GraphError): boolean {
  return code === 190 || code === 102 || code === 2500;
}

/** The user did not grant what the call needs, or took it back. */
export function isPermissionError({ code }: GraphError): boolean {
  return code === 10 || (code !== undefined && code >= 200 && code <= 299);
}

function proofOf(token: string, appSecret: string): string {
  return createHmac("sha256", appSecret).update(token).digest("hex");
}

function failed(call: ProviderCall, error: GraphError): Exclude<GraphAnswer<never>, { value: never }> {
  const trace = /^[\w-]{1,64}$/.test(error.fbtrace_id ?? "") ? `, trace ${error.fbtrace_id}` : "";
  const subcode = error.error_subcode === undefined ? "" : `/${error.error_subcode}`;
  const reason = `Facebook answered with error ${error.code ?? "without code"}${subcode}${trace}`;
  return {
    error,
    refuse: (field) => new ProviderRefusal(field, "NOTAUTHENTICATED", `FB ${call.what}: ${reason}`),
    fail: (hint) => unavailable(call, hint ? `${reason}; ${hint}` : reason),
  };
}
