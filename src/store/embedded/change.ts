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

/** What becomes of documents, by an update or a replacement. */
export interface Change {
  /** What is sent to evaluators. */
  spec(): ChangeSpec;
  /** How much work it is for each value of a document (`weights.ts`); infinite: an evaluator does it. */
  weight: number;
  /** What becomes of a document; the same object where nothing does. */
  apply(document: Members, inserting: boolean): Members;
  /** What an upsert starts from. */
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
  throw new StoreError("UNAVAILABLE", "What an evaluator is to do was not given to it.");
}

export function replacing(raw: unknown): Change {
  const replacement = importDocument(raw);
  const operator = Object.keys(replacement).find((key) => key.startsWith("$"));
  if (operator !== undefined) throw bad(`A replacement is a whole document; ${operator} belongs in an update.`);
  const { _id: own, ...members } = replacement;
  return {
    spec: () => ({ replacement, now: 0 }),
    weight: 2,
    apply(document) {
      const { _id = own } = document;
      if (own !== undefined && !equalValues(own, _id)) {
        throw bad("The replacement has another _id, which stays as it is for a document's life.");
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
