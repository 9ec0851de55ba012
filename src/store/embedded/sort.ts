import { StoreError } from "../errors.ts";
import type { Sort, SortOrder } from "../store.ts";
import { expand } from "./expand.ts";
import { type Path, parsePath } from "./paths.ts";
import { compareValues, type Members } from "./values.ts";

export interface SortKey {
  text: string;
  path: Path;
  order: SortOrder;
}

export function compileSort(sort: Sort | undefined): SortKey[] {
  return Object.entries(sort ?? {}).map(([text, order]) => {
    if (order !== 1 && order !== -1) throw new StoreError("BAD_OPERATION", `The sort of "${text}" must be 1 or -1.`);
    return { text, path: parsePath(text), order };
  });
}

/** The sort key of a document. Arrays count by their least element, or by their greatest in descending order. */
export function sortValues(document: Members, keys: readonly SortKey[]): unknown[] {
  return keys.map(({ path, order }) => {
    const { rows } = expand(document, [path]);
    let extreme = rows[0]![0];
    for (const [value] of rows) if (compareValues(value, extreme) * order < 0) extreme = value;
    return extreme;
  });
}

export function compareSortValues(a: unknown[], b: unknown[], keys: readonly SortKey[]): number {
  for (let i = 0; i < keys.length; i++) {
    const order = compareValues(a[i], b[i]) * keys[i]!.order;
    if (order !== 0) return order;
  }
  return 0;
}
