/** Limits on values from clients and providers, so that they cannot grow a document without bound. */

const MAX_NAME_LENGTH = 256;
const MAX_URL_LENGTH = 2048;

/** Whether `text` is well-formed as a token or code: 1 to 4096 visible ASCII characters. */
export function isCredential(text: unknown): text is string {
  return typeof text === "string" && /^[\x21-\x7e]{1,4096}$/.test(text);
}

/** An id as text. Undefined if it is a number too large to be exact. */
export function idText(id: string | number | undefined): string | undefined {
  if (typeof id === "number") return Number.isSafeInteger(id) ? String(id) : undefined;
  return id;
}

export function clipName(name: string): string {
  return name.slice(0, MAX_NAME_LENGTH);
}

/** `url` if it can be the URL of a picture. */
export function pictureUrl(url: string | undefined): string | undefined {
  return url !== undefined && url.length <= MAX_URL_LENGTH && /^https?:\/\//.test(url) ? url : undefined;
}
