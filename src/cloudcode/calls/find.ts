import type { CallScope } from "../../kernel/scripts/call.ts";
import { Cursors, type Piece } from "../../kernel/scripts/cursors.ts";
import { onBehalfOf } from "../../store/caller.ts";
import { collectionCalls } from "./collections.ts";

export interface CollectionQuery {
  /** "script", "meta" or "system". */
  namespace: string;
  name: string;
  query: unknown;
  fields: unknown;
  sort: unknown;
  skip: number;
  limit: number;
}

/**
 * Finds documents as a script's `find` does: the same collections, the same operators and the same limits of time and memory.
 * Values are those of scripts, dates as `{$date}`. `more` is not 0 if the documents reached the length of one piece.
 * @param key whose turn it is among those who query
 * @throws CallError, and StoreError for a query that the store refuses
 */
export async function findAsScript(
  scope: Pick<CallScope, "store" | "config" | "presence">,
  { namespace, name, query, fields, sort, skip, limit }: CollectionQuery,
  key: string,
): Promise<Piece> {
  const cursors = new Cursors();
  const find = collectionCalls["collection.find"]!;
  const inside = { ...scope, cursors } as unknown as CallScope;
  try {
    return await onBehalfOf({ key, documentBytes: scope.config.scriptDocumentBytes }, async () => {
      const args = [namespace, name, query, fields, sort, skip, limit, limit, true];
      return (await find.answer(inside, args)) as Piece;
    });
  } finally {
    await cursors.close();
  }
}
