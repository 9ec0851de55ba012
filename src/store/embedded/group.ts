import type { StoreError } from "../errors.ts";
import type { Catalog } from "./catalog.ts";

/** What is told once it is known how a group ended; the error where it was undone or may not be on disk. */
export type Outcome = (error: StoreError | undefined) => void;

/** The writes that share one SQLite transaction, and the promises that wait for it. */
export class Group {
  /** The catalog before the group. */
  readonly catalog: Catalog;
  #outcomes: Outcome[] = [];
  #concluded = false;
  #error: StoreError | undefined;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  /** Settles once the group is on disk; rejected where it is undone or may not be there. */
  onDisk(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.whenConcluded((error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  /** Where it is concluded already, by what it was. */
  get error(): StoreError | undefined {
    return this.#error;
  }

  whenConcluded(outcome: Outcome): void {
    if (this.#concluded) outcome(this.#error);
    else this.#outcomes.push(outcome);
  }

  conclude(error?: StoreError): void {
    this.#concluded = true;
    this.#error = error;
    for (const outcome of this.#outcomes.splice(0)) outcome(error);
  }
}
