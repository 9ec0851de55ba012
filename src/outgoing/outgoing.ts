import type Undici from "undici";
import { addressRule } from "./addresses.ts";
import { announced, readBounded } from "./body.ts";
import { checkedConnector } from "./connect.ts";
import { OutgoingError, type OutgoingFailure } from "./errors.ts";
import { type HeaderList, headerProblem, headersOf, receivedHeaders, secretNames } from "./headers.ts";
import { type Resolve, systemNames } from "./names.ts";

/** Sends HTTP requests to addresses that a script or a client names. */
export interface Outgoing {
  /**
   * Sends one request and reads the whole response, whatever its status. Redirects of a GET are followed; headers that
   * may hold a secret are not sent to another origin.
   * @throws OutgoingError
   */
  send(request: OutgoingRequest): Promise<OutgoingReply>;
}

export interface OutgoingRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** http or https. User name and password in it become basic authentication unless `headers` has an authorization. */
  url: string;
  headers: HeaderList;
  body?: string | undefined;
  /** Until the whole response has been read; capped by the limits. */
  timeoutMs: number;
  /** Instead of the settings for scripts. Which addresses are permitted stays the same. */
  limits?: Pick<OutgoingOptions, "timeoutMs" | "maxRequestBytes" | "maxResponseBytes">;
  /** The operator configured this address, so it may be private. */
  isTrusted?: boolean;
}

export interface OutgoingReply {
  status: number;
  /** Names as the server spelled them; values of a repeated header are joined by ", ". */
  headers: ReadonlyMap<string, string>;
  setCookies: readonly string[];
  /** After decompression. */
  body: Buffer;
}

/** The class of the response's status, or why there is no response. */
export type OutgoingOutcome = `${1 | 2 | 3 | 4 | 5}xx` | OutgoingFailure;

export interface OutgoingOptions {
  timeoutMs: number;
  maxRequestBytes: number;
  /** After decompression. */
  maxResponseBytes: number;
  /** Networks allowed besides the public internet; see `addressRule`. */
  privateNetworks: string;
  resolve?: Resolve;
  onDone?: (outcome: OutgoingOutcome, seconds: number) => void;
}

const DEFAULT_HEADERS: HeaderList = [
  ["user-agent", "Rekindle"],
  ["accept-encoding", "gzip"],
];
const MAX_REDIRECTS = 5;
const MAX_URL = 8_192;
const MAX_HEADER_BYTES = 16_384;
/** Certificate errors of OpenSSL and Node, such as CERT_HAS_EXPIRED, but not alerts sent by the server. */
const OF_CERTIFICATES = /^(?!ERR_SSL_).*(CERT|SIGNATURE)|^INVALID_(CA|PURPOSE)$/;
/** undici and `URL` report bad redirects with these codes; the request's own URL was checked before. */
const OF_REDIRECTS = new Set(["UND_ERR_INVALID_ARG", "ERR_INVALID_URL"]);

export function createOutgoing(options: OutgoingOptions): Outgoing {
  return new OutgoingClient(options);
}

/** Each request has its own agent, so requests share no connection. undici is loaded with the first request. */
class OutgoingClient implements Outgoing {
  readonly #options: OutgoingOptions;
  readonly #mayConnect: (address: string) => boolean;
  readonly #resolve: Resolve;

  constructor(options: OutgoingOptions) {
    this.#options = options;
    this.#mayConnect = addressRule(options.privateNetworks);
    this.#resolve = options.resolve ?? systemNames();
  }

  async send(request: OutgoingRequest): Promise<OutgoingReply> {
    const began = performance.now();
    let outcome: OutgoingOutcome = "unreachable";
    try {
      const reply = await this.#send(request);
      outcome = `${Math.trunc(reply.status / 100) as 2}xx`;
      return reply;
    } catch (error) {
      if (error instanceof OutgoingError) outcome = error.kind;
      throw error;
    } finally {
      this.#options.onDone?.(outcome, (performance.now() - began) / 1000);
    }
  }

