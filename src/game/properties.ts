import { type Described, type Item, listIn, referenceIn, shortCodeOf, textIn } from "./item.ts";

export interface Property extends Described {
  value: unknown;
}

export interface PropertySet extends Described {
  /** Short codes of properties, by key. */
  properties: ReadonlyMap<string, string>;
}

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

/** The exported form is not known, so keys are looked up under every name that other collections use. */
export function propertySetOf(item: Item, described: Described): PropertySet {
  const properties = new Map<string, string>();
  for (const entry of listIn(item, "~keys", "~properties", "keys", "properties")) {
    const property = referenceIn(entry, "property", "propertyShortCode", "@ref");
    const key = textIn(entry, "key", "name") ?? shortCodeOf(entry) ?? property;
    if (key !== undefined && property !== undefined) properties.set(key, property);
  }
  return { ...described, properties };
}
