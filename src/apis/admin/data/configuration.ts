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

/** Names of members that identify an app in public. Any other text is masked, since a name can be one that nobody has thought of. */
const PUBLIC = /^(appId|clientId|applicationId|bundleId|packageName|titleId|region|environment)$/;

function masked(integration: unknown): unknown {
  if (typeof integration !== "object" || integration === null) return integration === null ? null : "set";
  return Object.fromEntries(Object.entries(integration).map(([name, value]) => [name, maskedMember(name, value)]));
}

function maskedMember(name: string, value: unknown): unknown {
  if (typeof value === "boolean" || value === null || value === "") return value;
  if ((typeof value === "string" || typeof value === "number") && PUBLIC.test(name)) return value;
  // A path or a query may hold a token.
  if (name.endsWith("Url") && typeof value === "string" && URL.canParse(value)) return new URL(value).origin;
  return "set";
}
