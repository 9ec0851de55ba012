import type { FastifyInstance } from "fastify";
import { settingsOf } from "../../config.ts";
import { adminsSettings, mayAct } from "../../domains/admins/index.ts";
import { STAGES } from "../../game/game.ts";
import { operations } from "../admin/index.ts";
import { type ConsoleOptions, sessionOf } from "./context.ts";
import { shownSession } from "./sessions.ts";
import { credentialSummary } from "./summaries.ts";
import type { JsonSchema, Reply, Start } from "./types.ts";

/** `GET /console/api/start`: what the first screen needs. */
export function addStart(api: FastifyInstance, { server }: ConsoleOptions): void {
  const { config, game } = server;
  const limits = settingsOf(config, adminsSettings);

  api.get("/console/api/start", { config: { role: "read" } }, async (request): Promise<Reply<Start>> => {
    const session = sessionOf(request);
    const mine = operations.filter(({ role }) => mayAct(session.role, role));
    return {
      data: {
        game: { name: game.name, apiKey: game.apiKey, isExample: config.game === "" },
        version: server.version,
        stages: [...STAGES],
        defaultStage: config.defaultStage,
        session: shownSession(session, limits),
        credentials: server.connectable().map((credential) => credentialSummary(server, credential)),
        health: await server.health(),
        operations: mine.map(({ name, summary, role, work, arguments: args }) => ({
          ...{ name, summary, role, work },
          arguments: args as unknown as JsonSchema,
        })),
      },
    };
  });
}
