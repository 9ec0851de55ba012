import type { Static, TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleType, type IPolicy } from "cockatiel";
import { LRUCache } from "lru-cache";
import { addressRule } from "../outgoing/addresses.ts";
import { announced, readBounded, streamOf } from "../outgoing/body.ts";
import { checkedConnector } from "../outgoing/connect.ts";
import { OutgoingError } from "../outgoing/errors.ts";
import { type Resolve, systemNames } from "../outgoing/names.ts";
import { type Network, OutcomeUnknown, PublishRefused } from "./publisher.ts";

/** One call to a network. Its URL comes from the settings or from the network, unless `isUsers` is set. */
export interface NetworkCall {
  network: Network;
  /** The call's purpose, for messages, such as "create post". Never the URL: it may hold a token. */
  what: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: URL;
  /** A user named the host: it is called only if its address is public, or in the private networks that are permitted. */
  isUsers?: boolean;
  headers?: Record<string, string>;
  /** One of these, or none. */
  json?: unknown;
  form?: Record<string, string>;
  bytes?: { body: Buffer; type: string };
  multipart?: FormData;
  /** Limit of the response; default 256 KiB. */
  maxBytes?: number;
  /** For the whole call, the body included; default that of `NetworkCalls`. */
  timeoutMs?: number;
}

export interface NetworkReply {
  status: number;
  headers: Headers;
  body: Buffer;
}

const MAX_BYTES = 262_144;
/** Errors of connecting, before anything was sent. */
const NOT_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const FAILURES = 10;
const PAUSE_MS = 10_000;

/** Counted by the circuit: the network is down, as opposed to having refused. */
class NetworkDown extends Error {
  readonly outward: PublishRefused | OutcomeUnknown;

  constructor(outward: PublishRefused | OutcomeUnknown) {
    super(outward.message);
    this.outward = outward;
  }
}

export interface NetworkCallsOptions {
  timeoutMs: number;
  privateNetworks?: string;
  resolve?: Resolve;
}

/**
 * The calls of one server to social networks. Nothing is repeated: only the caller knows whether that is safe. While an
 * origin is down, calls to it are refused as UNAVAILABLE at once.
 */
export class NetworkCalls {
  readonly #timeoutMs: number;
  readonly #mayConnect: (address: string) => boolean;
  readonly #resolve: Resolve;
  readonly #policies = new LRUCache<string, IPolicy>({ max: 200 });

  /** @param privateNetworks permitted for hosts that users name; see `addressRule` */
  constructor({ timeoutMs, privateNetworks = "", resolve = systemNames() }: NetworkCallsOptions) {
    this.#timeoutMs = timeoutMs;
    this.#mayConnect = addressRule(privateNetworks);
    this.#resolve = resolve;
  }

  /**
   * Resolves to the response with any status below 500.
   * @throws PublishRefused UNAVAILABLE if nothing was sent, or if a GET failed
   * @throws OutcomeUnknown if it was sent and there is no response, or one of 500 and above
   */
  async send(call: NetworkCall): Promise<NetworkReply> {
    try {
      return await this.#policyOf(call.url.origin).execute(() => this.#attempt(call));
    } catch (error) {
      if (error instanceof NetworkDown) throw error.outward;
      if (error instanceof BrokenCircuitError) throw down(call, "was not called, because its last calls failed");
      throw error;
    }
  }

  async #attempt(call: NetworkCall): Promise<NetworkReply> {
    const { network, what, method, url, json, form, bytes, multipart, maxBytes = MAX_BYTES } = call;
    const signal = AbortSignal.timeout(call.timeoutMs ?? this.#timeoutMs);
    const failed = (reason: string, isSent: boolean) =>
      new NetworkDown(
        isSent && method !== "GET" ? new OutcomeUnknown(`${network} ${what}: ${reason}`) : down(call, reason),
      );
    const client = call.isUsers ? await this.#checkedClient(signal) : { fetch, close() {} };
    try {
      const response = await client.fetch(url, {
        method,
        headers: {
          accept: "application/json",
          "user-agent": "Rekindle",
          ...(json !== undefined && { "content-type": "application/json" }),
          ...(bytes && { "content-type": bytes.type, "content-length": String(bytes.body.length) }),
          ...call.headers,
        },
        body:
          json !== undefined
            ? JSON.stringify(json)
            : form
              ? new URLSearchParams(form)
              : bytes
                ? streamOf(bytes.body)
                : (multipart ?? null),
        ...(bytes && { duplex: "half" }),
        redirect: "manual",
        signal,
      });
      const { status, headers } = response;
      if (status >= 500 || (status >= 300 && status < 400 && status !== 308)) {
        await response.body?.cancel();
        throw failed(`responded with status ${status}`, true);
      }
      const body = await readBounded(response.body ?? [], maxBytes, announced(headers.get("content-length")));
      if (!body) throw failed(`the response is longer than ${maxBytes} bytes`, true);
      return { status, headers, body };
    } catch (error) {
      if (error instanceof NetworkDown) throw error;
      const refused = error instanceof Error ? error.cause : undefined;
      if (refused instanceof OutgoingError) throw failed(refused.message, false);
      const code = codeOf(error);
      if (signal.aborted) throw failed("no response in time", true);
      throw failed(`the connection failed${code && ` (${code})`}`, !NOT_SENT.test(code));
    } finally {
      client.close();
    }
  }

  /** For one call, which does not connect to a private address. */
  async #checkedClient(signal: AbortSignal): Promise<{ fetch: typeof fetch; close(): void }> {
    const { Agent, buildConnector, fetch: send } = await import("undici");
    const check = { mayConnect: this.#mayConnect, resolve: this.#resolve, signal, onHost() {} };
    const dispatcher = new Agent({ pipelining: 0, connect: checkedConnector(buildConnector, check) });
    return {
      // The types of undici and of Node describe the same objects.
      fetch: (url, init) => send(url as URL, { ...init, dispatcher } as object) as unknown as Promise<Response>,
      close: () => void dispatcher.destroy().catch(() => {}),
    };
  }

  #policyOf(origin: string): IPolicy {
    let policy = this.#policies.get(origin);
    if (!policy) {
      policy = circuitBreaker(handleType(NetworkDown), {
        halfOpenAfter: PAUSE_MS,
        breaker: new ConsecutiveBreaker(FAILURES),
      });
      this.#policies.set(origin, policy);
    }
    return policy;
  }
}

function down({ network, what }: NetworkCall, reason: string): PublishRefused {
  return new PublishRefused("UNAVAILABLE", `${network} ${what}: ${reason}`);
}

const checks = new WeakMap<TSchema, TypeCheck<TSchema>>();

/**
 * The body as JSON of this shape; undefined if it is anything else. After a call that changes something, that is an
 * unknown outcome.
 */
export function jsonOf<T extends TSchema>(reply: NetworkReply, schema: T): Static<T> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(reply.body.toString("utf8"));
  } catch {
    return undefined;
  }
  let check = checks.get(schema);
  if (!check) {
    check = TypeCompiler.Compile<TSchema>(schema);
    checks.set(schema, check);
  }
  return check.Check(value) ? (value as Static<T>) : undefined;
}

/** `retry-after` in milliseconds, whether in seconds or as a date; undefined if it is absent or invalid. */
export function retryAfterMs({ headers }: Pick<NetworkReply, "headers">, now: number): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  if (/^\d{1,7}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? code : "";
}
