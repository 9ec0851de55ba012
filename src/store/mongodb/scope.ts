import type { ClientSession } from "mongodb";

export type Operation<R> = (options: { session?: ClientSession }) => Promise<R>;

/** Who a collection works for: the store at large, or one transaction. */
export interface Scope {
  /**
   * Runs one operation of the driver with the session to pass on, if any, and its errors as StoreErrors. Before a write
   * a transaction makes the collection, since it cannot be made within.
   */
  run<R>(collection: string, kind: "read" | "write", operation: Operation<R>): Promise<R>;
  /** Throws where collections and indexes may not be changed. */
  refuseDefinitions(): void;
}
