import type { ProfileDocument } from "../../../domains/social/index.ts";

/**
 * An answer to a call with a Profile-Key: some clients read it in `posts`, with the profile's title, and others on the top
 * level. It has both.
 */
export function wrapped<B extends object>({ title, keyHash }: ProfileDocument, body: B): B & { posts?: unknown[] } {
  return keyHash === undefined ? body : { ...body, posts: [{ ...body, profileTitle: title }] };
}
