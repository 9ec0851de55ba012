import { Type } from "@sinclair/typebox";
import type { LoadedGame } from "../../../game/load.ts";
import { credentialSummary, eventOf } from "../../console/summaries.ts";
import type { Configuration } from "../../console/types.ts";
import { defineServerOperation, type OperationServer } from "../operation.ts";

export const configurationOperations = [
  defineServerOperation({
    name: "configuration show",
    summary: "Shows the game's configuration: events, credentials without their secrets, integrations and messages.",
    work: "read",
    role: "read",
    arguments: Type.Object({}),
    run: async ({ server }) => configurationOf(server),
  }),
];

function configurationOf(server: OperationServer): Configuration {
  const { game } = server;
  return {
    ...{ name: game.name, apiKey: game.apiKey, folder: game.folder },
    events: [...game.events.values()].map((event) => eventOf(server, event)),
    credentials: [...game.credentials.values()].map((credential) => ({
      ...credentialSummary(server, credential),
      restPolicy: credential.restPolicy,
      hasSecret: credential.secret !== "",
    })),
    integrations: Object.fromEntries(
      Object.entries(game.integrations).map(([name, integration]) => [name, masked(integration)]),
    ),
    messages: [...game.messages.values()].map((message) => ({
      ...{ name: message.name, sendViaSocket: message.sendViaSocket, sendAsPush: message.sendAsPush },
      ...(message.expireAfterHours !== undefined && { expireAfterHours: message.expireAfterHours }),
      ...(message.title !== undefined && { title: message.title }),
      ...(message.subTitle !== undefined && { subTitle: message.subTitle }),
      ...(message.summary !== undefined && { summary: message.summary }),
    })),
    problems: [...((game as Partial<LoadedGame>).problems ?? [])],
  };
}

/**
 * Only what cannot be a secret is shown: switches, numbers and public ids by their names. A name that nobody has thought of is
 * masked.
 */
const PUBLIC = /^(appId|appID|clientId|applicationId|bundleId|packageName|titleId|region|environment|sandbox|.*Url)$/;

function masked(integration: unknown): unknown {
  if (typeof integration !== "object" || integration === null) return integration === null ? null : "set";
  return Object.fromEntries(
    Object.entries(integration).map(([name, value]) => {
      if (typeof value === "boolean" || value === null) return [name, value];
      if ((typeof value === "string" || typeof value === "number") && PUBLIC.test(name)) return [name, value];
      return [name, value === "" ? "" : "set"];
    }),
  );
}
