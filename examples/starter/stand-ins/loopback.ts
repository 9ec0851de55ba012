import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * The HTTP server under every stand-in: it listens on 127.0.0.1 alone, keeps the last 200 requests, and fails on
 * demand. For the example game and for tests, never for a game's players: what it keeps holds their tokens.
 */
export interface LoopbackServer {
  /** Its address, no slash at the end. */
  url: string;
  /** Oldest first. */
  requests: LoopbackRequest[];
  /** Requests to `failure.path`, or all, fail so until `heal`, or `failure.times` times. Later ones go first. */
  failWith(failure: LoopbackFailure): void;
  heal(): void;
  /** Ends its connections too, also those that were left hanging. */
  close(): Promise<void>;
}

export interface LoopbackRequest {
  method: string;
  /** Without query. */
  path: string;
  query: Record<string, string>;
  form: Record<string, string>;
  headers: Record<string, string | string[] | undefined>;
}

export interface LoopbackAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** A Buffer is sent as it is, anything else as JSON. */
  body: unknown;
}

export type LoopbackFailure = { path?: string; times?: number } & (
  | { kind: "answer"; answer: LoopbackAnswer }
  /** Answers as it should, but only after `ms`. */
  | { kind: "delay"; ms: number }
  /** Nothing is ever answered. */
  | { kind: "hang" }
  /** Status and half a body come, and then nothing. */
  | { kind: "slowBody" }
  /** A body that does not end before the reader gives up; at most 64 MiB. */
  | { kind: "hugeBody" }
  /** Status 200 and a body that is no JSON. */
  | { kind: "garbage" }
  /** Status 302 to `location`. */
  | { kind: "redirect"; location: string }
  /** The connection is cut. */
  | { kind: "reset" }
);

const KEPT_REQUESTS = 200;
const MAX_FORM_BYTES = 65_536;

export async function startLoopbackServer(
  port: number,
  answer: (request: LoopbackRequest) => LoopbackAnswer,
): Promise<LoopbackServer> {
  const requests: LoopbackRequest[] = [];
  let failures: LoopbackFailure[] = [];

  const server = createServer(async (incoming, response) => {
    response.on("error", () => {});
    const request = await readRequest(incoming).catch(() => undefined);
    if (!request) return incoming.destroy();
    requests.push(request);
    if (requests.length > KEPT_REQUESTS) requests.shift();
    const failure = takeFailure(request.path);
    if (failure && failure.kind !== "delay") return fail(response, failure);
    if (failure) await new Promise((resolve) => setTimeout(resolve, failure.ms));
    send(response, answer(request));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    failWith: (failure) => {
      failures = [{ ...failure }, ...failures];
    },
    heal: () => {
      failures = [];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function takeFailure(path: string): LoopbackFailure | undefined {
    const failure = failures.find((candidate) => candidate.path === undefined || candidate.path === path);
    if (failure?.times !== undefined && --failure.times <= 0) failures = failures.filter((other) => other !== failure);
    return failure;
  }
}

async function readRequest(incoming: IncomingMessage): Promise<LoopbackRequest> {
  const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
  let body = "";
  for await (const chunk of incoming.setEncoding("utf8")) {
    body += chunk;
    if (body.length > MAX_FORM_BYTES) throw new Error("the request is too long");
  }
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    form: Object.fromEntries(new URLSearchParams(body)),
    headers: incoming.headers,
  };
}

function send(response: ServerResponse, { status = 200, headers, body }: LoopbackAnswer): void {
  const isJson = !Buffer.isBuffer(body);
  response.writeHead(status, { "content-type": isJson ? "application/json" : "application/octet-stream", ...headers });
  response.end(isJson ? JSON.stringify(body) : body);
}

function fail(response: ServerResponse, failure: Exclude<LoopbackFailure, { kind: "delay" }>): void {
  switch (failure.kind) {
    case "answer":
      send(response, failure.answer);
      return;
    case "hang":
      return;
    case "slowBody":
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"id":');
      return;
    case "hugeBody":
      response.writeHead(200, { "content-type": "application/json" });
      pour(response, 1024);
      return;
    case "garbage":
      response.writeHead(200, { "content-type": "text/html" }).end("<html>We are sorry</html>");
      return;
    case "redirect":
      response.writeHead(302, { location: failure.location }).end();
      return;
    case "reset":
      response.destroy();
      return;
  }
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
