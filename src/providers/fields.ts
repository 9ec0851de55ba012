/** Bounds on what comes from clients and providers, so that nothing of theirs grows a document without limit. */

const MAX_NAME_LENGTH = 256;
const MAX_URL_LENGTH = 2048;

/** Whether `text` can be a token or a code at all: 1 to 4096 visible ASCII characters. */
export function isCredential(text: unknown): text is string {
  return typeof text === "string" && /^[\x21-\x7e]{1,4096}$/.test(text);
}

/** An id that may come as a number, in text; undefined where a number is too large to have arrived exactly. */
export function idText(id: string | number | undefined): string | undefined {
  if (typeof id === "number") return Number.isSafeInteger(id) ? String(id) : undefined;
  return id;
}

export function clipName(name: string): string {
  return name.slice(0, MAX_NAME_LENGTH);
}

/** `url` where it can be a picture's address. */
export function pictureUrl(url: string | undefined): string | undefined {
  return url !== undefined && url.length <= MAX_URL_LENGTH && /^https?:\/\//.test(url) ? url : undefined;
}
