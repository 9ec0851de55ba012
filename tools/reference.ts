import type { TObject, TSchema } from "@sinclair/typebox";
import { apis } from "../src/apis/index.ts";
import type { Refusal } from "../src/errors.ts";
import type { AnyRequest } from "../src/requests/definition.ts";
import { requests } from "../src/requests/index.ts";
import { generalRefusals } from "../src/server/refusals.ts";
import { type Settings, SettingsSchema } from "../src/settings-schema.ts";
import { apiPage } from "./api-page.ts";
import { sparkPage } from "./spark.ts";
import { code, GENERATED, table } from "./tables.ts";

/** The reference pages, generated from the schemas and definitions: path → text. */
export function referencePages(): Map<string, string> {
  return new Map([
    ["docs/reference/errors.md", errorsPage()],
    ["docs/reference/requests.md", requestsPage()],
    ["docs/reference/settings.md", settingsPage()],
    ["docs/spark.md", sparkPage()],
    ...apis.map((api) => [`docs/reference/${api.name}.md`, apiPage(api)] as const),
  ]);
}

function requestsPage(): string {
  const all = [...requests.values()].sort(
    (a, b) => a.category.localeCompare(b.category) || a.name.localeCompare(b.name),
  );
  const contents = all.map(({ name, category }) => `- [${name}](#${name.toLowerCase()}) (${category})`);
  const lead = [
    "Every request may contain `requestId`, which the response repeats, and `scriptData`, which Cloud Code can read. Every",
    "response may contain `scriptData`, set by Cloud Code, and `error`, an object of keys and values. Errors of any",
    "request are listed in [errors](errors.md#any-request).",
  ];
  return [GENERATED, "# Requests", "", ...lead, "", ...contents, "", ...all.flatMap(requestSection)].join("\n");
}

function requestSection(request: AnyRequest): string[] {
  const { name, responseName, description, caller, fields, response, errors, examples } = request;
  const who = caller === "player" ? "Needs a player." : "Needs no player.";
  return [
    `## ${name}`,
    "",
    `${description} ${who} The response is \`.${responseName}\`.`,
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

/** Every refusal with its requests. One that means something else in another request has a row for each meaning. */
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
  const names = Object.keys(SettingsSchema.properties) as (keyof Settings)[];
  const rows = names.map((name) => {
    const schema: TSchema = SettingsSchema.properties[name];
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const variable = `REKINDLE_${flag.replaceAll("-", "_").toUpperCase()}`;
    return [`\`--${flag}\``, `\`${variable}\``, code(String(schema.default ?? "")), schema.description ?? ""];
  });
  const lead = [
    "Each setting is a flag of `start`, an environment variable, or a member of the JSON file given by `--config`, in this",
    "order of precedence. In the file, a setting has the name of its flag in camel case: `logLevel`.",
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
