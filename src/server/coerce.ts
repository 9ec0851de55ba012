import type { TSchema } from "@sinclair/typebox";
import type { Frame } from "./frames.ts";

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

/** Applies GameSparks' lenient conversions. What cannot be converted is kept and fails validation. */
export function coerce(schema: TSchema, value: unknown): unknown {
  switch (schema.type) {
    case "integer":
    case "number":
      return typeof value === "string" && NUMBER.test(value) ? Number(value) : value;
    case "boolean":
      return asBoolean(value);
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    case "array":
      return asList(schema.items as TSchema, value);
    case "object":
      return asObject(schema, value);
    default:
      return value;
  }
}

function asBoolean(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const word = value.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : value;
}

function asList(items: TSchema, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  return (Array.isArray(value) ? value : [value]).map((item) => coerce(items, item));
}

function asObject(schema: TSchema, value: unknown): unknown {
  const properties = schema.properties as Record<string, TSchema> | undefined;
  if (properties === undefined || typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const given = value as Frame;
  const copy: Frame = { ...given };
  for (const name in properties) {
    if (!Object.hasOwn(given, name)) continue;
    if (given[name] === null) delete copy[name];
    else copy[name] = coerce(properties[name]!, given[name]);
  }
  return copy;
}
