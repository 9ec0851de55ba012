import type { Static, TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { readBounded } from "../outgoing/body.ts";
import { ProviderUnavailable, type SystemId } from "./provider.ts";

/** One call to a provider: a GET, a POST of `form`, or a DELETE. */
export interface ProviderCall {
  systemId: SystemId;
  /** The call's purpose, for the log, such as "token check". Never the URL: its query holds tokens. */
  what: string;
  url: URL;
  headers?: Record<string, string>;
  form?: Record<string, string>;
  method?: "DELETE";
  /** For the whole call, body included. */
  timeoutMs: number;
  /** Limit of the body after decompression. */
  maxBytes: number;
  /** Statuses of failure that the caller handles itself, such as 429 of a call that it can do without. */
  handledStatuses?: readonly number[];
  /** Aborts the call, which is then reported as a time-out. */
  signal?: AbortSignal;
}

const GATEWAY_STATUSES = [502, 503, 504];

export interface ProviderReply {
  status: number;
  headers: Headers;
  body: Buffer;
}

/**
 * Makes one call, without retries. A reply has a status of 2xx, of 4xx except 429, or one that the caller handles.
 * Everything else is ProviderUnavailable: no connection, a time-out, a body over the limit, a redirect, another status.
 *
 * The errors have no `cause`, since those of fetch and JSON.parse can quote the URL or the body, which hold secrets.
 */
export async function callProvider(call: ProviderCall): Promise<ProviderReply> {
  const own = AbortSignal.timeout(call.timeoutMs);
  const signal = call.signal ? AbortSignal.any([own, call.signal]) : own;
  try {
    const response = await fetch(call.url, {
      method: call.method ?? (call.form ? "POST" : "GET"),
      headers: { accept: "application/json", "accept-encoding": "identity", ...call.headers },
      ...(call.form && { body: new URLSearchParams(call.form) }),
      redirect: "manual",
      signal,
    });
    const problem = call.handledStatuses?.includes(response.status) ? undefined : statusProblem(response.status);
    if (problem) {
      await response.body?.cancel();
      throw unavailable(call, problem, GATEWAY_STATUSES.includes(response.status));
    }
    return { status: response.status, headers: response.headers, body: await readBody(call, response) };
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw error;
    if (signal.aborted) throw unavailable(call, "no response in time");
    throw unavailable(call, `the connection failed${codeOf(error)}`, true);
  }
}

/** Parses the body as JSON. Throws ProviderUnavailable if it is not JSON of this shape. */
export function readJson<T extends TSchema>(call: ProviderCall, reply: ProviderReply, schema: T): Static<T> {
  let value: unknown;
  try {
    value = JSON.parse(reply.body.toString("utf8"));
  } catch {
    throw unavailable(call, "the response is not JSON");
  }
  if (!fits(schema, value)) throw unavailable(call, "the response has an unexpected shape");
  return value;
}

const checks = new WeakMap<TSchema, TypeCheck<TSchema>>();

/** Whether the value has this shape. The check is compiled when it is first used, which takes about 2 ms. */
export function fits<T extends TSchema>(schema: T, value: unknown): value is Static<T> {
  let check = checks.get(schema);
  if (!check) {
    check = TypeCompiler.Compile<TSchema>(schema);
    checks.set(schema, check);
  }
  return check.Check(value);
}

export function unavailable(
  { systemId, what }: Pick<ProviderCall, "systemId" | "what">,
  reason: string,
  isBrief = false,
): ProviderUnavailable {
  return new ProviderUnavailable(systemId, `${systemId} ${what}: ${reason}`, isBrief);
}

function statusProblem(status: number): string | undefined {
  if (status >= 500 || status === 429) return `responded with status ${status}`;
  if (status >= 300 && status < 400) return `responded with a redirect (status ${status}), which is not followed`;
  return undefined;
}

async function readBody(call: ProviderCall, response: Response): Promise<Buffer> {
  const body = await readBounded(response.body ?? [], call.maxBytes);
  if (!body) throw unavailable(call, `the response is longer than ${call.maxBytes} bytes`);
  return body;
}

/** The error code of a failed connection as text, such as ` (ECONNREFUSED)`. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? ` (${code})` : "";
}
