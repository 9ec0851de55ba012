import type { SQLInputValue } from "node:sqlite";
import { StoreError } from "../errors.ts";
import type { CollectionInfo } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import type { Key } from "./key.ts";
import type { Plan, Range, Scan } from "./plan.ts";
import type { Stored } from "./records.ts";
import { textToDocument } from "./text.ts";
import type { Steps, Turns } from "./turns.ts";

/** Where to read from now: another snapshot, or none at all, after each pause. */
export interface Source {
  connection(): Connection;
  readonly collection: string;
  readonly turns: Turns;
}

/** What the visitor of a document wants next. */
export type Next = "go on" | "pause" | "stop";

/**
 * Visits the documents of a plan, at least those that match. It reads in pieces and takes up each time behind the last
 * entry it saw, so that what changes meanwhile may or may not be seen.
 */
export function* visit(source: Source, plan: Plan, visitor: (stored: Stored) => Next): Steps<void> {
  const seen = plan.distinct ? undefined : new Set<number>();
  const table = source.connection().catalog.get(source.collection)?.table;
  if (table === undefined) return;
  for (const scan of plan.scans) {
    for (const range of scan.ranges) {
      const stopped = yield* visitRange(source, table, scan, range, (stored) => {
        if (seen?.has(stored.row)) return "go on";
        seen?.add(stored.row);
        return visitor(stored);
      });
      if (stopped) return;
    }
  }
}

interface Position {
  key: Key | undefined;
  row: number;
}

function* visitRange(
  source: Source,
  table: string,
  scan: Scan,
  range: Range,
  visitor: (stored: Stored) => Next,
): Steps<boolean> {
  let position: Position | undefined;
  for (;;) {
    const connection = source.connection();
    const info = connection.catalog.get(source.collection);
    if (info?.table !== table) return true;
    const next = readPiece(connection, info, scan, range, position, source.turns, visitor);
    if (typeof next === "boolean") return next;
    position = next;
    yield;
  }
}

/** Answers where it paused, or else whether the visitor wants no more. */
function readPiece(
  connection: Connection,
  info: CollectionInfo,
  scan: Scan,
  range: Range,
  position: Position | undefined,
  turns: Turns,
  visitor: (stored: Stored) => Next,
): Position | boolean {
  const { sql, values } = query(info, scan, range, position);
  for (const cells of connection.prepare(sql).iterate(...values) as Iterable<unknown>) {
    const [text, row, key] = cells as [string, number, Key | undefined];
    const next = visitor({ row, document: textToDocument(text) });
    if (next === "stop") return true;
    if (next === "pause" || turns.spent()) return { key, row };
  }
  return false;
}

function query(info: CollectionInfo, scan: Scan, range: Range, position: Position | undefined) {
  const values: SQLInputValue[] = [];
  const conditions: string[] = [];
  const bound = (condition: string, ...bounds: SQLInputValue[]) => {
    conditions.push(condition);
    values.push(...bounds);
  };
  if (scan.index === undefined) {
    if (position !== undefined) bound("c.r > ?", position.row);
    return { sql: `SELECT c.d, c.r FROM ${info.table} c ${where(conditions)} ORDER BY c.r`, values };
  }
  const own = scan.index.id === 0;
  const key = own ? "c.id" : "x.k";
  const order = own ? key : "x.k, x.r";
  const { low, high } = leftOver(range, scan.reverse, position);
  if (low !== undefined) bound(`${key} >= ?`, low);
  if (high !== undefined) bound(`${key} < ?`, high);
  if (position !== undefined) {
    const comparison = scan.reverse ? "<" : ">";
    if (own) bound(`${key} ${comparison} ?`, position.key!);
    else bound(`(x.k, x.r) ${comparison} (?, ?)`, position.key!, position.row);
  }
  const direction = scan.reverse ? `${order.replace(",", " DESC,")} DESC` : order;
  if (!own && !info.indexes.some(({ id }) => id === scan.index!.id)) {
    throw new StoreError("UNAVAILABLE", "The index that the documents were read by was dropped; read them again.");
  }
  const tables = own ? `${info.table} c` : `${scan.index.table} x CROSS JOIN ${info.table} c ON c.r = x.r`;
  return { sql: `SELECT c.d, c.r, ${key} FROM ${tables} ${where(conditions)} ORDER BY ${direction}`, values };
}

/** The bound that a position takes the place of is left out. */
function leftOver(range: Range, reverse: boolean, position: Position | undefined): Range {
  if (position === undefined) return range;
  return reverse ? { low: range.low, high: undefined } : { low: undefined, high: range.high };
}

function where(conditions: string[]): string {
  return conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
}
