import type { Document } from "../../store.ts";
import { type Change, replacing } from "../change.ts";
import { compileHere, type Query, sortKey } from "../compiled-query.ts";
import type { Predicate } from "../match.ts";
import { join, joinValues, type Lookup, runStages } from "../pipeline-stages.ts";
import { entryChanges } from "../records.ts";
import { documentToText, textToDocument, textToValue, valueToText } from "../text.ts";
import { compileUpdate } from "../update.ts";
import { documentFromFilter, withIdFirst } from "../upsert.ts";
import type { Members } from "../values.ts";
import type { Changed, ChangeSpec, Created, Request, Selected, Spec } from "./protocol.ts";

export function carryOut(request: Request): unknown {
  switch (request.what) {
    case "select":
      return select(compiled(request.spec).query, request.texts, request.isSorted);
    case "change":
      return change(compiled(request.spec), request);
    case "create":
      return create(compiled(request.spec));
    case "begin":
      job = { matches: compiled(request.spec).query.matches, documents: [], others: new Map(), taken: 0 };
      return undefined;
    case "add":
      return add(request.texts, request.collection);
    case "run":
      job.documents = runStages(job.documents, textToValue(request.stages) as Document[], job.others);
      job.others.clear();
      return undefined;
    case "join values":
      return valueToText(joinValues(job.documents, textToValue(request.lookup) as Lookup));
    case "join": {
      const lookup = textToValue(request.lookup) as Lookup;
      job.documents = join(job.documents, lookup, job.others.get(lookup.from) ?? []);
      job.others.clear();
      return undefined;
    }
    case "take":
      return take();
  }
}

interface Compiled {
  text: string;
  query: Query;
  change: Pick<Change, "apply" | "base"> | undefined;
  returns: ChangeSpec["returns"];
}

/** The last operation, because consecutive batches have the same one. */
let last: Compiled | undefined;

function compiled(text: string): Compiled {
  if (last?.text === text) return last;
  const { filter, projection, sort, change } = textToValue(text) as Spec;
  const query = compileHere(filter, { ...(projection && { projection }), ...(sort && { sort }) });
  last = { text, query, change: change && changeOf(change, filter), returns: change?.returns };
  return last;
}

function changeOf(
  { update, replacement, arrayFilters, now }: ChangeSpec,
  filter: Members,
): Pick<Change, "apply" | "base"> {
  if (replacement !== undefined) return replacing(replacement);
  const { apply } = compileUpdate(update, { clock: { now: () => now }, filter, arrayFilters });
  return { apply, base: documentFromFilter };
}

function select(query: Query, texts: string[], isSorted: boolean): Selected[] {
  const selected: Selected[] = [];
  for (const [at, text] of texts.entries()) {
    const document = textToDocument(text);
    if (!query.matches(document)) continue;
    const shape = query.project(document);
    selected.push({
      at,
      ...(shape !== document && { shape: documentToText(shape) }),
      ...(isSorted && { key: sortKey(query, document) }),
    });
  }
  return selected;
}

function change({ query, change, returns }: Compiled, { texts, indexes }: Request & { what: "change" }): Changed[] {
  const all: Changed[] = [];
  for (const [at, text] of texts.entries()) {
    const before = textToDocument(text);
    if (!query.matches(before)) continue;
    const after = change!.apply(before, false);
    const version = returns === "before" ? before : after;
    all.push({
      at,
      ...(after !== before && { text: documentToText(after), entries: entryChanges(indexes, before, after) }),
      ...(returns !== undefined && { shape: documentToText(query.project(version)) }),
    });
  }
  return all;
}

function create({ query, change, returns }: Compiled): Created {
  const document = withIdFirst(change!.apply(change!.base(query.filter), true));
  const shape = returns === "after" ? query.project(document) : document;
  return { text: documentToText(document), shape: documentToText(shape) };
}

let job: { matches: Predicate; documents: Members[]; others: Map<string, Members[]>; taken: number };

function add(texts: string[], collection: string | undefined): void {
  if (collection === undefined) {
    for (const text of texts) {
      const document = textToDocument(text);
      if (job.matches(document)) job.documents.push(document);
    }
    return;
  }
  const others = job.others.get(collection) ?? [];
  for (const text of texts) others.push(textToDocument(text));
  job.others.set(collection, others);
}

const PIECE_CHARS = 262_144;

function take(): string[] {
  const texts: string[] = [];
  for (let chars = 0; job.taken < job.documents.length && chars < PIECE_CHARS; job.taken++) {
    const text = documentToText(job.documents[job.taken]!);
    texts.push(text);
    chars += text.length;
  }
  return texts;
}
