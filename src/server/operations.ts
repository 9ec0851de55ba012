import type { FastifyInstance } from "fastify";
import type { Stage } from "../game/game.ts";
import type { StageState } from "../kernel/stores.ts";
import type { Services } from "./call.ts";
import { sameText } from "./hmac.ts";
import type { createMetricsPage } from "./metrics-page.ts";

/** A database that does not answer a ping within this time counts as unavailable. */
const PING_TIMEOUT_MS = 2000;

/**
 * `/health` is for load balancers: 503 while the server is stopping or a database is unavailable or damaged.
 * `/health/live` is for supervisors and only reports that the process responds. `/metrics` is for Prometheus.
 */
export function addOperationRoutes(
  http: FastifyInstance,
  services: Services,
  server: { version: string; stopping(): boolean },
): void {
  let page: Promise<ReturnType<typeof createMetricsPage>> | undefined;

  http.get("/health", async (_request, reply) => {
    const { status, stores } = await healthOf(services, server);
    const body = { status, version: server.version, sockets: services.metrics.connections, stores };
    return reply.code(status === "ok" ? 200 : 503).send(body);
  });

  http.get("/health/live", async () => ({ status: "ok", version: server.version }));

  http.get("/metrics", async (request, reply) => {
    const { metricsToken } = services.config;
    if (metricsToken !== "" && !sameText(request.headers.authorization ?? "", `Bearer ${metricsToken}`))
      return reply.code(401).send("A bearer token is required (setting metricsToken).\n");
    page ??= import("./metrics-page.ts").then((module) =>
      module.createMetricsPage(services.metrics, () => services.cloudCode.figures?.()),
    );
    const { contentType, text } = await page;
    return reply.type(contentType).send(await text());
  });
}

export async function healthOf({ config, stores }: Services, server: { stopping(): boolean }) {
  const found = await stores.health(config.defaultStage, PING_TIMEOUT_MS);
  const status = server.stopping() ? ("stopping" as const) : worst(found, config.defaultStage);
  return { status, stores: found };
}

/** The worst state of all stages. A stage that is still opening does not affect the others. */
function worst(stores: Partial<Record<Stage, StageState>>, defaultStage: Stage): StageState {
  const states = Object.values(stores);
  if (states.includes("damaged")) return "damaged";
  if (states.includes("unavailable")) return "unavailable";
  return stores[defaultStage] ?? "opening";
}
