import { StoreError } from "../../errors.ts";
import { isOperators } from "../match.ts";
import { type Path, parsePath, someAt } from "../paths.ts";
import { isMembers, type Members } from "../values.ts";
import type { Box } from "./box.ts";
import { isNear, type Near, nearOf } from "./near.ts";
import { withinRegion } from "./region.ts";

/** Where alone the place of a clause such as `{$geoWithin: …}` can be; undefined: anywhere. The clause was compiled. */
export function boxAskedFor(operators: Members): Box | undefined {
  for (const [operator, value] of Object.entries(operators)) {
    if (operator === "$geoWithin" || operator === "$within") return withinRegion(value).box;
    if (isNear(operator)) return nearOf(operator, operators).box;
  }
  return undefined;
}

/** A `$near` or `$nearSphere` of a filter: what it finds comes in the order of the distance. */
export interface NearClause {
  path: Path;
  text: string;
  near: Near;
}

/** The one of a filter that was compiled; it may stand beside other clauses or in an $and, and nowhere else. */
export function nearClause(filter: Members): NearClause | undefined {
  if (!asksForNear(filter)) return undefined;
  const [found, another] = [...nearClauses(filter)];
  if (found === undefined || another !== undefined || countNear(filter) > 1) {
    throw bad("$near and $nearSphere stand once in a filter: beside its other clauses, or in an $and.");
  }
  return found;
}

/** From the point to the nearest place of a document that matches. */
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
