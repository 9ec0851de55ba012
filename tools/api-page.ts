import type { TObject, TSchema } from "@sinclair/typebox";
import type { Api } from "../src/apis/api.ts";
import { scopeSentence } from "../src/apis/openapi.ts";
import type { AnyRoute, RouteError, RouteExample } from "../src/apis/route.ts";
import { code, GENERATED, table } from "./tables.ts";

/** The reference page of an HTTP API. */
export function apiPage(api: Api): string {
  const { name, title, description, routes, errors = [], authentication, prefixes } = api;
  const { header, scheme } = authentication;
  const bases = prefixes.map((prefix) => code(prefix === "" ? "/" : prefix)).join(" or ");
  const lead = [
    description,
    "",
    `Paths begin with ${bases}. Send the key as \`${header}: ${scheme ? `${scheme} ` : ""}KEY\`.`,
    `A running server shows this reference at \`/${name}/docs\` and its OpenAPI description at \`/${name}/openapi.json\`.`,
  ];
  const contents = routes.map(
    (route) => `- [${route.name}](#${route.name.toLowerCase()}): \`${route.method} ${route.path}\``,
  );
  return [
    ...[GENERATED, `# ${title}`, "", ...lead, "", ...contents, "", "## Any route", "", ...errorTable(errors)],
    ...routes.flatMap((route) => section(api, route)),
  ].join("\n");
}

function section(api: Api, route: AnyRoute): string[] {
  const older = (route.aliases ?? []).map(({ method, path }) => `\`${method} ${path}\``);
  return [
    ...[
      `## ${route.name}`,
      "",
      `\`${route.method} ${route.path}\``,
      "",
      `${route.summary} ${scopeSentence(route)}`,
      "",
    ],
    ...(older.length > 0 ? [`Older spellings: ${older.join(", ")}.`, ""] : []),
    ...fields("Query", route.query),
    ...fields("Body", route.body),
    ...fields("Response", route.response),
    ...errorTable(route.errors),
    ...route.examples.flatMap((example) => exampleOf(api, route, example)),
  ];
}

function exampleOf(api: Api, route: AnyRoute, { title, params = {}, query, body, status, response }: RouteExample) {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? `:${name}`);
  const search = query ? `?${new URLSearchParams(query)}` : "";
  const sent = body === undefined ? [] : [JSON.stringify(body, null, 2)];
  const lines = [
    `${route.method} ${api.prefixes[0]}${path}${search}`,
    ...sent,
    "",
    String(status),
    JSON.stringify(response, null, 2),
  ];
  return [`${title}:`, "", "```http", ...lines, "```", ""];
}

function errorTable(errors: readonly RouteError[]): string[] {
  const rows = errors.map(({ status, code: value, meaning }) => [
    String(status),
    code(String(value)),
    escaped(meaning),
  ]);
  return table(["Status", "Code", "Meaning"], rows);
}

function fields(heading: string, schema: TSchema): string[] {
  const { properties, required = [] } = schema as TObject;
  if (!properties) return [];
  const rows = Object.entries(properties).map(([name, field]) => [
    code(name),
    typeOf(field),
    required.includes(name) ? "always" : "optional",
    escaped(field.description ?? ""),
  ]);
  return table([heading, "Type", "", "Meaning"], rows);
}

function typeOf(schema: TSchema): string {
  const choices = schema["anyOf"] as TSchema[] | undefined;
  if (choices) return [...new Set(choices.map(typeOf))].join(" or ");
  if (schema["const"] !== undefined) return code(String(schema["const"]));
  if (schema["type"] === "array") return `list of ${typeOf(schema["items"] as TSchema)}`;
  if (schema["type"] === "integer") return "whole number";
  if (schema["type"] === "string" && schema["format"] === "date-time") return "time";
  return schema["type"] === "object" ? "JSON" : String(schema["type"] ?? "JSON");
}

const escaped = (text: string) => text.replaceAll("|", "\\|");
