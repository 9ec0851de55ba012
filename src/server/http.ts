import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { StoreError } from "../store/errors.ts";
import type { Services } from "./call.ts";
import type { Dispatch } from "./dispatcher.ts";
import type { Rates } from "./rate.ts";
import { busy, damaged, internal, tooLarge } from "./refusals.ts";
import { refusalOf } from "./respond.ts";
import { noteUnexpected } from "./unexpected.ts";

export interface HttpRoutes {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

/**
 * The HTTP routes. Fastify is loaded on demand and has no server of its own, because it shares the port with sockets.
 */
export async function createHttpRoutes(
  services: Services,
  dispatch: Dispatch,
  allRates: Rates,
  server: { version: string; adminToken: string; stopping(): boolean },
): Promise<HttpRoutes> {
  const [
    { fastify },
    { apis },
    { addApis, refuseUnrouted },
    { addAdmin },
    { addConsole },
    { operationServer },
    { addRestRoutes },
    { addCallbackRoutes },
    { addOperationRoutes },
    { addConnectPages },
    { HttpRates },
  ] = await Promise.all([
    import("fastify"),
    import("../apis/index.ts"),
    import("../apis/serve.ts"),
    import("../apis/admin/serve.ts"),
    import("../apis/console/serve.ts"),
    import("./operation-server.ts"),
    import("./rest.ts"),
    import("./callbacks.ts"),
    import("./operations.ts"),
    import("./connect/routes.ts"),
    import("./http-rates.ts"),
  ]);
  const { config, log } = services;
  const http = fastify({
    logger: false,
    bodyLimit: config.maxRequestBytes,
    // A path that cannot be decoded.
    frameworkErrors(error, request, reply: FastifyReply) {
      if (refuseUnrouted(apis, request as FastifyRequest, reply)) return;
      reply.code(400).send({ error: { request: "INVALID", detail: error.message } });
    },
    routerOptions: { maxParamLength: 500 },
  });
  http.removeAllContentTypeParsers();
  http.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  http.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { path: "UNKNOWN", detail: "Not found. Sockets connect to /ws/…" } }),
  );
  http.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) return reply.code(413).send(refusalOf(undefined, tooLarge(config.maxRequestBytes)));
    if (status < 500) return reply.code(status).send({ error: { request: "INVALID", detail: error.message } });
    if (error instanceof StoreError && error.retryable) {
      log.warn({ err: error }, "HTTP request failed: the store is busy");
      return reply.code(503).send(refusalOf(undefined, busy()));
    }
    if (error instanceof StoreError && error.code === "DAMAGED") {
      log.error({ err: error }, "HTTP request failed: the data file is damaged");
      return reply.code(500).send(refusalOf(undefined, damaged()));
    }
    return reply.code(500).send(refusalOf(undefined, internal(noteUnexpected(services, "http", error))));
  });
  addOperationRoutes(http, services, server);
  const rates = new HttpRates(allRates);
  addRestRoutes(http, services, dispatch, rates, server.stopping);
  addCallbackRoutes(http, services, rates, server.stopping);
  const connectionRate = ({ socket }: FastifyRequest) => rates.of(socket, config.defaultStage, undefined);
  const onUnexpected = (error: unknown) => noteUnexpected(services, "http", error);
  const { version, stopping: isStopping } = server;
  const serving = { kernel: services, connectionRate, onUnexpected, isStopping };
  addApis(http, apis, { ...serving, version });
  addConnectPages(http, serving);
  const operated = operationServer(services, server);
  addAdmin(http, server.adminToken, { ...serving, server: operated });
  addConsole(http, { ...serving, server: operated });
  await http.ready();
  return { handle: (request, response) => http.routing(request, response), close: () => http.close() };
}
