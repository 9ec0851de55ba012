import type { Filter, Sort } from "../store/store.ts";
import { invalid } from "./problem.ts";

/** Where a page of a list ends: the list is ordered by a time, newest first, and then by `_id`. */
export interface Place {
  at: Date;
  id: string;
}

const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)(?:~([\w:-]{1,100}))?$/;

/**
 * Reads a cursor: the time of the last document that was returned and, after "~", its id. Without an id the page begins
 * with the first document that is older.
 * @throws ProblemError if it has another form
 */
export function placeIn(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const [, time = "", id = "~"] = CURSOR.exec(cursor) ?? [];
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) throw invalid("query", "cursor", "Must be the nextCursor of an earlier page.");
  return { at, id };
}

/** Only what comes after the place. */
export function after(field: string, place: Place | undefined): Filter[] {
  if (!place) return [];
  return [{ $or: [{ [field]: { $lt: place.at } }, { [field]: place.at, _id: { $gt: place.id } }] }];
}

export const newestFirst = (field: string): Sort => ({ [field]: -1, _id: 1 });

/** Splits `limit` + 1 documents into a page and the cursor of the next one. */
export function page<T>(found: readonly T[], limit: number, placeOf: (last: T) => Place) {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? cursorOf(placeOf(last)) : null };
}

/** As `page`, of large documents: the page ends early where its items would be longer than `maxBytes`. */
export async function pageWithin<T, V>(
  maxBytes: number,
  found: AsyncIterable<T>,
  limit: number,
  { viewOf, placeOf }: { viewOf(document: T): V; placeOf(last: T): Place },
): Promise<{ items: V[]; nextCursor: string | null }> {
  const items: V[] = [];
  let last: T | undefined;
  let bytes = 0;
  for await (const document of found) {
    const view = viewOf(document);
    bytes += Buffer.byteLength(JSON.stringify(view));
    const isFull = items.length === limit || bytes > maxBytes;
    if (isFull && last !== undefined) return { items, nextCursor: cursorOf(placeOf(last)) };
    items.push(view);
    last = document;
  }
  return { items, nextCursor: null };
}

const cursorOf = ({ at, id }: Place) => `${at.toISOString()}~${id}`;
