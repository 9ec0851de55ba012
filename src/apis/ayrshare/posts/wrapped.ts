import type { ProfileDocument } from "../../../domains/social/index.ts";
import type { RouteContext } from "../../route.ts";

/**
 * An answer to a call with a Profile-Key: some clients read it in `posts`, with the profile's title, and others on the top
 * level. It has both.
 */
export function wrapped<B extends object>(
  { header }: Pick<RouteContext, "header">,
  { title }: ProfileDocument,
  body: B,
): B & { posts?: unknown[] } {
  if (header("profile-key") === undefined) return body;
  return { ...body, posts: [{ ...body, profileTitle: title }] };
}