  async #send(request: OutgoingRequest): Promise<OutgoingReply> {
    const { maxRequestBytes, maxResponseBytes, ...limits } = request.limits ?? this.#options;
    const timeoutMs = Math.max(1, Math.min(Math.trunc(request.timeoutMs), limits.timeoutMs));
    const signal = AbortSignal.timeout(timeoutMs);
    const { url, authorization } = addressOf(request.url);
    const problem = headerProblem(request.headers);
    if (problem) throw new OutgoingError("refused", problem);
    if (request.body !== undefined && Buffer.byteLength(request.body) > maxRequestBytes) {
      throw new OutgoingError("refused", `The body is longer than ${maxRequestBytes} bytes.`);
    }
    const headers = headersOf(DEFAULT_HEADERS, authorization, request.headers);
    let host = url.hostname;
    const undici = await import("undici");
    const onHost = (connected: string) => {
      host = connected;
    };
    const agent = this.#agent(undici, { isTrusted: request.isTrusted ?? false, maxResponseBytes, signal, onHost });
    const { redirect, decompress } = undici.interceptors;
    try {
      const response = await undici.request(url, {
        method: request.method,
        headers: Object.fromEntries(headers),
        body: request.body ?? null,
        signal,
        responseHeaders: "raw",
        dispatcher: agent.compose(
          redirect({
            maxRedirections: request.method === "GET" ? MAX_REDIRECTS : 0,
            throwOnMaxRedirect: true,
            stripHeadersOnCrossOriginRedirect: secretNames(headers),
          }),
          // Also limits the intermediate result when there are two encodings. 0 would mean no limit.
          decompress({ skipErrorResponses: false, maxSize: Math.max(1, maxResponseBytes) }),
        ),
      });
      // "raw" headers are a flat list in the server's spelling, which undici's type does not say.
      const raw = response.headers as unknown as readonly string[];
      const { headers: received, setCookies } = receivedHeaders(raw);
      const length = [...received].find(([name]) => name.toLowerCase() === "content-length")?.[1];
      const body = await readBounded(unlessEmpty(response.body), maxResponseBytes, announced(length));
      if (!body) throw tooLarge(host, maxResponseBytes);
      return { status: response.statusCode, headers: received, setCookies, body };
    } catch (error) {
      if (error instanceof OutgoingError) throw error;
      if (signal.aborted) throw new OutgoingError("timeout", `${host} did not respond within ${timeoutMs} ms.`);
      const code = codeOf(error);
      if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") throw tooLarge(host, maxResponseBytes);
      throw failure(host, code);
    } finally {
      agent.destroy().catch(() => {});
    }
  }

  #agent(
    { Agent, buildConnector }: typeof Undici,
    {
      isTrusted,
      maxResponseBytes,
      signal,
      onHost,
    }: { isTrusted: boolean; maxResponseBytes: number; signal: AbortSignal; onHost(host: string): void },
  ): Undici.Agent {
    return new Agent({
      pipelining: 0,
      // `signal` limits the total time.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      // Before decompression; also for the bodies of redirects.
      maxResponseSize: maxResponseBytes,
      connect: checkedConnector(buildConnector, {
        mayConnect: isTrusted ? () => true : this.#mayConnect,
        resolve: this.#resolve,
        signal,
        onHost,
      }),
    });
  }
}

/** Splits a URL into the target and its basic authentication. */
function addressOf(text: string): { url: URL; authorization: HeaderList } {
  const url = text.length <= MAX_URL && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw new OutgoingError("refused", "The URL is invalid or too long.");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new OutgoingError("refused", "The URL must begin with http:// or https://.");
  }
  const { username, password } = url;
  url.username = "";
  url.password = "";
  url.hash = "";
  if (username === "" && password === "") return { url, authorization: [] };
  return { url, authorization: [["authorization", basicAuthorization(decode(username), decode(password))]] };
}

export function basicAuthorization(userName: string, password: string): string {
  return `Basic ${Buffer.from(`${userName}:${password}`, "utf8").toString("base64")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Accepts an empty body with a content encoding, which undici reports as corrupt. */
async function* unlessEmpty(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isEmpty = true;
  try {
    for await (const chunk of body) {
      isEmpty = false;
      yield chunk;
    }
  } catch (error) {
    if (!isEmpty || codeOf(error) !== "Z_BUF_ERROR") throw error;
  }
}

function tooLarge(host: string, bytes: number): OutgoingError {
  return new OutgoingError("too-large", `The response of ${host} is longer than ${bytes} bytes.`);
}

function failure(host: string, code: string): OutgoingError {
  if (code === "UND_ERR_REDIRECT_MAX") {
    return new OutgoingError("refused", `${host} redirects more than ${MAX_REDIRECTS} times.`);
  }
  if (OF_REDIRECTS.has(code)) {
    return new OutgoingError("refused", `${host} redirects in a loop or to an invalid URL.`);
  }
  const why = code === "" ? "" : ` (${code})`;
  const sentence = OF_CERTIFICATES.test(code)
    ? `The certificate of ${host} was rejected${why}.`
    : `${host} could not be reached${why}.`;
  return new OutgoingError("unreachable", sentence);
}

/** The error's code, such as "ECONNREFUSED"; "" if it has none. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? code : "";
}
