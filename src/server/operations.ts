import type { FastifyInstance } from "fastify";
import type { Stage } from "../game/game.ts";
import type { StageState } from "../kernel/stores.ts";
import type { Services } from "./call.ts";
import { sameText } from "./hmac.ts";
import type { createMetricsPage } from "./metrics-page.ts";

/** A database that does not answer a ping by then counts as unavailable. */
const PING_TIMEOUT_MS = 2000;

/**
 * `/health` says whether the server can do its work, for load balancers: 200, or 503 while it stops, while the database of
 * the default stage is not open, and while one that was needed does not answer or is damaged. `/health/live` says that
 * the process answers, for what restarts it: a restart brings back no database. `/metrics` is for Prometheus.
 */
export function addOperationRoutes(
  http: FastifyInstance,
  services: Services,
  server: { version: string; stopping(): boolean },
): void {
  let page: Promise<ReturnType<typeof createMetricsPage>> | undefined;

  http.get("/health", async (_request, reply) => {
    const { defaultStage } = services.config;
    const stores = await services.stores.health(defaultStage, PING_TIMEOUT_MS);
    const status = server.stopping() ? "stopping" : worst(stores, defaultStage);
    const body = { status, version: server.version, sockets: services.metrics.connections, stores };
    return reply.code(status === "ok" ? 200 : 503).send(body);
  });

  http.get("/health/live", async () => ({ status: "ok", version: server.version }));

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

/** Of the stages' states the one that tells most; a stage that is only being opened does not take the others down. */
function worst(stores: Partial<Record<Stage, StageState>>, defaultStage: Stage): StageState {
  const states = Object.values(stores);
  if (states.includes("damaged")) return "damaged";
  if (states.includes("unavailable")) return "unavailable";
  return stores[defaultStage] ?? "opening";
}
