import type { TObject, TSchema } from "@sinclair/typebox";
import { type Config, ConfigSchema } from "../src/config.ts";
import type { Refusal } from "../src/errors.ts";
import type { AnyRequest } from "../src/requests/definition.ts";
import { requests } from "../src/requests/index.ts";
import { generalRefusals } from "../src/server/refusals.ts";
import { sparkPage } from "./spark.ts";

/** The reference pages, made from the schemas and definitions: path → text. */
export function referencePages(): Map<string, string> {
  return new Map([
    ["docs/reference/errors.md", errorsPage()],
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
    "Every response may carry `scriptData`, which Cloud Code set, and `error`, an object of keys and values. Those that",
    "any request can be refused with are in [errors](errors.md#any-request).",
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
      errors.map((refusal) => [keyOf(refusal), code(refusal.value), sentencesOf(refusal)]),
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

/** Every refusal, and the requests that it is of. One that means something else in another request has a line for each. */
function errorsPage(): string {
  const all = [...requests.values()].flatMap(({ name, errors }) => errors.map((refusal) => ({ name, refusal })));
  const byText = Map.groupBy(all, ({ refusal }) => rowOf(refusal).join());
  const rows = [...byText.values()].map((uses) => [
    ...rowOf(uses[0]!.refusal),
    uses.map(({ name }) => `[${name}](requests.md#${name.toLowerCase()})`).join(", "),
  ]);
  const lead = [
    "The response to a request that is refused has `error`, an object of keys and values. The request's own work is undone;",
    "what its scripts changed stays. `detail`, where there is one, is a sentence for developers. Scripts can set further",
    "errors by `Spark.setScriptError`.",
  ];
  const general = [
    "These have a `detail`. A field that is missing or of a wrong type is refused under its name as `REQUIRED` or",
    "`INVALID`; one inside another as `a.b`.",
  ];
  const headings = ["Key", "Value", "Meaning and cure"];
  return [
    ...[GENERATED, "# Errors", "", ...lead, "", "## Any request", "", ...general, ""],
    ...table(headings, generalRefusals.map(rowOf)),
    ...["## Single requests", "", ...table([...headings, "Requests"], rows.sort(byCells))],
  ].join("\n");
}

const rowOf = (refusal: Refusal) => [keyOf(refusal), code(refusal.value), sentencesOf(refusal)];
const keyOf = ({ key, keys }: Refusal) => `\`${key}\`${keys ? " and the like" : ""}`;
const sentencesOf = ({ meaning, cure }: Refusal) => `${meaning} ${cure}`.replaceAll("|", "\\|");

function byCells(one: string[], other: string[]): number {
  return one.join().localeCompare(other.join());
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
  const names = Object.keys(ConfigSchema.properties) as (keyof Config)[];
  const rows = names.map((name) => {
    const schema: TSchema = ConfigSchema.properties[name];
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
