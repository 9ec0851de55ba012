import type { Credentials } from "./publisher.ts";

const MAX_LENGTH = 200;
/** Longer than any word; access tokens are made of these characters. */
const TOKEN_LIKE = /[\w.|~+=/-]{24,}/g;

/**
 * What a network said, as part of a message: one line of at most 200 characters. Without the given secrets, and without
 * anything that looks like a token, because some networks quote the token that they refuse.
 */
export function reasonOf(text: string | undefined, secrets: readonly (string | undefined)[] = []): string {
  let reason = text ?? "";
  for (const secret of secrets) {
    if (secret) reason = reason.replaceAll(secret, "…").replaceAll(encodeURIComponent(secret), "…");
  }
  reason = reason
    .replace(TOKEN_LIKE, "…")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return reason.length > MAX_LENGTH ? `${[...reason].slice(0, MAX_LENGTH - 1).join("")}…` : reason;
}

export function secretsOf({ token, tokenSecret, refreshToken }: Credentials): (string | undefined)[] {
  return [token, tokenSecret, refreshToken];
}

/** A network's code if it is fit to be shown and stored. */
export function codeText(code: string | number | undefined): string | undefined {
  const text = String(code ?? "");
  return /^[\w.:-]{1,80}$/.test(text) ? text : undefined;
}
