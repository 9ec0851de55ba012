import { StoreError } from "../errors.ts";
import type { Catalog } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import type { Readers } from "./readers.ts";
import type { Steps, Turns } from "./turns.ts";
import type { Wal } from "./wal.ts";

/**
 * The one writer. Writes run one after the other, in the order in which they came, and all that come while the disk is
 * busy with those before them share one SQLite transaction, the group: it is committed at the end of an event-loop turn,
 * flushed off the main thread, and then every promise of the group settles. One group is on its way to disk at a time.
 */
export class Writer {
  readonly connection: Connection;
  readonly #readers: Readers;
  readonly #wal: Wal;
  readonly #turns: Turns;
  readonly #onCommit: () => void;
  #group: Group | undefined;
  #flushing = false;
  #queue: (() => void)[] = [];
  /** A transaction is under way, or the writer is held: what comes waits in the queue. */
  #taken = false;
  #scheduled = false;
  #failure: StoreError | undefined;
  #idle: (() => void)[] = [];

  constructor(connection: Connection, readers: Readers, wal: Wal, turns: Turns, onCommit: () => void) {
    this.connection = connection;
    this.#readers = readers;
    this.#wal = wal;
    this.#turns = turns;
    this.#onCommit = onCommit;
  }

  /**
   * Does the steps, each piece all or nothing, other writes coming in at their pauses. Settles, also where they were
   * refused, when what they did and what they saw is on disk.
   */
  run<R>(steps: Steps<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const piece = () => {
        const group = this.#begin(reject);
        if (group === undefined) return;
        let step: IteratorResult<undefined, R>;
        try {
          step = steps.next();
        } catch (error) {
          this.#settle(group, error, reject);
          return;
        }
        if (!step.done) this.#enqueue(piece);
        else {
          const { value } = step;
          group.outcomes.push((error) => (error === undefined ? resolve(value) : reject(error)));
        }
      };
      this.#enqueue(piece);
    });
  }

  /**
   * Runs `work` alone, on a savepoint within the group: what it throws undoes it. `begun` is given a function that ends
   * it early, with an error.
   */
  exclusive<R>(work: () => Promise<R>, begun?: (end: (error: StoreError) => void) => void): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#enqueue(() => {
        const group = this.#begin(reject);
        if (group === undefined) return;
        const catalog = this.connection.catalog;
        this.connection.control("SAVEPOINT own");
        this.#taken = true;
        let over = false;
        const end = (sql: string | undefined, settle: () => void) => {
          if (over) return;
          over = true;
          try {
            if (sql !== undefined) this.connection.control(sql);
            this.connection.control("RELEASE own");
            settle();
          } catch (error) {
            this.#settle(group, error, reject);
          }
          this.#release();
        };
        const undo = (error: unknown) =>
          end("ROLLBACK TO own", () => {
            this.connection.catalog = catalog;
            if (isDiskError(error)) this.#settle(group, error, reject);
            else group.outcomes.push((failure) => reject(failure ?? error));
          });
        begun?.(undo);
        work().then(
          (value) =>
            end(undefined, () => group.outcomes.push((failure) => (failure ? reject(failure) : resolve(value)))),
          undo,
        );
      });
    });
  }

  /** Runs `work` while nothing is being written and all that was written is on disk. */
  hold<R>(work: () => Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#enqueue(() => {
        this.#taken = true;
        this.#whenIdle(() => {
          work()
            .then(resolve, reject)
            .finally(() => this.#release());
        });
      });
    });
  }

  #enqueue(task: () => void): void {
    if (this.#taken || this.#queue.length > 0 || this.#turns.spent()) {
      this.#queue.push(task);
      this.#schedule();
    } else {
      task();
    }
  }

  #release(): void {
    this.#taken = false;
    this.#schedule();
    this.#drain();
  }

  #drain(): void {
    let done = 0;
    while (done < this.#queue.length && !this.#taken && !this.#turns.spent()) this.#queue[done++]!();
    this.#queue.splice(0, done);
    if (this.#queue.length > 0 && !this.#taken) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#commit();
      this.#drain();
    });
  }

  /** The open group, or a new one; undefined and a rejection where the file does not take any. */
  #begin(reject: (error: StoreError) => void): Group | undefined {
    if (this.#failure !== undefined) {
      reject(this.#failure);
      return undefined;
    }
    if (this.#group !== undefined) return this.#group;
    try {
      this.connection.control("BEGIN IMMEDIATE");
    } catch (error) {
      reject(unwritable(error));
      return undefined;
    }
    this.connection.changed = false;
    this.#group = { outcomes: [], catalog: this.connection.catalog };
    this.#schedule();
    return this.#group;
  }

  #commit(): void {
    const group = this.#group;
    if (group === undefined || this.#flushing) return;
    if (this.#taken && this.#idle.length === 0) return;
    try {
      this.connection.control("COMMIT");
    } catch (error) {
      this.#fail(group, error);
      return;
    }
    this.#group = undefined;
    if (!this.connection.changed) {
      this.#conclude(group);
      return;
    }
    this.#flushing = true;
    this.#readers.prepare(this.connection.catalog);
    this.#onCommit();
    this.#wal.flush((error) => {
      this.#flushing = false;
      if (error !== null) {
        this.#failure = new StoreError("UNAVAILABLE", `The database file cannot be flushed to disk: ${error.message}`);
        this.#conclude(group, this.#failure);
        return;
      }
      this.#readers.advance();
      this.#conclude(group);
      this.#commit();
    });
  }

  #conclude(group: Group, error?: StoreError): void {
    for (const outcome of group.outcomes) outcome(error);
    if (this.#group === undefined && !this.#flushing) for (const next of this.#idle.splice(0)) next();
  }

  #whenIdle(next: () => void): void {
    if (this.#group === undefined && !this.#flushing) {
      next();
    } else {
      this.#idle.push(next);
      this.#commit();
    }
  }

  /** A refusal is that operation's own; any other error leaves the group in doubt, so that all of it is undone. */
  #settle(group: Group, error: unknown, reject: (error: unknown) => void): void {
    if (error instanceof StoreError) {
      group.outcomes.push((failure) => reject(failure ?? error));
    } else {
      group.outcomes.push((failure) => reject(failure ?? error));
      this.#fail(group, error);
    }
  }

  #fail(group: Group, error: unknown): void {
    if (this.#group !== group) return;
    if (this.connection.database.isTransaction) this.connection.exec("ROLLBACK");
    this.connection.catalog = group.catalog;
    this.#group = undefined;
    this.#conclude(group, unwritable(error));
  }
}

interface Group {
  outcomes: ((error: StoreError | undefined) => void)[];
  /** What it was before the group. */
  catalog: Catalog;
}

function unwritable(error: unknown): StoreError {
  return new StoreError("UNAVAILABLE", `The database file cannot be written: ${(error as Error).message}`, {}, error);
}

export function isDiskError(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "ERR_SQLITE_ERROR";
}
