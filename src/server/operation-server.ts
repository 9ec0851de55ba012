import type { OperationServer } from "../apis/admin/operation.ts";
import type { Services } from "./call.ts";
import { takesConnections } from "./handshake.ts";
import { hmacOf } from "./hmac.ts";
import { healthOf } from "./operations.ts";
import { generalRefusals } from "./refusals.ts";

/** What operations and the console can use of the server. */
export function operationServer(services: Services, server: { version: string; stopping(): boolean }): OperationServer {
  const startedAt = performance.now();
  return {
    ...services,
    version: server.version,
    generalRefusals,
    async health() {
      return {
        ...(await healthOf(services, server)),
        sockets: services.metrics.connections,
        scriptProblems: services.cloudCode.problems().length,
        uptimeSeconds: Math.round((performance.now() - startedAt) / 1000),
      };
    },
    connectable: () => [...services.game.credentials.values()].filter(takesConnections),
    hmacFor: ({ secret }, nonce) => hmacOf(nonce, secret),
  };
}
