import { link } from "../../publishers/links.ts";
import type { NetworkProfile } from "../../publishers/publisher.ts";

const MAX_NAME = 200;
/** Line breaks, control characters, and marks that change the direction of text. */
const UNPRINTABLE = /[\s\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/**
 * An account as it may be stored and shown. What describes it may be a user's own words, or come from a server of the user:
 * names are cut to 200 characters on one line, and addresses that are not https are dropped.
 */
export function presentable({
  handle,
  displayName,
  avatarUrl,
  profileUrl,
  ...account
}: NetworkProfile): NetworkProfile {
  const [shownHandle, shownName] = [nameOf(handle), nameOf(displayName)];
  return {
    ...account,
    ...(shownHandle && { handle: shownHandle }),
    ...(shownName && { displayName: shownName }),
    ...link("avatarUrl", avatarUrl),
    ...link("profileUrl", profileUrl),
  };
}

function nameOf(text = ""): string {
  const start = text.slice(0, 4 * MAX_NAME).toWellFormed();
  const line = start.replace(UNPRINTABLE, " ").trim();
  return [...line].slice(0, MAX_NAME).join("");
}
