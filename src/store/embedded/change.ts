import { StoreError } from "../errors.ts";
import type { UpdateResult } from "../store.ts";
import { ensureCollection } from "./catalog.ts";
import type { ChangeSpec } from "./evaluator/protocol.ts";
import { insertRecord } from "./records.ts";
import type { Source } from "./scan.ts";
import { documentToText, importSpec } from "./text.ts";
import { compileUpdate, type UpdateContext } from "./update.ts";
import { documentFromFilter } from "./upsert.ts";
import { equalValues, importDocument, type Members } from "./values.ts";
import { updateWeight } from "./weights.ts";
import { refuseLong } from "./work.ts";

export interface Change {
  spec(): ChangeSpec;
  /** Cost per value of a document (`weights.ts`). If infinite, an evaluator applies the change. */
  weight: number;
  /** Returns the changed document, or the same object if nothing changes. */
  apply(document: Members, inserting: boolean): Members;
  base(filter: Members): Members;
}

export function updating(update: unknown, context: UpdateContext): Change {
  const { clock, filter, arrayFilters } = context;
  const weight = updateWeight(update, filter, arrayFilters);
  const isLight = Number.isFinite(weight);
  const now = clock.now();
  const made = (): ChangeSpec => ({
    update: importSpec(update),
    now,
    ...(arrayFilters && { arrayFilters: importSpec(arrayFilters) as Members[] }),
  });
  const heavy = isLight ? undefined : made();
  const spec = () => heavy ?? made();
  const apply = isLight ? compileUpdate(update, context).apply : notHere;
  return { spec, weight, apply, base: documentFromFilter };
}

function notHere(): never {
  throw new StoreError("UNAVAILABLE", "Internal error: this change must be applied by an evaluator.");
}

export function replacing(raw: unknown): Change {
  const replacement = importDocument(raw);
  const operator = Object.keys(replacement).find((key) => key.startsWith("$"));
  if (operator !== undefined) throw bad(`A replacement must be a whole document; use ${operator} in an update.`);
  const { _id: own, ...members } = replacement;
  return {
    spec: () => ({ replacement, now: 0 }),
    weight: 2,
    apply(document) {
      const { _id = own } = document;
      if (own !== undefined && !equalValues(own, _id)) {
        throw bad("The replacement has another _id; the _id of a document cannot change.");
      }
      const changed = _id === undefined ? members : { _id, ...members };
      return equalValues(changed, document) ? document : changed;
    },
    base: (filter) => {
      const { _id } = documentFromFilter(filter);
      return _id === undefined ? {} : { _id };
    },
  };
}

export const NOTHING: UpdateResult = { matchedCount: 0, modifiedCount: 0, upsertedCount: 0, upsertedId: null };

export function insert(source: Source, document: Members): void {
  const connection = source.connection();
  const text = documentToText(document);
  refuseLong(source.caller, text);
  insertRecord(connection, ensureCollection(connection, source.collection), document, text);
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
