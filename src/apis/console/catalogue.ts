import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Refusal } from "../../errors.ts";
import type { ScriptKind } from "../../kernel/scripts/result.ts";
import type { AnyRequest } from "../../requests/definition.ts";
import type { OperationServer } from "../admin/operation.ts";
import type { ConsoleOptions } from "./context.ts";
import { eventOf } from "./summaries.ts";
import type { Catalogue, CatalogueError, CatalogueRequest, JsonSchema } from "./types.ts";

/** `GET /console/api/catalogue`: what can be sent, from the schemas. Made again when the game's scripts have changed. */
export function addCatalogue(api: FastifyInstance, { server }: ConsoleOptions): void {
  let made: { scripts: string | undefined; text: string; etag: string } | undefined;

  api.get("/console/api/catalogue", { config: { role: "read" } }, async (request, reply) => {
    const scripts = server.cloudCode.fingerprint?.();
    if (!made || made.scripts !== scripts) {
      const text = JSON.stringify({ data: catalogueOf(server) });
      made = { scripts, text, etag: `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"` };
    }
    // Only the browser of an admin keeps it, and asks each time whether it has changed.
    reply.headers({ etag: made.etag, "cache-control": "private, no-cache" });
    if (request.headers["if-none-match"] === made.etag) return reply.code(304).send();
    return reply.type("application/json; charset=utf-8").send(made.text);
  });
}

export function catalogueOf(server: OperationServer): Catalogue {
  const { requests, game, messageClasses, generalRefusals } = server;
  const byName = <T extends { name: string }>(one: T, other: T) => one.name.localeCompare(other.name);
  return {
    requests: [...requests.values()].sort(byName).map((request) => requestOf(server, request)),
    events: [...game.events.values()].map((event) => eventOf(server, event)),
    messages: [...messageClasses.values()]
      .sort(byName)
      .map(({ name, description, fields, example }) => ({ name, description, fields: schemaOf(fields), example })),
    errors: generalRefusals.map(errorOf),
  };
}

function requestOf({ cloudCode }: OperationServer, request: AnyRequest): CatalogueRequest {
  const { name, responseName, category, description, caller, fields, response, errors, examples } = request;
  const scripts: [ScriptKind, string][] = [
    ["request", name],
    ["response", responseName],
  ];
  return {
    ...{ name, responseName, category, description, caller },
    fields: schemaOf(fields),
    response: schemaOf(response),
    errors: errors.map(errorOf),
    examples: [...examples],
    scripts: scripts.flatMap(([kind, code]) => (cloudCode.has(kind, code) ? `${kind}/${code}` : [])),
  };
}

function errorOf({ key, value, meaning, cure, field }: Refusal): CatalogueError {
  return { key, value, meaning, cure, ...(field !== undefined && { field }) };
}

/** TypeBox schemas are JSON Schema, besides symbols, which JSON leaves out. */
function schemaOf(schema: object): JsonSchema {
  return schema as JsonSchema;
}
