import { Readable } from "node:stream";
import type { Static, TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleType, type IPolicy } from "cockatiel";
import { LRUCache } from "lru-cache";
import type Undici from "undici";
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
  headers: Pick<Headers, "get">;
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
  /** Loaded with the first call. */
  #undici: Promise<typeof Undici> | undefined;
  #agent: Undici.Agent | undefined;
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
    const { network, what, method, url, maxBytes = MAX_BYTES } = call;
    const signal = AbortSignal.timeout(call.timeoutMs ?? this.#timeoutMs);
    const failed = (reason: string, isSent: boolean) =>
      new NetworkDown(
        isSent && method !== "GET" ? new OutcomeUnknown(`${network} ${what}: ${reason}`) : down(call, reason),
      );
    this.#undici ??= import("undici");
    const undici = await this.#undici;
    const dispatcher = call.isUsers ? this.#checked(undici, signal) : this.#shared(undici);
    try {
      const sent = await bodyOf(call);
      const response = await undici.request(url, {
        method,
        headers: {
          accept: "application/json",
          "user-agent": "Rekindle",
          ...(sent && { "content-type": sent.type }),
          ...(sent?.length !== undefined && { "content-length": String(sent.length) }),
          ...call.headers,
        },
        body: sent?.body ?? null,
        dispatcher,
        signal,
      });
      const { statusCode: status } = response;
      const headers = { get: (name: string) => headerIn(response.headers, name) };
      // A body that is not read to its end closes the connection.
      response.body.on("error", () => {});
      if (status >= 500 || (status >= 300 && status < 400 && status !== 308)) {
        response.body.destroy();
        throw failed(`responded with status ${status}`, true);
      }
      const body = await readBounded(response.body, maxBytes, announced(headers.get("content-length")));
      if (!body) throw failed(`the response is longer than ${maxBytes} bytes`, true);
      return { status, headers, body };
    } catch (error) {
      if (error instanceof NetworkDown) throw error;
      if (error instanceof OutgoingError) throw failed(error.message, false);
      const code = codeOf(error);
      if (signal.aborted) throw failed("no response in time", true);
      throw failed(`the connection failed${code && ` (${code})`}`, !NOT_SENT.test(code));
    } finally {
      if (call.isUsers) void dispatcher.destroy().catch(() => {});
    }
  }

  /** `fetch` takes three times the processor time of `request` (0.37 and 0.13 ms). */
  #shared({ Agent }: typeof Undici): Undici.Agent {
    this.#agent ??= new Agent({ allowH2: false });
    return this.#agent;
  }

  /** For one call, which does not connect to a private address. */
  #checked({ Agent, buildConnector }: typeof Undici, signal: AbortSignal): Undici.Agent {
    const check = { mayConnect: this.#mayConnect, resolve: this.#resolve, signal, onHost() {} };
    return new Agent({ pipelining: 0, connect: checkedConnector(buildConnector, check) });
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

async function bodyOf({ json, form, bytes, multipart }: NetworkCall): Promise<Body | undefined> {
  if (json !== undefined) return { type: "application/json", body: JSON.stringify(json) };
  if (form) return { type: "application/x-www-form-urlencoded;charset=UTF-8", body: String(new URLSearchParams(form)) };
  if (bytes) return { type: bytes.type, body: Readable.fromWeb(streamOf(bytes.body)), length: bytes.body.length };
  if (!multipart) return undefined;
  const encoded = new Response(multipart);
  return { type: encoded.headers.get("content-type")!, body: Buffer.from(await encoded.arrayBuffer()) };
}

function headerIn(headers: Record<string, string | string[] | undefined>, name: string): string | null {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return Array.isArray(value) ? value.join(", ") : (value ?? null);
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

interface Body {
  type: string;
  body: string | Buffer | Readable;
  /** Of a stream. */
  length?: number;
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
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? code : "";
}
