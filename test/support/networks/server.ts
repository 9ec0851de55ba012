import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The HTTP server under the stand-in of a social network: 127.0.0.1 alone, bodies of any kind, troubles on demand. */
export interface NetworkServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Oldest first. */
  readonly requests: NetworkRequest[];
  /** The next request that matches fails so, once; without `matches`, any. */
  failNext(trouble: NetworkTrouble, matches?: (request: NetworkRequest) => boolean): void;
  /** Ends its connections too, also those that were left hanging. */
  close(): Promise<void>;
}

export interface NetworkRequest {
  method: string;
  /** Without query, not decoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The body as JSON; undefined if it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a stand-in reads what it was sent.
  readonly json: any;
  /** The body as a form. */
  readonly form: URLSearchParams;
}

export interface NetworkAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** A Buffer is sent as it is, anything else as JSON; nothing if absent. */
  body?: unknown;
}

export type NetworkTrouble =
  /** The request is not processed and never answered. */
  | "hang"
  /** The connection is cut before the request is processed. */
  | "reset"
  /** The request is processed, then: the connection is cut; */
  | "drop"
  /** … HTML with the status of the answer; */
  | "garbage"
  /** … 64 MiB of spaces; */
  | "huge"
  /** … half a body, and then nothing. */
  | "slow"
  /** The request is not processed, and is answered so. */
  | NetworkAnswer;

export async function startNetworkServer(
  answer: (request: NetworkRequest) => NetworkAnswer | Promise<NetworkAnswer>,
): Promise<NetworkServer> {
  const requests: NetworkRequest[] = [];
  const troubles: { trouble: NetworkTrouble; matches: (request: NetworkRequest) => boolean }[] = [];

  const server = createServer(async (incoming, response) => {
    response.on("error", () => {});
    const request = await readRequest(incoming).catch(() => undefined);
    if (!request) return incoming.destroy();
    requests.push(request);
    const at = troubles.findIndex(({ matches }) => matches(request));
    const trouble = at < 0 ? undefined : troubles.splice(at, 1)[0]!.trouble;
    if (trouble === "hang") return;
    if (trouble === "reset") return response.destroy();
    if (typeof trouble === "object") return send(response, trouble);
    const result = await answer(request);
    if (trouble === undefined) send(response, result);
    else spoil(response, result.status ?? 200, trouble);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    failNext: (trouble, matches = () => true) => void troubles.push({ trouble, matches }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<NetworkRequest> {
  const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { method = "GET", headers } = incoming;
  return {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
    get json() {
      try {
        return JSON.parse(body.toString("utf8"));
      } catch {
        return undefined;
      }
    },
    get form() {
      return new URLSearchParams(body.toString("utf8"));
    },
  };
}

function send(response: ServerResponse, { status = 200, headers, body }: NetworkAnswer): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const isJson = !Buffer.isBuffer(body);
  response.writeHead(status, { "content-type": isJson ? "application/json" : "application/octet-stream", ...headers });
  response.end(isJson ? JSON.stringify(body) : body);
}

function spoil(response: ServerResponse, status: number, trouble: "drop" | "garbage" | "huge" | "slow"): void {
  if (trouble === "drop") {
    response.destroy();
    return;
  }
  if (trouble === "garbage") {
    response.writeHead(status, { "content-type": "text/html" }).end("<html>We are sorry</html>");
    return;
  }
  response.writeHead(status, { "content-type": "application/json" });
  if (trouble === "slow") response.write('{"id":');
  else pour(response, 1024);
}

/** Writes 64 KiB `times` times, as fast as the reader takes them. */
function pour(response: ServerResponse, times: number): void {
  for (; times > 0 && !response.destroyed; times--) {
    if (!response.write(" ".repeat(65_536))) {
      response.once("drain", () => pour(response, times - 1));
      return;
    }
  }
  response.end();
}
