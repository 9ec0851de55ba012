import type { Clock } from "../../clock.ts";
import type { Collection, Document, Documents, OnDisk, Writable } from "../store.ts";
import { EmbeddedCollection } from "./collection.ts";
import type { Connection } from "./connection.ts";
import type { Evaluators } from "./evaluators.ts";
import type { Session } from "./session.ts";
import type { Steps, Turns } from "./turns.ts";

/** A session that reports when each write is on disk. */
export interface OnDiskSession extends Session {
  write<R>(work: () => Steps<R>, onDisk?: OnDisk): Promise<R>;
  transaction<R>(work: (tx: Documents) => Promise<R>, onDisk?: OnDisk): Promise<R>;
}

/** The embedded store for work that waits for all its writes together at the end (`Store.early`). */
export class Early implements Session, Writable {
  readonly turns: Turns;
  readonly clock: Clock;
  readonly evaluators: Evaluators;
  readonly isUrgent = false;
  readonly #store: OnDiskSession;
  readonly #onDisk: OnDisk;

  constructor(store: OnDiskSession, onDisk: OnDisk) {
    this.turns = store.turns;
    this.clock = store.clock;
    this.evaluators = store.evaluators;
    this.#store = store;
    this.#onDisk = onDisk;
  }

  collection<T extends Document = Document>(name: string): Collection<T> {
    return new EmbeddedCollection<T>(name, this);
  }

  transaction<R>(work: (tx: Documents) => Promise<R>): Promise<R> {
    return this.#store.transaction(work, this.#onDisk);
  }

  reading(): Connection {
    return this.#store.reading();
  }

  writing(): Connection {
    return this.#store.writing();
  }

  read<R>(work: () => Steps<R>): Promise<R> {
    return this.#store.read(work);
  }

  write<R>(work: () => Steps<R>): Promise<R> {
    return this.#store.write(work, this.#onDisk);
  }

  define<R>(work: () => Steps<R>): Promise<R> {
    return this.#store.define(work);
  }
}
