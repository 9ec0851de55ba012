/**
 * Items whose exported form is not known, hence read leniently: a member of the wrong type counts as absent, numbers
 * and booleans may be text, and no item stops a game from loading.
 */
export type Item = Readonly<Record<string, unknown>>;

export interface Described {
  shortCode: string;
  name: string;
  description: string | undefined;
}

/** Reads items by short code: their `shortCode` or the end of their `@id`. Unusable ones are reported in `problems`. */
export function itemsOf<T>(
  collection: string,
  items: readonly Item[] | null | undefined,
  file: string,
  problems: string[],
  read: (item: Item, described: Described) => T,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const [at, item] of (items ?? []).entries()) {
    const shortCode = shortCodeOf(item);
    if (!shortCode) problems.push(`${file}: ${collection}[${at}] has no shortCode; it is ignored.`);
    else if (found.has(shortCode))
      problems.push(`${file}: ${collection}[${at}] is a duplicate of "${shortCode}"; the first is used.`);
    else found.set(shortCode, read(item, describedBy(item, shortCode)));
  }
  return found;
}

export function describedBy(item: Item, shortCode: string): Described {
  return { shortCode, name: textIn(item, "name") ?? shortCode, description: textIn(item, "description") };
}

export function shortCodeOf(item: Item): string | undefined {
  return textIn(item, "shortCode") || textIn(item, "@id")?.split("/").at(-1) || undefined;
}

/** The first of the members that is a string or a number. */
export function textIn(item: Item, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = item[name];
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

export function numberIn(item: Item, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = item[name];
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
  }
  return undefined;
}

export function flagIn(item: Item, name: string): boolean {
  return item[name] === true || item[name] === "true";
}

/** The objects in the first of the members that is a list. */
export function listIn(item: Item, ...names: string[]): Item[] {
  for (const name of names) {
    const value = item[name];
    if (Array.isArray(value)) return value.filter((member) => typeof member === "object" && member !== null);
  }
  return [];
}

/** The strings of a list, or of comma-separated text. */
export function textsIn(item: Item, name: string): string[] {
  const value = item[name];
  const texts = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
  return texts.flatMap((text) => (typeof text === "string" && text.trim() !== "" ? [text.trim()] : []));
}

/** The short code that a member refers to: `{"@ref": "/~virtualGoods/SWORD"}`, or the short code itself. */
export function referenceIn(item: Item, ...names: string[]): string | undefined {
  for (const name of names) {
    const code = codeOfReference(item[name]);
    if (code) return code;
  }
  return undefined;
}

export function referencesIn(item: Item, name: string): string[] {
  const value = item[name];
  if (!Array.isArray(value)) return textsIn(item, name).flatMap((text) => codeOfReference(text) ?? []);
  return value.flatMap((reference) => codeOfReference(reference) ?? []);
}

function codeOfReference(value: unknown): string | undefined {
  if (typeof value === "string") return value.split("/").at(-1) || undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const { "@ref": reference, "@id": id, shortCode } = value as Record<string, unknown>;
  const text = [reference, id, shortCode].find((part) => typeof part === "string");
  return text?.split("/").at(-1) || undefined;
}
