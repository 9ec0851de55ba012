import type { Cursor } from "../store.ts";
import type { Next } from "./scan.ts";
import type { Session } from "./session.ts";
import type { Steps } from "./turns.ts";

const BUFFERED = 100;

export type Producer<T> = (emit: (value: T) => Next) => Steps<void>;

/** A cursor over the values of a producer. It holds no resources, so an abandoned cursor costs nothing. */
export class StepsCursor<T> implements Cursor<T> {
  readonly #session: Session;
  readonly #steps: Steps<void>;
  #buffer: T[] = [];
  #position = 0;
  #whole = false;
  #done = false;

  constructor(session: Session, produce: Producer<T>) {
    this.#session = session;
    this.#steps = produce((value) => {
      this.#buffer.push(value);
      return !this.#whole && this.#buffer.length >= BUFFERED ? "pause" : "continue";
    });
  }

  async toArray(): Promise<T[]> {
    this.#whole = true;
    if (!this.#done) await this.#session.read(() => this.#steps);
    this.#done = true;
    const rest = this.#position === 0 ? this.#buffer : this.#buffer.slice(this.#position);
    this.#buffer = [];
    return rest;
  }

  async next(): Promise<T | null> {
    while (this.#position >= this.#buffer.length) {
      if (this.#done) return null;
      this.#buffer = [];
      this.#position = 0;
      await this.#session.read(() => this.#fill());
    }
    return this.#buffer[this.#position++]!;
  }

  /** Continues until there is a value and nothing to wait for. */
  *#fill(): Steps<void> {
    while (this.#buffer.length === 0 && !this.#done) {
      const step = this.#steps.next();
      this.#done = step.done === true;
      if (step.done !== true && (this.#buffer.length === 0 || step.value)) yield step.value;
    }
  }

  async close(): Promise<void> {
    this.#done = true;
    this.#buffer = [];
    this.#steps.return(undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (let value = await this.next(); value !== null; value = await this.next()) yield value;
    } finally {
      await this.close();
    }
  }
}
