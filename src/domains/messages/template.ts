const PLACEHOLDER = /\$\{([^{}]{1,256})\}/g;
/** A title or summary is cut after so many UTF-16 units. */
export const MAX_TEXT_LENGTH = 4_096;

/**
 * Puts the message's values in place of `${path}`, such as `${challenge.challenger.name}`. A path that leads nowhere is
 * replaced by nothing, an object by its JSON. Linear in template and values.
 */
export function fillTemplate(template: string, message: Record<string, unknown>): string {
  const text = template.replace(PLACEHOLDER, (_, path: string) => textOf(at(message, path.trim())));
  return text.length > MAX_TEXT_LENGTH ? text.slice(0, MAX_TEXT_LENGTH) : text;
}

/** The value at a dotted path; only what the message itself has is seen, nothing that JavaScript adds. */
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
