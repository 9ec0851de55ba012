import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../kernel/scripts/arguments.ts";
import type { Document } from "../../store/store.ts";

/** The update from `before` to `after`: objects are compared member by member, arrays as a whole. */
export function difference(before: Document, after: Document): { $set?: Document; $unset?: Document } {
  const set: Document = {};
  const unset: Document = {};
  compare(before, after, "", set, unset);
  return {
    ...(Object.keys(set).length > 0 && { $set: set }),
    ...(Object.keys(unset).length > 0 && { $unset: unset }),
  };
}

function compare(before: Document, after: Document, path: string, set: Document, unset: Document): void {
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) unset[path + key] = "";
  for (const [key, value] of Object.entries(after)) {
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    if (isDeepStrictEqual(was, value)) continue;
    if (isObject(was) && isObject(value) && !hasUnsafeNames(was) && !hasUnsafeNames(value)) {
      compare(was, value, `${path}${key}.`, set, unset);
    } else set[path + key] = value;
  }
}

function hasUnsafeNames(value: Document): boolean {
  return Object.keys(value).some((key) => key === "" || key.includes(".") || key.startsWith("$"));
}
