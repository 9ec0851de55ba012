import { StoreError } from "../../errors.ts";
import { isOperators } from "../match.ts";
import { type Path, parsePath, someAt } from "../paths.ts";
import { isMembers, type Members } from "../values.ts";
import type { Box } from "./box.ts";
import { isNear, type Near, nearOf } from "./near.ts";
import { withinRegion } from "./region.ts";

/** The box that a compiled clause such as `{$geoWithin: …}` is limited to; undefined if it is not limited. */
export function boxAskedFor(operators: Members): Box | undefined {
  for (const [operator, value] of Object.entries(operators)) {
    if (operator === "$geoWithin" || operator === "$within") return withinRegion(value).box;
    if (isNear(operator)) return nearOf(operator, operators).box;
  }
  return undefined;
}

/** A `$near` or `$nearSphere` clause. Its results are ordered by distance. */
export interface NearClause {
  path: Path;
  text: string;
  near: Near;
}

/** The near clause of a compiled filter. It may be at the top level or in an $and, but nowhere else. */
export function nearClause(filter: Members): NearClause | undefined {
  if (!asksForNear(filter)) return undefined;
  const [found, another] = [...nearClauses(filter)];
  if (found === undefined || another !== undefined || countNear(filter) > 1) {
    throw bad("$near and $nearSphere may only appear once in a filter, at the top level or in an $and.");
  }
  return found;
}

export function distanceOf({ path, near }: NearClause, document: Members): number {
  let least = Number.POSITIVE_INFINITY;
  someAt(document, path, false, (value) => {
    least = Math.min(least, near.distance(value) ?? least);
    return false;
  });
  return least;
}

export function refuseNear(filter: unknown): void {
  if (asksForNear(filter)) {
    throw bad("$geoNear, $near, and $nearSphere are not allowed in this context: use $geoWithin with $centerSphere.");
  }
}

function* nearClauses(filter: Members): Generator<NearClause> {
  for (const [text, value] of Object.entries(filter)) {
    if (text === "$and") for (const branch of value as Members[]) yield* nearClauses(branch);
    else if (!text.startsWith("$") && isOperators(value)) {
      for (const operator of Object.keys(value)) {
        if (isNear(operator)) yield { text, path: parsePath(text), near: nearOf(operator, value) };
      }
    }
  }
}

const asksForNear = (filter: unknown): boolean => countNear(filter) > 0;

function countNear(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countNear(item), 0);
  if (!isMembers(value)) return 0;
  let count = 0;
  for (const [key, member] of Object.entries(value)) count += isNear(key) ? 1 : countNear(member);
  return count;
}

function bad(message: string): StoreError {
  return new StoreError("BAD_OPERATION", message);
}
