import type { ProviderContext } from "./provider.ts";

/** One page of a list that is read by offset. */
export interface Page<T> {
  items: T[];
  /** How many items all pages together have. */
  total: number;
}

/** The time limit of all pages, as a multiple of the limit of one call. */
const TOTAL_TIMEOUT_FACTOR = 4;

/**
 * Reads a list of friends page by page, at most `maxFriends`. A page may be shorter than `limit`; an empty one ends the
 * list. Undefined if `read` returns undefined for any page, because the list may not be read: a part of the list would
 * end the other friendships. The signal that
 * `read` passes to its call aborts at the time limit of all pages.
 */
export async function readPages<T>(
  { maxFriends, timeoutMs }: ProviderContext,
  perPage: number,
  read: (offset: number, limit: number, signal: AbortSignal) => Promise<Page<T> | undefined>,
): Promise<T[] | undefined> {
  if (maxFriends <= 0) return undefined;
  const signal = AbortSignal.timeout(TOTAL_TIMEOUT_FACTOR * timeoutMs);
  const found: T[] = [];
  let total: number;
  do {
    const page = await read(found.length, Math.min(perPage, maxFriends - found.length), signal);
    if (!page) return undefined;
    if (page.items.length === 0) break;
    found.push(...page.items);
    total = page.total;
  } while (found.length < Math.min(total, maxFriends));
  return found.slice(0, maxFriends);
}
