import { createHmac, randomBytes } from "node:crypto";

/** An app and a user as OAuth 1.0a signs for them. */
export interface OAuth1Keys {
  consumerKey: string;
  consumerSecret: string;
  token: string;
  tokenSecret: string;
}

/** The `Authorization` header of a GET, signed with HMAC-SHA1 (RFC 5849). `now` is in milliseconds since 1970. */
export function oauth1Header(url: URL, keys: OAuth1Keys, now: number): string {
  const protocol = {
    oauth_consumer_key: keys.consumerKey,
    oauth_nonce: randomBytes(16).toString("hex"),
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: String(Math.floor(now / 1000)),
    oauth_token: keys.token,
    oauth_version: "1.0",
  };
  const signature = sign(baseString("GET", url, Object.entries(protocol)), keys.consumerSecret, keys.tokenSecret);
  const parts = Object.entries({ ...protocol, oauth_signature: signature });
  return `OAuth ${parts.map(([name, value]) => `${encode(name)}="${encode(value)}"`).join(", ")}`;
}

export function sign(text: string, consumerSecret: string, tokenSecret: string): string {
  return createHmac("sha1", `${encode(consumerSecret)}&${encode(tokenSecret)}`)
    .update(text)
    .digest("base64");
}

/**
 * What is signed: method, URL, and the parameters of query, header and form, sorted (RFC 5849, section 3.4.1).
 *
 * @param more the parameters that are not in the URL, decoded
 */
export function baseString(method: string, url: URL, more: readonly (readonly [string, string])[]): string {
  const parameters = [...url.searchParams, ...more].map(([name, value]) => [encode(name), encode(value)] as const);
  parameters.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB));
  const normalized = parameters.map(([name, value]) => `${name}=${value}`).join("&");
  return [method.toUpperCase(), url.origin + url.pathname, normalized].map(encode).join("&");
}

/** Percent-encoding of everything but RFC 3986's unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
