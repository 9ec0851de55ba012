/** Longest path that is reported, in UTF-16 units. */
const MAX_PATH_LENGTH = 256;

/**
 * Where in `value` a text or the name of a member is not well-formed Unicode, as `a.b`; undefined where all of it is. Such
 * text has half of a surrogate pair, which UTF-8 does not have: it would be hashed and stored as another text. Recursion
 * is bounded by the depth of frames.
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
