import type { FastifyInstance } from "fastify";
import type { Services } from "./call.ts";
import { sameText } from "./hmac.ts";
import type { createMetricsPage } from "./metrics-page.ts";

/** A database that does not answer a ping by then counts as unavailable. */
const PING_TIMEOUT_MS = 2000;

/** `/health` for load balancers and `/metrics` for Prometheus. */
export function addOperationRoutes(
  http: FastifyInstance,
  services: Services,
  server: { version: string; stopping(): boolean },
): void {
  let page: Promise<ReturnType<typeof createMetricsPage>> | undefined;

  http.get("/health", async (_request, reply) => {
    const stores = await services.stores.health(PING_TIMEOUT_MS);
    const failing = Object.values(stores).includes("unavailable");
    const status = server.stopping() ? "stopping" : failing ? "unavailable" : "ok";
    const body = { status, version: server.version, sockets: services.metrics.connections, stores };
    return reply.code(status === "ok" ? 200 : 503).send(body);
  });

  http.get("/metrics", async (request, reply) => {
    const { metricsToken } = services.config;
    if (metricsToken !== "" && !sameText(request.headers.authorization ?? "", `Bearer ${metricsToken}`))
      return reply.code(401).send("The setting metricsToken asks for a bearer token.\n");
    page ??= import("./metrics-page.ts").then((module) =>
      module.createMetricsPage(services.metrics, () => services.cloudCode.figures?.()),
    );
    const { contentType, text } = await page;
    return reply.type(contentType).send(await text());
  });
}
