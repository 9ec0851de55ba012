import type { StoreError } from "../errors.ts";
import type { Catalog } from "./catalog.ts";

/** Called when a group has ended; with an error if it was rolled back or may not be on disk. */
export type Outcome = (error: StoreError | undefined) => void;

export class Group {
  readonly catalog: Catalog;
  #outcomes: Outcome[] = [];
  #concluded = false;
  #error: StoreError | undefined;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
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
