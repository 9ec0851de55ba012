import type { TSchema } from "@sinclair/typebox";

/**
 * A copy of `value` with the members that the schema declares, in nested objects too, and no others. A field of JSON keeps
 * all of its members. `value` fits the schema.
 */
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
