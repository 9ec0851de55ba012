import { isObject } from "../../kernel/scripts/arguments.ts";
import type { Collection, Document } from "../../store/store.ts";

/** As `countDocuments`, which does not support $near: such documents are fetched and counted, at linear cost. */
export async function countFound(
  collection: Collection,
  filter: Document,
  { skip, limit }: { skip: number; limit: number },
): Promise<number> {
  const bounds = { skip, ...(limit > 0 && { limit }) };
  if (!asksForNear(filter)) return collection.countDocuments(filter, bounds);
  let count = 0;
  for await (const _found of collection.find(filter, { projection: { _id: 1 }, ...bounds })) count++;
  return count;
}

function asksForNear(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(asksForNear);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([key, member]) => key === "$near" || key === "$nearSphere" || asksForNear(member));
}
