import { resolve } from "node:path";
import { type Clock, systemClock } from "../../clock.ts";
import { StoreError } from "../errors.ts";
import { refuseInside } from "../inside.ts";
import type { Collection, Document, Documents, Store } from "../store.ts";
import { Checkpoints } from "./checkpoint.ts";
import { EmbeddedCollection } from "./collection.ts";
import type { Connection } from "./connection.ts";
import { Damage } from "./damage.ts";
import { type EvaluatorOptions, Evaluators } from "./evaluators.ts";
import { Expiry } from "./expiry.ts";
import { type OpenFile, openFile, unavailable } from "./file.ts";
import { Readers } from "./readers.ts";
import type { Session } from "./session.ts";
import { Transaction } from "./transaction.ts";
import { atOnce, inTurns, type Steps, Turns } from "./turns.ts";
import { type Log, Wal } from "./wal.ts";
import { Writer } from "./writer.ts";

export interface EmbeddedOptions {
  /** The database file. Its folder is created if necessary. SQLite creates two more files next to it. */
  path: string;
  clock?: Clock;
  transactionTimeoutMs?: number;
  expiryIntervalMs?: number;
  evaluators?: Partial<EvaluatorOptions>;
  /** Called once when an operation finds damage in the file. The message says what to do. */
  onDamage?: (error: StoreError) => void;
}

export interface EmbeddedParts {
  openLog?: (path: string) => Promise<Log>;
  turns?: Turns;
}

/** Opens the embedded store: one file, exclusive to this process. */
export async function openEmbeddedStore(options: EmbeddedOptions, parts: EmbeddedParts = {}): Promise<EmbeddedStore> {
  const path = resolve(options.path);
  const file = await openFile(path);
  try {
    const readers = new Readers(path, file.writer.catalog);
    const log = await (parts.openLog ?? Wal.open)(path);
    return new EmbeddedStore(path, file, readers, log, parts.turns ?? new Turns(), options);
  } catch (error) {
    file.writer.close();
    file.lock.close();
    throw unavailable(path, error);
  }
}

export class EmbeddedStore implements Store, Session {
  readonly turns: Turns;
  readonly clock: Clock;
  readonly evaluators: Evaluators;
  readonly isUrgent = false;
  readonly #file: OpenFile;
  readonly #readers: Readers;
  readonly #log: Log;
  readonly #damage: Damage;
  readonly #writer: Writer;
  readonly #checkpoints: Checkpoints;
  readonly #expiry: Expiry;
  readonly #transactionTimeoutMs: number;
  #running = 0;
  #closed: Promise<void> | undefined;

  constructor(path: string, file: OpenFile, readers: Readers, log: Log, turns: Turns, options: EmbeddedOptions) {
    this.turns = turns;
    this.clock = options.clock ?? systemClock;
    this.#transactionTimeoutMs = options.transactionTimeoutMs ?? 10_000;
    this.evaluators = new Evaluators(options.evaluators);
    this.#file = file;
    this.#readers = readers;
    this.#log = log;
    this.#damage = new Damage(path, options.onDamage ?? (() => undefined));
    this.#writer = new Writer(file.writer, readers, log, this.#damage, turns, () => this.#checkpoints.consider());
    this.#checkpoints = new Checkpoints(path, file.writer, this.#writer, readers);
    this.#expiry = new Expiry(this, this.clock, options.expiryIntervalMs ?? 60_000);
  }

  collection<T extends Document = Document>(name: string): Collection<T> {
    return new EmbeddedCollection<T>(name, this);
  }

  transaction<R>(work: (tx: Documents) => Promise<R>): Promise<R> {
    const { turns, clock, evaluators } = this;
    const setting = {
      store: this,
      writer: this.#writer,
      turns,
      clock,
      evaluators,
      timeoutMs: this.#transactionTimeoutMs,
    };
    return this.#track(() => Transaction.run(setting, work));
  }

  sweepExpired(): Promise<number> {
    return this.#expiry.sweep();
  }

  collectionNames(): Promise<string[]> {
    return this.read(() => atOnce(() => [...this.reading().catalog.keys()]));
  }

  async ping(): Promise<void> {
    await this.write(() => atOnce(() => undefined));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#expiry.close();
    const longest = setTimeout(() => this.evaluators.close(), this.evaluators.timeoutMs);
    while (this.#running > 0) await this.turns.next();
    clearTimeout(longest);
    await this.#checkpoints.close();
    await this.#writer.hold(async () => {
      this.evaluators.close();
      this.#readers.close();
      await this.#log.close();
      this.#file.writer.close();
      this.#file.lock.close();
    });
  }

  reading(): Connection {
    return this.#readers.current;
  }

  writing(): Connection {
    return this.#writer.connection;
  }

  read<R>(work: () => Steps<R>): Promise<R> {
    return this.#track(() => this.#inTurns(work()));
  }

  write<R>(work: () => Steps<R>): Promise<R> {
    return this.#track(() => this.#writer.run(work()));
  }

  define<R>(work: () => Steps<R>): Promise<R> {
    return this.#track(() => {
      const steps = work();
      return this.#writer.exclusive(() => this.#inTurns(steps));
    });
  }

  async #inTurns<R>(steps: Steps<R>): Promise<R> {
    try {
      return await inTurns(this.turns, steps);
    } catch (error) {
      throw this.#damage.toStoreError(error);
    }
  }

  /** Refuses operations on a closed store and counts running ones, for which `close` waits. */
  async #track<R>(work: () => Promise<R>): Promise<R> {
    if (this.#closed !== undefined) throw new StoreError("UNAVAILABLE", "The store is closed.");
    refuseInside(this);
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
    }
  }
}
