import type { TSchema } from "@sinclair/typebox";
import type { Api } from "./api.ts";
import type { AnyRoute, Method, RouteError } from "./route.ts";

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 description of an API, generated from its routes. */
export function openApiOf(api: Api, version: string): Json {
  const paths: Record<string, Json> = {};
  const add = (route: AnyRoute, { method, path }: { method: Method; path: string }, more: Json = {}) => {
    const template = path.replace(/:(\w+)/g, "{$1}");
    paths[template] ??= {};
    paths[template][method.toLowerCase()] = { ...operationOf(api, route, path), ...more };
  };
  for (const route of api.routes) {
    add(route, route);
    for (const [i, alias] of (route.aliases ?? []).entries()) {
      add(route, alias, { operationId: `${route.name}Alias${i + 1}`, deprecated: true });
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: api.title, version, description: api.description },
    servers: api.prefixes.map((prefix) => ({ url: prefix === "" ? "/" : prefix })),
    security: [{ key: [] }],
    paths,
    components: { securitySchemes: { key: securityOf(api) }, ...(api.errorSchema && schemasOf(api.errorSchema)) },
  };
}

/** The status of a success and of each documented refusal. */
export function statusesOf(api: Api, route: AnyRoute): Set<number> {
  return new Set([
    ...successesOf(route),
    ...[...(api.errors ?? []), ...route.errors].map(({ status }) => status),
    ...route.examples.map(({ status }) => status),
  ]);
}

const successesOf = ({ examples }: AnyRoute) => examples.map(({ status }) => status).filter((status) => status < 400);

const schemasOf = (error: TSchema) => ({ schemas: { Error: jsonSchema(error) } });

function securityOf({ authentication: { header, scheme } }: Api): Json {
  return scheme ? { type: "http", scheme: "bearer" } : { type: "apiKey", in: "header", name: header };
}

function operationOf(api: Api, route: AnyRoute, path: string): Json {
  const names = new Set([...path.matchAll(/:(\w+)/g)].map(([, name]) => name!));
  const body = route.body["properties"] as Record<string, TSchema> | undefined;
  const hasBody = route.method !== "GET" && Object.keys(body ?? {}).length > 0;
  return {
    operationId: route.name,
    tags: [api.title],
    summary: firstSentence(route.summary),
    description: `${route.summary}\n\n${scopeSentence(route)}`,
    parameters: [
      ...parameters("path", route.params).filter(({ name }) => names.has(name as string)),
      ...parameters("query", route.query),
      ...headersOf(api, route),
    ],
    ...(hasBody && { requestBody: requestBodyOf(route) }),
    responses: responsesOf(api, route),
  };
}

export function scopeSentence({ scope }: AnyRoute): string {
  return scope === undefined ? "Any key may call it." : `Needs the scope \`${scope}\`.`;
}

function parameters(place: "path" | "query", { properties, required = [] }: AnyRoute["params"]): Json[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(schema.description !== undefined && { description: schema.description }),
    schema: jsonSchema(schema),
  }));
}

function headersOf({ idempotencyHeader, requestHeaders = [] }: Api, { work }: AnyRoute): Json[] {
  const headers = [...requestHeaders];
  if (idempotencyHeader !== undefined && work === "write") {
    const meaning = "Unique for each request. A repeated one gets the first response again, for 24 hours.";
    headers.unshift({ name: idempotencyHeader, meaning });
  }
  return headers.map(({ name, meaning }) => ({
    ...{ name, in: "header", required: false, description: meaning },
    schema: { type: "string", maxLength: 255 },
  }));
}

function requestBodyOf({ body, examples }: AnyRoute): Json {
  const sent = examples.flatMap(({ title, body: value }) => (value === undefined ? [] : [[title, { value }] as const]));
  const required = ((body["required"] as string[] | undefined) ?? []).length > 0;
  return { required, content: json(jsonSchema(body), Object.fromEntries(sent)) };
}

function responsesOf(api: Api, route: AnyRoute): Json {
  const responses: Json = {};
  for (const status of successesOf(route)) {
    const shown = route.examples.filter((example) => example.status === status);
    const examples = Object.fromEntries(shown.map(({ title, response }) => [title, { value: response }]));
    responses[status] = { description: "Success.", content: json(jsonSchema(route.response), examples) };
  }
  const errors = Map.groupBy([...route.errors, ...(api.errors ?? [])], ({ status }) => status);
  for (const [status, all] of errors) {
    const content = api.errorSchema && json({ $ref: "#/components/schemas/Error" }, {});
    responses[status] ??= { description: all.map(errorSentence).join("\n\n"), ...(content && { content }) };
  }
  return responses;
}

const errorSentence = ({ code, meaning }: RouteError) => `\`${code}\`: ${meaning}`;

const json = (schema: Json, examples: Json) => ({
  "application/json": { schema, ...(Object.keys(examples).length > 0 && { examples }) },
});

/** As JSON, without the keyword `wanted`, which is this project's own. */
function jsonSchema(schema: TSchema): Json {
  const isSchema = (value: object) => "type" in value || "anyOf" in value || "const" in value;
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (typeof value !== "object" || value === null || !isSchema(value) || key === "properties") return value;
    const { wanted: _, ...others } = value as Json;
    return others;
  });
}

const firstSentence = (text: string) => text.split(/(?<=\.) |: /, 1)[0]!.replace(/[.:]$/, "");
