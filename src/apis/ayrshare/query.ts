import { Type } from "@sinclair/typebox";

/**
 * A query with members of the names given, and lists that clients write as `name[0]=a&name[1]=b`, as `name[]=a`, by repeating
 * the name, or with commas.
 */
export const withLists = { additionalProperties: Type.Unknown() };

/** Further ones are ignored. A query is at most 16 KiB long. */
const MAX_ITEMS = 1_000;

/** The items of a list in a query; undefined if it is absent. */
export function listIn(query: Readonly<Record<string, unknown>>, name: string): string[] | undefined {
  const spelling = new RegExp(`^${name}(\\[\\d{0,4}\\])?$`);
  const values = Object.entries(query).flatMap(([key, value]) => (spelling.test(key) ? [value].flat() : []));
  if (values.length === 0) return undefined;
  const items = values.flatMap((value) => String(value).split(","));
  return items
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .slice(0, MAX_ITEMS);
}

export const List = (description: string) =>
  Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      description: `${description} A list: with commas, or as name[0]=…&name[1]=….`,
    }),
  );
