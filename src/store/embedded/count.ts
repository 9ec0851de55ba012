import { StoreError } from "../errors.ts";
import type { Query } from "./compiled-query.ts";
import { expand } from "./expand.ts";
import { refuseNear } from "./geo/clauses.ts";
import { type Key, keyText } from "./key.ts";
import { parsePath } from "./paths.ts";
import { select } from "./query.ts";
import type { Source } from "./scan.ts";
import type { Steps } from "./turns.ts";

/** Visits every document that an index does not exclude; without a filter only the `_id`s. */
export function* countSteps(source: Source, query: Query): Steps<number> {
  refuseNear(query.filter);
  if (Object.keys(query.filter).length === 0) {
    const all = yield* countAll(source);
    return Math.min(Math.max(all - query.skip, 0), query.limit);
  }
  let count = 0;
  yield* select(source, query, () => {
    count++;
    return "continue";
  });
  return count;
}

const PIECE = 10_000;

function* countAll(source: Source): Steps<number> {
  let count = 0;
  let last: Key = new Uint8Array(0);
  for (;;) {
    const connection = source.connection();
    const info = connection.catalog.get(source.collection);
    if (info === undefined) return count;
    const piece = `SELECT id FROM ${info.table} WHERE id > ? ORDER BY id LIMIT ${PIECE}`;
    const [found, greatest] = connection.get(`SELECT count(*), max(id) FROM (${piece})`, last) as [number, Key | null];
    count += found;
    if (found < PIECE) return count;
    last = greatest!;
    if (source.turns.spent()) yield;
  }
}

/** The distinct values at a path. Arrays contribute their elements. */
export function* distinctSteps(source: Source, key: string, query: Query): Steps<unknown[]> {
  const path = parsePath(key);
  const values = new Map<string, unknown>();
  let chars = 0;
  yield* select(source, query, ({ document }) => {
    for (const [value] of expand(document, [path]).rows) {
      if (value === undefined || typeof value === "symbol") continue;
      const text = keyText(value);
      if (values.has(text)) continue;
      values.set(text, value);
      chars += text.length;
      if (chars > MAX_DISTINCT) throw tooManyDistinct();
    }
    return "continue";
  });
  return [...values.values()];
}

const MAX_DISTINCT = 16_777_216;

function tooManyDistinct(): StoreError {
  return new StoreError("BAD_OPERATION", "The distinct values are larger than 16 MB. Use a narrower filter.");
}
