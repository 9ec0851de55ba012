import type { TSchema } from "@sinclair/typebox";

/** Copies the members that the schema declares, recursively. Fields of type JSON keep all members. */
export function declared(schema: TSchema, value: unknown): unknown {
  if (schema.type === "array") return (value as unknown[]).map((item) => declared(schema.items as TSchema, item));
  const properties = schema.properties as Record<string, TSchema> | undefined;
  if (properties === undefined) return value;
  const given = value as Record<string, unknown>;
  const copy: Record<string, unknown> = {};
  for (const name in properties) {
    if (Object.hasOwn(given, name)) copy[name] = declared(properties[name]!, given[name]);
  }
  return copy;
}
