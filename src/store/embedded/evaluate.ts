import type { Query } from "./compiled-query.ts";
import type { Selected } from "./evaluator/protocol.ts";
import type { Plan } from "./plan.ts";
import type { Stored } from "./records.ts";
import { type Next, type Source, visit } from "./scan.ts";
import { awaited, type Steps } from "./turns.ts";
import { isLight } from "./weights.ts";

export const PIECE = 500;
export const PIECE_CHARS = 262_144;

/** Validates the query in an evaluator, so that an invalid query fails even if there are no documents. */
export function* checkQuery(source: Source, query: Query): Steps<void> {
  yield* evaluate(source, query, []);
}

export function* evaluate(source: Source, query: Query, documents: readonly Stored[]): Steps<Stored[]> {
  const isSorted = query.sort.length > 0 || query.near !== undefined;
  if (!Number.isFinite(query.weight)) yield;
  const texts = documents.map(({ text }) => text);
  const selected = yield* awaited(source.work.run<Selected[]>({ what: "select", spec: query.spec(), texts, isSorted }));
  return selected.map(({ at, shape, key }) => {
    const stored = documents[at]!;
    stored.wasEvaluated = true;
    stored.shape = shape;
    stored.key = key;
    return stored;
  });
}

/** Visits a plan's matching documents in order. Cheap checks run here; an evaluator does the others in batches. */
export function* matching(source: Source, plan: Plan, query: Query, visitor: (stored: Stored) => Next): Steps<void> {
  const { weight, within } = query;
  let piece: Stored[] = [];
  let chars = 0;
  const seen = (stored: Stored): Next =>
    within === undefined || within(stored.document) ? visitor(stored) : "continue";
  const steps = visit(source, plan, (stored) => {
    const { length } = stored.text;
    if (piece.length === 0 && isLight(weight, length))
      return query.matches(stored.document) ? seen(stored) : "continue";
    piece.push(stored);
    chars += length;
    return piece.length >= PIECE || chars >= PIECE_CHARS ? "pause" : "continue";
  });
  for (let step = steps.next(); ; step = steps.next()) {
    const found = piece.length === 0 ? [] : yield* evaluate(source, query, piece);
    piece = [];
    chars = 0;
    for (const stored of found) {
      const next = seen(stored);
      if (next === "stop") return;
      if (next === "pause" || source.turns.spent()) yield;
    }
    if (step.done) return;
    yield step.value;
  }
}
