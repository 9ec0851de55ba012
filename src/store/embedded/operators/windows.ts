import type { Sort } from "../../store.ts";
import { keyText } from "../key.ts";
import { parsePath, withValueAt } from "../paths.ts";
import { compareSortValues, compileSort, sortValues } from "../sort.ts";
import { compareValues, isMembers, type Members } from "../values.ts";
import type { Library, Stage } from "./context.ts";
import { bad, namedOperands } from "./operand.ts";
import { sorted } from "./stages.ts";

type Evaluate = (documents: unknown, raw: unknown) => unknown;
type Column = (documents: Members[]) => unknown[];

/** mingo's own $setWindowFields needs permission to run JavaScript. Visits each document's whole window. */
export function windows({ evalExpr, Lazy }: Library): Stage {
  return (documents, spec, options) => {
    const {
      output,
      partitionBy = null,
      sortBy,
    } = namedOperands(spec, "$setWindowFields", ["output"], ["partitionBy", "sortBy"]);
    if (!isMembers(output)) throw bad("$setWindowFields: output must be an object of fields.");
    const of: Evaluate = (document, raw) => evalExpr(document, raw, options);
    const columns = Object.entries(output).map(
      ([field, each]) => [parsePath(field), columnOf(each, sortBy as Sort | undefined, of)] as const,
    );
    return documents.transform<Members>((all) => {
      const ordered = sortBy === undefined ? all : sorted(all, sortBy);
      const parts = partitions(ordered, (document) => of(document, partitionBy) ?? null);
      return Lazy(
        parts.flatMap((part) => {
          const computed = columns.map(([path, column]) => [path, column(part)] as const);
          return part.map((document, i) =>
            computed.reduce((result, [path, values]) => withValueAt(result, path, values[i] ?? null), document),
          );
        }),
      );
    });
  };
}

function partitions(documents: Members[], idOf: (document: Members) => unknown): Members[][] {
  const withIds = documents.map((document) => ({ id: idOf(document), document }));
  const parts = Map.groupBy(withIds, ({ id }) => keyText(id));
  const inOrder = [...parts.values()].sort((a, b) => compareValues(a[0]!.id, b[0]!.id));
  return inOrder.map((part) => part.map(({ document }) => document));
}

function columnOf(spec: unknown, sortBy: Sort | undefined, evaluate: Evaluate): Column {
  const { window, ...others } = isMembers(spec) ? spec : {};
  const [[operator, raw] = [], second] = Object.entries(others);
  if (operator === undefined || second !== undefined) {
    throw bad("A field of $setWindowFields must be an object with one operator, and optionally a window.");
  }
  const placed = placedBy(operator, sortBy);
  if (placed !== undefined) {
    if (window !== undefined || sortBy === undefined) throw bad(`${operator} needs sortBy and cannot have a window.`);
    return placed;
  }
  if (!ACCUMULATORS.has(operator)) throw bad(`${operator} is not supported in $setWindowFields.`);
  const [low, high] = boundsOf(window, sortBy);
  return (documents) =>
    documents.map((_, i) => {
      const inside = documents.slice(Math.max(0, i + low), Math.max(0, i + high + 1));
      return evaluate(inside, { [operator]: raw });
    });
}

const ACCUMULATORS = new Set(
  "$sum $avg $min $max $first $last $push $addToSet $count $stdDevPop $stdDevSamp".split(" "),
);

function placedBy(operator: string, sortBy: Sort = {}): Column | undefined {
  const keys = compileSort(sortBy);
  switch (operator) {
    case "$documentNumber":
      return (documents) => documents.map((_, i) => i + 1);
    case "$rank":
    case "$denseRank":
      if (keys.length > 1) throw bad(`${operator} needs sortBy by one field.`);
      return (documents) => {
        let rank = 0;
        let last: unknown[] | undefined;
        return documents.map((document, i) => {
          const values = sortValues(document, keys);
          if (last === undefined || compareSortValues(values, last, keys) !== 0) {
            rank = operator === "$rank" ? i + 1 : rank + 1;
          }
          last = values;
          return rank;
        });
      };
  }
  return undefined;
}

/** Only windows of documents are supported, not of values. */
function boundsOf(window: unknown, sortBy: Sort | undefined): [number, number] {
  if (window === undefined) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const { documents } = namedOperands(window, "A window of $setWindowFields", ["documents"]);
  if (sortBy === undefined) throw bad("$setWindowFields: a window needs sortBy.");
  if (!Array.isArray(documents) || documents.length !== 2)
    throw bad("$setWindowFields: a window must have two bounds.");
  const [low, high] = documents.map((bound, i) => {
    if (bound === "current") return 0;
    if (bound === "unbounded") return i === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    if (Number.isInteger(bound)) return bound as number;
    throw bad('$setWindowFields: a bound must be a whole number, "current" or "unbounded".');
  }) as [number, number];
  if (low > high) throw bad("$setWindowFields: the lower bound of a window must come first.");
  return [low, high];
}
