const PLACEHOLDER = /\$\{([^{}]{1,256})\}/g;
/** Maximum length of a title or summary in UTF-16 units. */
export const MAX_TEXT_LENGTH = 4_096;

/**
 * Replaces each `${path}`, such as `${challenge.challenger.name}`, by that value of the message: a missing value by
 * nothing, an object by its JSON. Linear in the size of template and values.
 */
export function fillTemplate(template: string, message: Record<string, unknown>): string {
  const text = template.replace(PLACEHOLDER, (_, path: string) => textOf(at(message, path.trim())));
  return text.length > MAX_TEXT_LENGTH ? text.slice(0, MAX_TEXT_LENGTH) : text;
}

/** The value at a dotted path. Inherited members are not found. */
function at(message: Record<string, unknown>, path: string): unknown {
  let value: unknown = message;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
