const MAX_PATH_LENGTH = 256;

/**
 * The path of a text that is not well-formed Unicode; undefined if there is none. UTF-8 cannot encode a lone surrogate,
 * so it would be hashed and stored as a different text.
 */
export function malformedText(value: unknown): string | undefined {
  const path = find(value);
  return path?.toWellFormed().slice(1, 1 + MAX_PATH_LENGTH);
}

function find(value: unknown): string | undefined {
  if (typeof value === "string") return value.isWellFormed() ? undefined : "";
  if (typeof value !== "object" || value === null) return undefined;
  const members = value as Record<string, unknown>;
  for (const name in members) {
    const inside = name.isWellFormed() ? find(members[name]) : "";
    if (inside !== undefined) return `.${name}${inside}`;
  }
  return undefined;
}
