/** Request headers in order. If a name occurs twice (case-insensitive), the last value is used. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

const MAX_HEADERS = 100;
const MAX_NAME = 256;
const MAX_VALUE = 8_192;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Latin-1 without control characters, so a line break cannot end a header early. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Connection and framing headers, which the HTTP client sets. */
const RESERVED = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers that are kept when a redirect leads to another origin. */
const HARMLESS = new Set(["accept", "accept-encoding", "accept-language", "user-agent"]);

/** Returns a sentence if the headers cannot be sent. It may quote a name but never a value. */
export function headerProblem(headers: HeaderList): string | undefined {
  if (headers.length > MAX_HEADERS) return `There are more than ${MAX_HEADERS} headers.`;
  for (const [name, value] of headers) {
    if (name.length > MAX_NAME || !NAME.test(name)) return "A header name is too long or has invalid characters.";
    const lower = name.toLowerCase();
    if (RESERVED.has(lower) || lower.startsWith("proxy-")) return `The header ${name} cannot be set.`;
    if (value.length > MAX_VALUE) return `The header ${name} is longer than ${MAX_VALUE} characters.`;
    if (!VALUE.test(value)) return `The value of the header ${name} has a line break or other invalid characters.`;
  }
  return undefined;
}

export function headersOf(...lists: HeaderList[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of lists.flat()) headers.set(name.toLowerCase(), value);
  return headers;
}

/** Names of the headers to drop when a redirect leads to another origin. */
export function secretNames(headers: ReadonlyMap<string, string>): string[] {
  return [...headers.keys()].filter((name) => !HARMLESS.has(name));
}

/** Converts a flat list of names and values. Repeated headers are joined under the spelling that came first. */
export function receivedHeaders(raw: readonly string[]): { headers: Map<string, string>; setCookies: string[] } {
  const spelling = new Map<string, string>();
  const headers = new Map<string, string>();
  const setCookies: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const lower = raw[at]!.toLowerCase();
    const name = spelling.get(lower) ?? raw[at]!;
    const value = raw[at + 1]!;
    spelling.set(lower, name);
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
    if (lower === "set-cookie") setCookies.push(value);
  }
  return { headers, setCookies };
}
