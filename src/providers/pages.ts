/** One page of a list that is read by offset. */
export interface Page<T> {
  items: T[];
  /** How many items all pages together have. */
  total: number;
}

/**
 * Reads a list page by page, at most `max` items. A page may be shorter than `limit`; an empty one ends the list. If
 * `read` returns undefined for the first page, because the list may not be read, so does this.
 */
export async function readPages<T>(
  max: number,
  perPage: number,
  read: (offset: number, limit: number) => Promise<Page<T> | undefined>,
): Promise<T[] | undefined> {
  if (max <= 0) return undefined;
  const found: T[] = [];
  let total: number;
  do {
    const page = await read(found.length, Math.min(perPage, max - found.length));
    if (!page) return found.length > 0 ? found : undefined;
    if (page.items.length === 0) break;
    found.push(...page.items);
    total = page.total;
  } while (found.length < Math.min(total, max));
  return found.slice(0, max);
}
