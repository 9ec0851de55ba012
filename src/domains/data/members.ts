export type Members = Record<string, unknown>;

/**
 * Encodes data for storage. Member names are percent-encoded ("a.b" → "a%2Eb", "$x" → "%24x", "" → "%"), so that all
 * can be stored, queried and indexed. Only `__proto__` is dropped.
 */
export function toStored(data: Members): Members {
  return renamed(data, storedName) as Members;
}

export function fromStored(data: Members): Members {
  return renamed(data, originalName) as Members;
}

export function storedName(name: string): string {
  if (name === "") return "%";
  return name.replace(/[%.$\0]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`);
}

function originalName(name: string): string {
  if (name === "%") return "";
  return name.replace(/%(25|2E|24|00)/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (!isMembers(value)) return value;
  const copy: Members = {};
  for (const [name, member] of Object.entries(value)) {
    if (name !== "__proto__") copy[rename(name)] = renamed(member, rename);
  }
  return copy;
}
