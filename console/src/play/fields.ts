import type { CatalogueEvent, CatalogueRequest, JsonSchema } from "../api/types.ts";

export type FieldType = "text" | "number" | "flag" | "choice" | "json";

export interface FormField {
  name: string;
  type: FieldType;
  /** As the reader sees it. */
  typeName: string;
  isRequired: boolean;
  description: string;
  /** Shown while the field is empty. */
  placeholder: string;
  choices: string[];
  isSecret: boolean;
}

const SECRET = /password/i;

/** The fields of a request from its schema, an event's attributes from the game's configuration; required ones first. */
export function fieldsOf(
  request: CatalogueRequest,
  event: CatalogueEvent | undefined,
  eventKeys: string[],
): FormField[] {
  const required = new Set(request.fields.required ?? []);
  const declared = Object.entries(request.fields.properties ?? {}).map(([name, schema]) =>
    name === "eventKey" ? choiceField(name, schema, eventKeys) : ofSchema(name, schema, required.has(name)),
  );
  const attributes = (event?.attributes ?? []).map(ofAttribute);
  const all = [...declared.filter(({ name }) => !attributes.some((one) => one.name === name)), ...attributes];
  return all.sort((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

function choiceField(name: string, { description = "" }: JsonSchema, choices: string[]): FormField {
  return {
    ...{ name, type: "choice", typeName: "event", isRequired: true, description },
    ...{ placeholder: "", choices, isSecret: false },
  };
}

function ofSchema(name: string, schema: JsonSchema, isRequired: boolean): FormField {
  const choices = (schema.anyOf ?? []).flatMap((one) => (typeof one.const === "string" ? [one.const] : []));
  const type = typeOf(schema, choices);
  return {
    ...{ name, type, choices, isRequired, isSecret: SECRET.test(name) },
    typeName: {
      text: "text",
      number: schema.type === "integer" ? "whole number" : "number",
      flag: "yes or no",
      choice: "choice",
      json: schema.type === "array" ? "list" : "JSON",
    }[type],
    description: schema.description ?? "",
    placeholder: schema.default === undefined ? "" : `${JSON.stringify(schema.default)} by default`,
  };
}

function typeOf(schema: JsonSchema, choices: string[]): FieldType {
  if (choices.length > 0) return "choice";
  if (schema.type === "string") return "text";
  if (schema.type === "integer" || schema.type === "number") return "number";
  return schema.type === "boolean" ? "flag" : "json";
}

function ofAttribute({ shortCode, type, isRequired, defaultValue }: CatalogueEvent["attributes"][number]): FormField {
  return {
    ...{ name: shortCode, isRequired, description: "", choices: [], isSecret: false },
    type: type === "string" ? "text" : type,
    typeName: type === "string" ? "text" : type === "json" ? "JSON" : "number",
    placeholder: defaultValue === undefined ? "" : `${defaultValue} by default`,
  };
}
