/**
 * Items of a configuration's `~` collections whose exports are known by name only: no export with filled ones is at hand.
 * So a member of another type than is wanted counts as absent, numbers and booleans may be text, and none of it keeps a
 * game from starting.
 */
export type Item = Readonly<Record<string, unknown>>;

/** What every item has. */
export interface Described {
  shortCode: string;
  name: string;
  description: string | undefined;
}

/** The items by short code, which is their `shortCode` or the end of their `@id`. What cannot be used is told. */
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
    if (!shortCode) problems.push(`${file}: ${collection}[${at}] has no shortCode; it is left out.`);
    else if (found.has(shortCode))
      problems.push(`${file}: ${collection}[${at}] is a second "${shortCode}"; the first counts.`);
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

/** The first of the members that is text. */
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

/** The objects of the first of the members that is a list. */
export function listIn(item: Item, ...names: string[]): Item[] {
  for (const name of names) {
    const value = item[name];
    if (Array.isArray(value)) return value.filter((member) => typeof member === "object" && member !== null);
  }
  return [];
}

/** Texts of a list, or of text with commas between them. */
export function textsIn(item: Item, name: string): string[] {
  const value = item[name];
  const texts = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
  return texts.flatMap((text) => (typeof text === "string" && text.trim() !== "" ? [text.trim()] : []));
}

/** The short code of the item that a member refers to: `{"@ref": "/~virtualGoods/SWORD"}`, or its short code alone. */
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
