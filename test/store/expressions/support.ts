import { expect, it } from "vitest";
import { runStages } from "../../../src/store/embedded/pipeline-stages.ts";
import { StoreError } from "../../../src/store/errors.ts";
import type { Document } from "../../../src/store/store.ts";

/** A row: the expression, and what it comes to on the document; `REFUSED`: it is a BAD_OPERATION. */
export type Row = [expression: unknown, value: unknown, document?: Document];

export const REFUSED = Symbol("refused");

export function resultOf(expression: unknown, document: Document = {}): unknown {
  try {
    return runStages([document], [{ $replaceWith: { value: expression } }], new Map())[0]!["value"];
  } catch (error) {
    if (error instanceof StoreError && error.code === "BAD_OPERATION" && error.message !== "") return REFUSED;
    throw error;
  }
}

/** One test for each operator: every row comes to its value. */
export function tables(rowsOf: Record<string, readonly Row[]>): void {
  it.each(Object.entries(rowsOf))("%s", (_name, rows) => {
    const shown = (value: unknown, [expression, , document]: Row) => ({ expression, document, value });
    expect(rows.map((row) => shown(resultOf(row[0], row[2]), row))).toStrictEqual(
      rows.map((row) => shown(row[1], row)),
    );
  });
}
