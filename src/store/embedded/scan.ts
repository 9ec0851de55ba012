import type { SQLInputValue } from "node:sqlite";
import type { Caller } from "../caller.ts";
import { StoreError } from "../errors.ts";
import type { CollectionInfo } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import type { Key } from "./key.ts";
import type { Plan, Range, Scan } from "./plan.ts";
import { Stored } from "./records.ts";
import type { Steps, Turns } from "./turns.ts";
import type { Work } from "./work.ts";

/** Where an operation reads. The connection may have a newer snapshot after each pause. */
export interface Source {
  connection(): Connection;
  readonly collection: string;
  readonly turns: Turns;
  readonly caller: Caller | undefined;
  readonly work: Work;
}

export type Next = "continue" | "pause" | "stop";

/** Visits the documents of a plan in batches. Concurrent changes may or may not be seen. */
export function* visit(source: Source, plan: Plan, visitor: (stored: Stored) => Next): Steps<void> {
  const seen = plan.distinct ? undefined : new Set<number>();
  const table = source.connection().catalog.get(source.collection)?.table;
  if (table === undefined) return;
  for (const scan of plan.scans) {
    for (const range of scan.ranges) {
      const stopped = yield* visitRange(source, table, scan, range, (stored) => {
        if (seen?.has(stored.row)) return "continue";
        seen?.add(stored.row);
        return visitor(stored);
      });
      if (stopped) return;
      if (source.turns.spent()) yield;
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

/** Returns the position of the pause, or whether the visitor stopped. */
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
    const next = visitor(new Stored(row, text));
    if (next === "stop") return true;
    if (next === "pause" || turns.spent()) return { key, row };
  }
  return false;
}

interface Sql {
  sql: string;
  values: SQLInputValue[];
}

function query(info: CollectionInfo, scan: Scan, range: Range, position: Position | undefined): Sql {
  if (scan.index === undefined) {
    const from = `SELECT c.d, c.r FROM ${info.table} c`;
    if (position === undefined) return { sql: `${from} ORDER BY c.r`, values: [] };
    return { sql: `${from} WHERE c.r > ? ORDER BY c.r`, values: [position.row] };
  }
  const { id, table } = scan.index;
  const direction = scan.reverse ? " DESC" : "";
  if (id === 0) {
    const { sql, values } = conditions(
      "c.id",
      range,
      scan.reverse,
      position && { sql: "c.id", values: [position.key!] },
    );
    return { sql: `SELECT c.d, c.r, c.id FROM ${table} c ${sql} ORDER BY c.id${direction}`, values };
  }
  if (!info.indexes.some((index) => index.id === id)) {
    throw new StoreError("UNAVAILABLE", "The index was dropped while documents were being read. Read them again.");
  }
  const { sql, values } = conditions("x.k", range, scan.reverse, position && behind(range, position));
  const from = `SELECT c.d, c.r, x.k FROM ${table} x CROSS JOIN ${info.table} c ON c.r = x.r`;
  return { sql: `${from} ${sql} ORDER BY x.k${direction}, x.r${direction}`, values };
}

/** The columns that identify an entry, and their values in the last entry seen. */
function behind(range: Range, { key, row }: Position): Sql {
  return range.exact === undefined ? { sql: "(x.k, x.r)", values: [key!, row] } : { sql: "x.r", values: [row] };
}

/** The condition for the rest of the index. The last entry replaces the bound on its side. */
function conditions(column: string, { low, high, exact }: Range, reverse: boolean, last: Sql | undefined): Sql {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (part: string, ...bounds: SQLInputValue[]) => {
    parts.push(part);
    values.push(...bounds);
  };
  if (exact !== undefined) {
    add(`${column} = ?`, exact);
  } else {
    if (low !== undefined && (last === undefined || reverse)) add(`${column} >= ?`, low);
    if (high !== undefined && (last === undefined || !reverse)) add(`${column} < ?`, high);
  }
  if (last !== undefined) {
    const marks = last.values.length === 1 ? "?" : "(?, ?)";
    add(`${last.sql} ${reverse ? "<" : ">"} ${marks}`, ...last.values);
  }
  return { sql: parts.length === 0 ? "" : `WHERE ${parts.join(" AND ")}`, values };
}
