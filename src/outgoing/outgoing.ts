import http, { type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { addressRule } from "./addresses.ts";
import { readBounded } from "./body.ts";
import { decoded } from "./decoded.ts";
import { OutgoingError, type OutgoingFailure } from "./errors.ts";
import { type HeaderList, harmless, headerProblem, headersOf, receivedHeaders } from "./headers.ts";
import { type Resolve, systemNames } from "./names.ts";

/** Requests that scripts send to servers elsewhere. */
export interface Outgoing {
  /**
   * Sends one request on a connection of its own and reads the whole answer, whatever its status. A redirected GET is
   * followed; another origin sees none of its headers that could hold a secret.
   * @throws OutgoingError
   */
  send(request: OutgoingRequest): Promise<OutgoingReply>;
}

export interface OutgoingRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** http or https. A name and password in it are sent as basic authentication unless `headers` have another. */
  url: string;
  headers: HeaderList;
  body?: string | undefined;
  /** From now to the end of the answer; never more than the setting. */
  timeoutMs: number;
  /** The address was chosen by whoever runs the server, so it may be a private one. */
  isTrusted?: boolean;
}

export interface OutgoingReply {
  status: number;
  /** By name as the server spelled it; those of one name are joined by ", ". */
  headers: ReadonlyMap<string, string>;
  /** Each `Set-Cookie`. */
  setCookies: readonly string[];
  /** After decompression. */
  body: Buffer;
}

/** The class of an answer's status, or why there is none. */
export type OutgoingOutcome = `${1 | 2 | 3 | 4 | 5}xx` | OutgoingFailure;

export interface OutgoingOptions {
  timeoutMs: number;
  maxRequestBytes: number;
  /** After decompression. */
  maxResponseBytes: number;
  /** See `addressRule`: what may be called beside the internet. */
  privateNetworks: string;
  /** `systemNames` unless told. */
  resolve?: Resolve;
  onDone?: (outcome: OutgoingOutcome, seconds: number) => void;
}

const MAX_REDIRECTS = 5;
const MAX_URL = 8_192;
const MAX_HEADER_BYTES = 16_384;
/** Codes of OpenSSL and Node such as CERT_HAS_EXPIRED, and none of an alert that the other side sent. */
const OF_CERTIFICATES = /^(?!ERR_SSL_).*(CERT|SIGNATURE)|^INVALID_(CA|PURPOSE)$/;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function createOutgoing(options: OutgoingOptions): Outgoing {
  return new OutgoingClient(options);
}

/**
 * Connections are used once and no session is resumed, so nothing of one request is on another's connection. The agents
 * are this client's own: Node's environment variables for proxies change its global ones.
 */
