import type { Clock } from "../../clock.ts";
import { StoreError } from "../errors.ts";
import { runInside } from "../inside.ts";
import type { Collection, Document, Documents, Store } from "../store.ts";
import { EmbeddedCollection } from "./collection.ts";
import type { Connection } from "./connection.ts";
import type { Evaluators } from "./evaluators.ts";
import type { Session } from "./session.ts";
import { inTurns, type Steps, type Turns } from "./turns.ts";
import type { Writer } from "./writer.ts";

export interface Setting {
  store: Store;
  writer: Writer;
  turns: Turns;
  clock: Clock;
  evaluators: Evaluators;
  timeoutMs: number;
}

/** Uses the writer's connection directly. As in MongoDB, a refused operation ends it, even if its error is caught. */
export class Transaction implements Session, Documents {
  readonly turns: Turns;
  readonly clock: Clock;
  readonly evaluators: Evaluators;
  readonly isUrgent = true;
  readonly #writer: Writer;
  #failure: StoreError | undefined;

  private constructor({ writer, turns, clock, evaluators }: Setting) {
    this.#writer = writer;
    this.turns = turns;
    this.clock = clock;
    this.evaluators = evaluators;
  }

  static async run<R>(setting: Setting, work: (tx: Documents) => Promise<R>): Promise<R> {
    const { store, writer, timeoutMs } = setting;
    const transaction = new Transaction(setting);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await writer.exclusive((undo) => {
        timer = setTimeout(() => {
          transaction.#failure = timeout(timeoutMs);
          undo(transaction.#failure);
        }, timeoutMs);
        return runInside(store, () => transaction.#work(work));
      });
    } finally {
      clearTimeout(timer);
      transaction.#failure ??= new StoreError(
        "BAD_OPERATION",
        "The transaction has ended; its tx can no longer be used.",
      );
    }
  }

  async #work<R>(work: (tx: Documents) => Promise<R>): Promise<R> {
    const result = await work(this);
    if (this.#failure !== undefined) throw this.#failure;
    return result;
  }

  collection<T extends Document = Document>(name: string): Collection<T> {
    return new EmbeddedCollection<T>(name, this);
  }

  reading(): Connection {
    return this.writing();
  }

  writing(): Connection {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#writer.connection;
  }

  read<R>(work: () => Steps<R>): Promise<R> {
    return this.#do(work);
  }

  write<R>(work: () => Steps<R>): Promise<R> {
    return this.#do(work);
  }

  define<R>(): Promise<R> {
    return this.#do(() => {
      throw new StoreError("BAD_OPERATION", "Collections and indexes cannot be created or dropped in a transaction.");
    });
  }

  async #do<R>(work: () => Steps<R>): Promise<R> {
    try {
      return await inTurns(this.turns, work());
    } catch (error) {
      this.#failure ??= this.#writer.damage.toStoreError(error);
      throw this.#failure;
    }
  }
}

function timeout(ms: number): StoreError {
  return new StoreError("TRANSACTION_TIMEOUT", `The transaction took longer than ${ms} ms and was rolled back.`);
}
