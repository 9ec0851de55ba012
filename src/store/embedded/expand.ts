import { StoreError } from "../errors.ts";
import { arrayPosition, type Path } from "./paths.ts";
import { EMPTY_ARRAY, isMembers, type Members, member } from "./values.ts";

/** The values of one or more paths, one row per array element. Missing is undefined, an empty array EMPTY_ARRAY. */
export interface Expansion {
  rows: unknown[][];
  /** A bit for each path that contains an array. */
  arrays: number;
}

interface Bounded extends Expansion {
  most: number;
}

interface Field {
  value: unknown;
  path: Path;
  at: number;
  bit: number;
}

export function expand(document: Members, paths: readonly Path[], most = Number.POSITIVE_INFINITY): Expansion {
  const expansion = { rows: [], arrays: 0, most };
  expandRows(
    paths.map((path, i) => ({ value: document, path, at: 0, bit: 1 << i })),
    expansion,
  );
  return expansion;
}

function expandRows(fields: Field[], expansion: Bounded): void {
  let array: unknown[] | undefined;
  let bits = 0;
  for (const field of fields) {
    descend(field);
    if (field.at < 0 || !Array.isArray(field.value)) continue;
    if (array !== undefined && array !== field.value) {
      throw new StoreError("BAD_OPERATION", "An index cannot contain two parallel arrays of one document.");
    }
    array = field.value;
    bits |= field.bit;
  }
  if (array === undefined) {
    expansion.rows.push(fields.map(({ value }) => value));
    return;
  }
  expansion.arrays |= bits;
  if (array.length > expansion.most - expansion.rows.length) {
    throw new StoreError(
      "BAD_OPERATION",
      `An index can hold at most ${expansion.most} elements of one document's array.`,
    );
  }
  for (const element of array.length > 0 ? array : [EMPTY_ARRAY]) {
    expandRows(
      fields.map((field) => ((field.bit & bits) === 0 ? { ...field } : elementOf(field, element))),
      expansion,
    );
  }
}

/** Follows the path to a value, or to an array to be expanded. A field with a final value has `at` -1. */
function descend(field: Field): void {
  while (field.at >= 0 && !Array.isArray(field.value)) {
    if (field.at === field.path.length || !isMembers(field.value)) {
      if (field.at < field.path.length) field.value = undefined;
      field.at = -1;
      return;
    }
    field.value = member(field.value, field.path[field.at]!);
    field.at++;
  }
  if (field.at < 0 || field.at === field.path.length) return;
  const position = arrayPosition(field.path[field.at]!);
  const array = field.value as unknown[];
  if (position >= 0 && !array.some(isMembers)) {
    field.value = array[position];
    field.at++;
    descend(field);
  }
}

/** An element at the end of the path is final, even if it is an array. */
function elementOf(field: Field, element: unknown): Field {
  if (field.at === field.path.length) return { ...field, value: element, at: -1 };
  return isMembers(element) ? { ...field, value: element } : { ...field, value: undefined, at: -1 };
}
