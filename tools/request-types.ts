import type { TProperties, TSchema } from "@sinclair/typebox";
import type { AnyRequest } from "../src/requests/definition.ts";
import { requests } from "../src/requests/index.ts";
import { indented, type SourceClass } from "./spark-source.ts";

const NAME = /^[A-Za-z_$][\w$]*$/;

const RESPONSE = `/** What every response has. */
interface SparkResponse {
  /** Why it was refused; absent where it was not. */
  error?: Record<string, any>;

  /** What the response's scripts set. */
  scriptData?: Record<string, any>;
}
`;

/**
 * A class for each request that the server supports, and its response, from the requests' schemas.
 * @param methods the methods of each of them, from the class SparkRequest
 */
export function requestTypes({ doc, members }: SourceClass): string[] {
  const methods = members.map(
    (method) => `${method.doc}\n${method.name}${method.type.replace(/: any$/, ": Response")};`,
  );
  const common = ["/** What the request's own scripts read. */\nscriptData?: Record<string, any>;", ...methods];
  const all = [...requests.values()].sort((a, b) => a.name.localeCompare(b.name));
  const responses = Map.groupBy(all, ({ responseName }) => responseName);
  const types = [...all.map(classOf), ...[...responses].map(([name, of]) => responseOf(name, of))];
  return [
    `${doc}\ninterface SparkRequest<Response> {\n${indented(common.join("\n\n"))}\n}\n`,
    RESPONSE,
    `/** The requests that a script can send. */\ndeclare namespace SparkRequests {\n${indented(types.join("\n\n"))}\n}\n`,
  ];
}

function classOf({ name, responseName, description, fields, boundScript }: AnyRequest): string {
  const attributes = boundScript && "  /** The event's attributes, by short code. */\n  [attribute: string]: any;";
  return [
    `/** ${description} */`,
    `interface ${name} extends SparkRequest<${responseName}> {`,
    membersOf(fields.properties),
    attributes,
    "}",
    `const ${name}: new () => ${name};`,
  ]
    .filter((line) => line)
    .join("\n");
}

/** Several requests may have one response, each with fields of its own. */
function responseOf(name: string, of: readonly AnyRequest[]): string {
  const fields: TProperties = Object.assign({}, ...of.map(({ response }) => response.properties));
  return `interface ${name} extends SparkResponse {\n${membersOf(fields)}\n}`;
}

/** A script sets a request's fields one after the other, and a refused response has none: none is required. */
function membersOf(fields: TProperties): string {
  const lines = Object.entries(fields).map(([name, field]) => {
    const doc = field.description === undefined ? "" : `/** ${field.description} */\n`;
    return `${doc}${NAME.test(name) ? name : JSON.stringify(name)}?: ${typeOf(field)};`;
  });
  return indented(lines.join("\n"));
}

/** JSON Schema as TypeBox writes it. */
function typeOf(schema: TSchema): string {
  const choices = schema["anyOf"] as TSchema[] | undefined;
  if (choices) return choices.map(typeOf).join(" | ");
  if ("const" in schema) return JSON.stringify(schema["const"]);
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return `Array<${schema["items"] ? typeOf(schema["items"] as TSchema) : "any"}>`;
    case "object":
      return objectOf(schema);
    default:
      return "any";
  }
}

function objectOf(schema: TSchema): string {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, TSchema>);
  if (properties.length === 0) return "Record<string, any>";
  const required = new Set((schema["required"] as string[] | undefined) ?? []);
  const members = properties.map(
    ([name, field]) =>
      `${NAME.test(name) ? name : JSON.stringify(name)}${required.has(name) ? "" : "?"}: ${typeOf(field)}`,
  );
  return `{ ${members.join("; ")} }`;
}
