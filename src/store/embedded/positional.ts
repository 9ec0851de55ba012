import { StoreError } from "../errors.ts";
import { compileFilter, type Predicate } from "./match.ts";
import { parsePath, valueAt } from "./paths.ts";
import { isMembers, type Members, setMember } from "./values.ts";

/** The array index that `$` denotes: the first element that satisfies a condition of the filter on the array. */
export function positionOf(document: Members, path: string, filter: Members): number {
  const array = valueAt(document, parsePath(path));
  if (!Array.isArray(array)) throw new StoreError("BAD_OPERATION", `$ in a path needs an array at "${path}".`);
  const position = compilePositions(path, filter)(document);
  if (position !== undefined) return position;
  throw new StoreError(
    "BAD_OPERATION",
    `$ in a path needs a condition on "${path}" in the filter, to select the element.`,
  );
}

/** The same for many documents; undefined if no condition selects an element. */
export function compilePositions(path: string, filter: Members): (document: Members) => number | undefined {
  const parts = parsePath(path);
  const conditions = [...conditionsOn(path, filter, () => true)];
  return (document) => {
    const array = valueAt(document, parts);
    if (!Array.isArray(array)) return undefined;
    for (const { holds, matches } of conditions) {
      if (!matches(document)) continue;
      const position = array.findIndex((element) => holds(nested(parts, [element])));
      if (position >= 0) return position;
    }
    return undefined;
  };
}

interface Condition {
  holds: Predicate;
  /** For a branch of an $or: whether the document matches by that branch. */
  matches: Predicate;
}

function* conditionsOn(path: string, filter: Members, matches: Predicate): Generator<Condition> {
  for (const [key, value] of Object.entries(filter)) {
    if (key === path || key.startsWith(`${path}.`)) yield { holds: compileFilter({ [key]: value }), matches };
    else if ((key === "$and" || key === "$or") && Array.isArray(value)) {
      for (const branch of value) {
        if (isMembers(branch)) yield* conditionsOn(path, branch, key === "$or" ? compileFilter(branch) : matches);
      }
    }
  }
}

function nested(path: readonly string[], value: unknown): Members {
  return path.reduceRight<unknown>((inner, part) => {
    const outer: Members = {};
    setMember(outer, part, inner);
    return outer;
  }, value) as Members;
}
