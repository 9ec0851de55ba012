import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";
import type { Catalog } from "./catalog.ts";

const MAX_STATEMENTS = 1000;

/** An SQLite connection with its prepared statements and the catalog of its snapshot. Rows are arrays. */
export class Connection {
  readonly database: DatabaseSync;
  catalog: Catalog = new Map();
  changed = false;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, options: { readOnly?: boolean; timeout?: number } = {}) {
    this.database = new DatabaseSync(path, options);
  }

  exec(sql: string): void {
    this.database.exec(sql);
  }

  define(sql: string): void {
    this.changed = true;
    this.#statements.clear();
    this.database.exec(sql);
  }

  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
      statement = this.database.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  run(sql: string, ...values: SQLInputValue[]) {
    this.changed = true;
    return this.prepare(sql).run(...values);
  }

  control(sql: string): void {
    this.prepare(sql).run();
  }

  get(sql: string, ...values: SQLInputValue[]): SQLOutputValue[] | undefined {
    return this.prepare(sql).get(...values) as SQLOutputValue[] | undefined;
  }

  all(sql: string, ...values: SQLInputValue[]): SQLOutputValue[][] {
    return this.prepare(sql).all(...values) as unknown as SQLOutputValue[][];
  }

  close(): void {
    this.#statements.clear();
    if (this.database.isOpen) this.database.close();
  }
}