class OutgoingClient implements Outgoing {
  readonly #options: OutgoingOptions;
  readonly #mayConnect: (address: string) => boolean;
  readonly #resolve: Resolve;
  readonly #agents = {
    "http:": new http.Agent({ keepAlive: false }),
    "https:": new https.Agent({ keepAlive: false, maxCachedSessions: 0, rejectUnauthorized: true }),
  };

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
    const timeoutMs = Math.max(1, Math.min(Math.trunc(request.timeoutMs), this.#options.timeoutMs));
    const signal = AbortSignal.timeout(timeoutMs);
    let { url, authorization } = addressOf(request.url);
    const problem = headerProblem(request.headers);
    if (problem) throw new OutgoingError("refused", problem);
    const body = request.body === undefined ? undefined : Buffer.from(request.body, "utf8");
    if (body && body.byteLength > this.#options.maxRequestBytes) {
      throw new OutgoingError("refused", `The body is longer than ${this.#options.maxRequestBytes} bytes.`);
    }
    let headers = headersOf(
      [
        ["user-agent", "Rekindle"],
        ["accept-encoding", "gzip"],
      ],
      authorization,
      request.headers,
    );
    try {
      for (let redirects = 0; ; redirects++) {
        const response = await this.#exchange(url, request, headers, body, signal);
        const next = request.method === "GET" ? redirectOf(response, url) : undefined;
        if (!next) return await this.#read(response, url);
        response.destroy();
        if (redirects === MAX_REDIRECTS) {
          throw new OutgoingError("refused", `${url.hostname} redirects more than ${MAX_REDIRECTS} times.`);
        }
        ({ url, authorization } = addressOf(next.href));
        if (next.isElsewhere) headers = harmless(headers);
      }
    } catch (error) {
      if (error instanceof OutgoingError) throw error;
      if (signal.aborted) throw new OutgoingError("timeout", `${url.hostname} did not answer within ${timeoutMs} ms.`);
      throw unreachable(url.hostname, codeOf(error));
    }
  }

  #exchange(
    url: URL,
    { method, isTrusted = false }: OutgoingRequest,
    headers: ReadonlyMap<string, string>,
    body: Buffer | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    // Node asks `lookup` for names only.
    if (isIP(host) !== 0 && !isTrusted && !this.#mayConnect(host)) throw privateAddress(url.hostname);
    const protocol = url.protocol as "http:" | "https:";
    const options: RequestOptions = {
      method,
      headers: Object.fromEntries(headers),
      agent: this.#agents[protocol],
      lookup: this.#lookup(isTrusted, signal),
      maxHeaderSize: MAX_HEADER_BYTES,
      signal,
    };
    return new Promise((resolve, reject) => {
      const request = (protocol === "https:" ? https : http).request(url, options);
      request.on("response", resolve);
      request.on("error", reject);
      request.on("upgrade", (_response, socket) => {
        socket.destroy();
        reject(new OutgoingError("unreachable", `${url.hostname} answered in another protocol.`));
      });
      request.end(body);
    });
  }

  /** Gives the connection only addresses that it may use, so what was checked is what is connected to. */
  #lookup(isTrusted: boolean, signal: AbortSignal): LookupFunction {
    return (host, options, done) => {
      this.#resolve(host, signal).then(
        (found) => {
          const usable = isTrusted ? found : found.filter(({ address }) => this.#mayConnect(address));
          const [first] = usable;
          if (!first) done(found.length > 0 ? privateAddress(host) : notFound(host), "", 0);
          else if (options.all) done(null, [...usable]);
          else done(null, first.address, first.family);
        },
        () => done(notFound(host), "", 0),
      );
    };
  }

  async #read(response: IncomingMessage, url: URL): Promise<OutgoingReply> {
    const { maxResponseBytes } = this.#options;
    const body = await readBounded(await decoded(response), maxResponseBytes);
    if (!body) {
      throw new OutgoingError("too-large", `The answer of ${url.hostname} is longer than ${maxResponseBytes} bytes.`);
    }
    return {
      status: response.statusCode!,
      headers: receivedHeaders(response.rawHeaders),
      setCookies: response.headers["set-cookie"] ?? [],
      body,
    };
  }
}

/** Where a request goes, and the basic authentication in its URL. */
function addressOf(text: string): { url: URL; authorization: HeaderList } {
  const url = text.length <= MAX_URL && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw new OutgoingError("refused", "The URL cannot be read or is too long.");
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

function redirectOf(response: IncomingMessage, from: URL): { href: string; isElsewhere: boolean } | undefined {
  const { location } = response.headers;
  if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return undefined;
  if (!URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  return { href: to.href, isElsewhere: to.origin !== from.origin };
}

function privateAddress(host: string): OutgoingError {
  return new OutgoingError(
    "refused",
    `${host} has a private address, which the server's settings do not let scripts call.`,
  );
}

function notFound(host: string): OutgoingError {
  return new OutgoingError("unreachable", `${host} could not be found.`);
}

/** @param code what went wrong by Node's name for it; "" where it has none */
function unreachable(host: string, code: string): OutgoingError {
  const why = code === "" ? "" : ` (${code})`;
  const sentence = OF_CERTIFICATES.test(code)
    ? `The certificate of ${host} is not accepted${why}.`
    : `${host} could not be reached${why}.`;
  return new OutgoingError("unreachable", sentence);
}

/** The system's code of a failed connection, such as "ECONNREFUSED". */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? code : "";
}
