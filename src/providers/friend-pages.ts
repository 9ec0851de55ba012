import { clipName, pictureUrl } from "./fields.ts";
import { type ExternalFriend, ProviderUnavailable, type SystemId } from "./provider.ts";

export interface FriendPage {
  friends: readonly ExternalFriend[];
  /** The cursor of the next page; absent on the last one. */
  next?: string | undefined;
}

/**
 * Reads friends page by page, at most `max`; undefined if the provider refuses any page, since a part of the list would
 * end the other friendships. `read` gets the number of friends still wanted and the cursor of the page. Throws
 * ProviderUnavailable if the pages form a loop.
 */
export async function readFriendPages(
  systemId: SystemId,
  max: number,
  read: (wanted: number, cursor: string | undefined) => Promise<FriendPage | undefined>,
): Promise<ExternalFriend[] | undefined> {
  if (max <= 0) return undefined;
  const friends = new Map<string, ExternalFriend>();
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await read(max - friends.size, cursor);
    if (!page) return undefined;
    for (const friend of page.friends) {
      if (friends.size === max) break;
      friends.set(friend.id, friend);
    }
    cursor = page.next;
    if (cursor && seen.has(cursor))
      throw new ProviderUnavailable(systemId, `${systemId} friends: the pages form a loop`);
    if (cursor) seen.add(cursor);
  } while (cursor && friends.size < max);
  return [...friends.values()];
}

/** The cursor after a page of a list that is read by offset; undefined after the last page. An empty page is the last. */
export function nextOffset(offset: string, length: number, total: number): string | undefined {
  const next = Number(offset) + length;
  return length > 0 && next < total ? String(next) : undefined;
}

/** A friend whose name and picture are within limits. */
export function friendOf(id: string, name?: string, picture?: string): ExternalFriend {
  const url = pictureUrl(picture);
  return { id, ...(name && { name: clipName(name) }), ...(url && { picture: url }) };
}
