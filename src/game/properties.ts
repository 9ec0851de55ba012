import { type Described, type Item, listIn, referenceIn, shortCodeOf, textIn } from "./item.ts";

/** JSON under a short code. */
export interface Property extends Described {
  value: unknown;
}

/** Properties under keys. */
export interface PropertySet extends Described {
  /** By key: the short code of a property. */
  properties: ReadonlyMap<string, string>;
}

/** The value is JSON, or its text. */
export function propertyOf(item: Item, described: Described): Property {
  const value = item["value"] ?? null;
  return { ...described, value: typeof value === "string" ? parsed(value) : value };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** No export with a filled set is at hand: the keys are looked for under each name that other collections use. */
export function propertySetOf(item: Item, described: Described): PropertySet {
  const properties = new Map<string, string>();
  for (const entry of listIn(item, "~keys", "~properties", "keys", "properties")) {
    const property = referenceIn(entry, "property", "propertyShortCode", "@ref");
    const key = textIn(entry, "key", "name") ?? shortCodeOf(entry) ?? property;
    if (key !== undefined && property !== undefined) properties.set(key, property);
  }
  return { ...described, properties };
}
