import type { TObject, TSchema } from "@sinclair/typebox";
import type { AnyRequest } from "../src/requests/definition.ts";
import { requests } from "../src/requests/index.ts";
import { type Settings, SettingsSchema } from "../src/settings-schema.ts";
import { sparkPage } from "./spark.ts";

/** The reference pages, made from the schemas and definitions: path → text. */
export function referencePages(): Map<string, string> {
  return new Map([
    ["docs/reference/requests.md", requestsPage()],
    ["docs/reference/settings.md", settingsPage()],
    ["docs/spark.md", sparkPage()],
  ]);
}

const GENERATED = "<!-- Made by `npm run docs`. Change the definitions, not this page. -->";

function requestsPage(): string {
  const all = [...requests.values()].sort(
    (a, b) => a.category.localeCompare(b.category) || a.name.localeCompare(b.name),
  );
  const contents = all.map(({ name, category }) => `- [${name}](#${name.toLowerCase()}) (${category})`);
  const lead = [
    "Every request may carry `requestId`, which comes back with the response, and `scriptData`, which Cloud Code reads.",
    "Every response may carry `scriptData`, which Cloud Code set, and `error`, an object of keys and values. Errors that",
    "any request may be answered with are in [compatibility](../compatibility.md#errors-of-the-servers-own).",
  ];
  return [GENERATED, "# Requests", "", ...lead, "", ...contents, "", ...all.flatMap(requestSection)].join("\n");
}

function requestSection(request: AnyRequest): string[] {
  const { name, responseName, description, caller, fields, response, errors, examples } = request;
  const who = caller === "player" ? "Needs a player." : "Needs no player.";
  return [
    `## ${name}`,
    "",
    `${description} ${who} Answered by \`.${responseName}\`.`,
    "",
    ...fieldTable("Parameter", fields),
    ...fieldTable("Response field", response),
    ...table(
      ["Error key", "Value", "Meaning and cure"],
      errors.map(({ key, value, message }) => [`\`${key}\``, code(value), message]),
    ),
    ...examples.flatMap((example) => [
      `${example.title}:`,
      "",
      "```json",
      JSON.stringify(example.request, null, 2),
      JSON.stringify(example.response, null, 2),
      "```",
      "",
    ]),
  ];
}

function fieldTable(heading: string, schema: TObject): string[] {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties as Record<string, TSchema>).map(([name, field]) => [
    `\`${name}\``,
    typeOf(field),
    required.has(name) ? "always" : "optional",
    field.description ?? "",
  ]);
  return table([heading, "Type", "", "Meaning"], rows);
}

function settingsPage(): string {
  const names = Object.keys(SettingsSchema.properties) as (keyof Settings)[];
  const rows = names.map((name) => {
    const schema: TSchema = SettingsSchema.properties[name];
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const variable = `REKINDLE_${flag.replaceAll("-", "_").toUpperCase()}`;
    return [`\`--${flag}\``, `\`${variable}\``, code(String(schema.default ?? "")), schema.description ?? ""];
  });
  const lead = [
    "Each setting is a flag of `start`, a variable of the environment, or a member of the JSON file that `--config` names;",
    "the first of these that has it counts. In the file a setting is called as its flag, in camel case: `logLevel`.",
  ];
  return [GENERATED, "# Settings", "", ...lead, "", ...table(["Flag", "Variable", "Default", "Meaning"], rows)].join(
    "\n",
  );
}

function typeOf(schema: TSchema): string {
  if (schema.type === "array") return `list of ${typeOf(schema["items"] as TSchema)}`;
  if (schema.type === "object") return "JSON";
  return schema.type === "integer" ? "whole number" : String(schema.type ?? "JSON");
}

function table(headings: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line), ""];
}

function code(text: string): string {
  return text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``;
}
