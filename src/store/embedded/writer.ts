import { StoreError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import type { Damage } from "./damage.ts";
import { Group } from "./group.ts";
import type { Readers } from "./readers.ts";
import { asStoreError } from "./session.ts";
import type { Steps, Turns } from "./turns.ts";
import type { Log } from "./wal.ts";

/**
 * The only writer. Writes run in order. All writes that arrive during a flush share one SQLite transaction, the group.
 * It is committed at the end of an event loop turn and flushed off the main thread; then its promises settle.
 */
export class Writer {
  readonly damage: Damage;
  readonly #connection: Connection;
  readonly #readers: Readers;
  readonly #log: Log;
  readonly #turns: Turns;
  readonly #onCommit: () => void;
  #group: Group | undefined;
  #flushing = false;
  #queue: (() => void)[] = [];
  /** A transaction is running or the writer is held, so new work is queued. */
  #locked = false;
  #scheduled = false;
  /** Set after a failed flush. It is unknown what is on disk, so nothing more is written. */
  #failure: StoreError | undefined;
  #onIdle: (() => void) | undefined;

  constructor(connection: Connection, readers: Readers, log: Log, damage: Damage, turns: Turns, onCommit: () => void) {
    this.#connection = connection;
    this.damage = damage;
    this.#readers = readers;
    this.#log = log;
    this.#turns = turns;
    this.#onCommit = onCommit;
  }

  /** The connection while a group is open. Throws if the group was lost: a write would then be committed alone. */
  get connection(): Connection {
    if (this.#group === undefined) throw this.#refusal() ?? asStoreError(new Error("its transaction was lost"));
    return this.#connection;
  }

  /**
   * Runs the steps. Each piece is atomic; other writes may run at its pauses. Settles, even if refused, once everything
   * it did and saw is on disk.
   */
  run<R>(steps: Steps<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const piece = () => {
        const group = this.#begin(reject);
        if (group === undefined) return;
        try {
          const step = steps.next();
          if (!step.done && step.value) void step.value.then(() => this.#enqueue(piece));
          else if (!step.done) this.#enqueue(piece);
          else settle(group, () => resolve(step.value), reject);
        } catch (error) {
          this.#undoIfUncertain(group, error);
          settle(group, () => reject(error), reject);
        }
      };
      this.#enqueue(piece);
    });
  }

  /** Runs `work` exclusively, on a savepoint within the group. Throwing or calling `undo` rolls it back. */
  exclusive<R>(work: (undo: (error: unknown) => void) => Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#enqueue(() => {
        const group = this.#begin(reject);
        if (group === undefined) return;
        const { catalog } = this.#connection;
        this.#connection.control("SAVEPOINT own");
        this.#locked = true;
        let over = false;
        const end = (finish: () => void) => {
          if (over) return;
          over = true;
          if (this.#group === group) this.#finish(group, finish);
          this.#release();
        };
        const undo = (error: unknown) => {
          end(() => {
            this.#connection.control("ROLLBACK TO own");
            this.#connection.control("RELEASE own");
            this.#connection.catalog = catalog;
          });
          settle(group, () => reject(error), reject);
        };
        const done = (value: R) => {
          end(() => this.#connection.control("RELEASE own"));
          settle(group, () => resolve(value), reject);
        };
        work(undo).then(done, undo);
      });
    });
  }

  /** Runs `work` while nothing is being written and everything written is on disk. */
  hold<R>(work: () => Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#enqueue(() => {
        this.#locked = true;
        this.#onIdle = () => {
          this.#onIdle = undefined;
          work()
            .then(resolve, reject)
            .finally(() => this.#release());
        };
        this.#commit();
        this.#notifyIdle();
      });
    });
  }

  #enqueue(task: () => void): void {
    if (this.#locked || this.#queue.length > 0 || this.#turns.spent()) {
      this.#queue.push(task);
      this.#schedule();
    } else {
      task();
    }
  }

  #release(): void {
    this.#locked = false;
    this.#schedule();
    this.#drain(0);
  }

  /** Runs queued tasks while the turn has time left, and at least `least` of them. */
  #drain(least: number): void {
    let done = 0;
    while (done < this.#queue.length && !this.#locked && (done < least || !this.#turns.spent())) this.#queue[done++]!();
    this.#queue.splice(0, done);
    if (this.#queue.length > 0 && !this.#locked) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turns.spent();
      if (!this.#locked) this.#commit();
      this.#drain(1);
    });
  }

  /** Returns the open group or a new one. Rejects and returns undefined if writing is not possible. */
  #begin(reject: (error: StoreError) => void): Group | undefined {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      reject(refusal);
      return undefined;
    }
    if (this.#group !== undefined) return this.#group;
    try {
      this.#connection.control("BEGIN IMMEDIATE");
    } catch (error) {
      reject(this.damage.toStoreError(error));
      return undefined;
    }
    this.#connection.changed = false;
    this.#group = new Group(this.#connection.catalog);
    this.#schedule();
    return this.#group;
  }

  #refusal(): StoreError | undefined {
    return this.#failure ?? this.damage.error;
  }

  /** Commits the open group unless another one is being flushed; this is called again after the flush. */
  #commit(): void {
    const group = this.#group;
    if (group === undefined || this.#flushing) return;
    if (this.damage.error !== undefined) {
      this.#undo(group, this.damage.error);
      return;
    }
    if (!this.#finish(group, () => this.#connection.control("COMMIT"))) return;
    this.#group = undefined;
    if (!this.#connection.changed) {
      group.conclude();
      this.#notifyIdle();
      return;
    }
    this.#flushing = true;
    this.#readers.prepare(this.#connection.catalog);
    this.#onCommit();
    this.#log.flush((error) => {
      this.#flushing = false;
      if (error === null) this.#flushed(group);
      else this.#lose(group, error);
    });
  }

  #flushed(group: Group): void {
    this.#readers.advance();
    group.conclude();
    if (!this.#locked || this.#onIdle !== undefined) this.#commit();
    this.#notifyIdle();
  }

  #lose(group: Group, error: Error): void {
    this.#failure = new StoreError("UNAVAILABLE", `Cannot flush the database file to disk: ${error.message}.`);
    group.conclude(this.#failure);
    if (this.#group !== undefined) this.#undo(this.#group, this.#failure);
    this.#notifyIdle();
  }

  #notifyIdle(): void {
    if (this.#group === undefined && !this.#flushing) this.#onIdle?.();
  }

  /** Returns whether the statements succeeded; otherwise the group is rolled back. */
  #finish(group: Group, statements: () => void): boolean {
    try {
      statements();
      return true;
    } catch (error) {
      this.#undo(group, this.damage.toStoreError(error));
      return false;
    }
  }

  /** A StoreError only concerns its operation. After any other error the group must be rolled back. */
  #undoIfUncertain(group: Group, error: unknown): void {
    if (!(error instanceof StoreError) && this.#group === group) this.#undo(group, this.damage.toStoreError(error));
  }

  #undo(group: Group, error: StoreError): void {
    if (this.#connection.database.isTransaction) this.#connection.exec("ROLLBACK");
    this.#connection.catalog = group.catalog;
    this.#group = undefined;
    group.conclude(error);
    this.#notifyIdle();
  }
}

/** Settles a write once its group is concluded. */
function settle(group: Group, done: () => void, reject: (error: StoreError) => void): void {
  group.whenConcluded((failure) => (failure === undefined ? done() : reject(failure)));
}
