import { createHmac, randomBytes } from "node:crypto";

/** An app and a user as OAuth 1.0a signs for them. */
export interface OAuth1Keys {
  consumerKey: string;
  consumerSecret: string;
  token: string;
  tokenSecret: string;
}

/** An app without a user, as the first leg signs: without `token`. */
export type OAuth1Signer = Pick<OAuth1Keys, "consumerKey" | "consumerSecret"> & Partial<OAuth1Keys>;

/** The `Authorization` header of a GET, signed with HMAC-SHA1 (RFC 5849). `now` is in milliseconds since 1970. */
export function oauth1Header(url: URL, keys: OAuth1Keys, now: number): string {
  return oauth1Authorization({ method: "GET", url, keys, now });
}

/**
 * The `Authorization` header of any call, signed with HMAC-SHA1 (RFC 5849). A body that is not a form is not signed.
 *
 * @param form the fields of a form in the body
 * @param protocol further protocol parameters, such as oauth_callback
 * @param now milliseconds since 1970
 */
export function oauth1Authorization({
  method,
  url,
  keys,
  now,
  form = {},
  protocol = {},
}: {
  method: string;
  url: URL;
  keys: OAuth1Signer;
  now: number;
  form?: Readonly<Record<string, string>>;
  protocol?: Readonly<Record<string, string>>;
}): string {
  const parameters = {
    ...protocol,
    oauth_consumer_key: keys.consumerKey,
    oauth_nonce: randomBytes(16).toString("hex"),
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: String(Math.floor(now / 1000)),
    ...(keys.token !== undefined && { oauth_token: keys.token }),
    oauth_version: "1.0",
  };
  const text = baseString(method, url, [...Object.entries(parameters), ...Object.entries(form)]);
  const signature = sign(text, keys.consumerSecret, keys.tokenSecret ?? "");
  const parts = Object.entries({ ...parameters, oauth_signature: signature });
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
