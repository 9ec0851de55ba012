/** Headers of a request, in their order. A name given twice, in whatever case, has the last value. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

const MOST = 100;
const LONGEST_NAME = 256;
const LONGEST_VALUE = 8_192;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Latin-1 without control characters: no line break can end a header early. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Of the connection and the framing of a request, which are this server's. */
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

/** What another origin is told when it is redirected to. */
const HARMLESS = new Set(["accept", "accept-encoding", "accept-language", "user-agent"]);

/** Why headers cannot be sent, as a sentence that names one and quotes no value. */
export function headerProblem(headers: HeaderList): string | undefined {
  if (headers.length > MOST) return `There are more than ${MOST} headers.`;
  for (const [name, value] of headers) {
    if (name.length > LONGEST_NAME || !NAME.test(name))
      return "The name of a header has characters that none may have.";
    const lower = name.toLowerCase();
    if (RESERVED.has(lower) || lower.startsWith("proxy-")) return `The header ${name} cannot be set.`;
    if (value.length > LONGEST_VALUE) return `The header ${name} is longer than ${LONGEST_VALUE} characters.`;
    if (!VALUE.test(value)) return `The header ${name} has a line break or other characters that none may have.`;
  }
  return undefined;
}

/** By name in small letters. */
export function headersOf(...lists: HeaderList[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of lists.flat()) headers.set(name.toLowerCase(), value);
  return headers;
}

/** The names of those that another origin may not see. */
export function secretNames(headers: ReadonlyMap<string, string>): string[] {
  return [...headers.keys()].filter((name) => !HARMLESS.has(name));
}

/** Of a flat list of names and values: by name as it was sent, those of one name joined; and each `Set-Cookie`. */
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
