import { StoreError } from "../errors.ts";
import { compileFilter } from "./match.ts";
import { parsePath, valueAt } from "./paths.ts";
import { isMembers, type Members, setMember } from "./values.ts";

/**
 * The position of the element that `$` means in an update of the array at `path`: the first for which a condition of
 * the filter on that array holds.
 */
export function positionOf(document: Members, path: string, filter: Members): number {
  const array = valueAt(document, parsePath(path));
  if (!Array.isArray(array)) throw new StoreError("BAD_OPERATION", `$ in a path needs an array in "${path}".`);
  for (const condition of conditionsOn(path, filter)) {
    const holds = compileFilter(condition);
    const position = array.findIndex((element) => holds(nested(path.split("."), [element])));
    if (position >= 0) return position;
  }
  throw new StoreError(
    "BAD_OPERATION",
    `$ in a path needs a condition on "${path}" in the filter, to say which element.`,
  );
}

function* conditionsOn(path: string, filter: Members): Generator<Members> {
  for (const [key, value] of Object.entries(filter)) {
    if (key === path || key.startsWith(`${path}.`)) yield { [key]: value };
    else if (key === "$and" && Array.isArray(value)) {
      for (const branch of value) if (isMembers(branch)) yield* conditionsOn(path, branch);
    }
  }
}

/** An object that holds `value` at the path and nothing else. */
function nested(path: string[], value: unknown): Members {
  return path.reduceRight<unknown>((inner, part) => {
    const outer: Members = {};
    setMember(outer, part, inner);
    return outer;
  }, value) as Members;
}
