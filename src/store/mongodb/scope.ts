import type { ClientSession } from "mongodb";

/** Who a collection works for: the store at large, or one transaction. */
export interface Scope {
  /** Runs one operation of the driver with the session to pass on, if any, and its errors as StoreErrors. */
  run<R>(collection: string, operation: (options: { session?: ClientSession }) => Promise<R>): Promise<R>;
  /** Before a write: a transaction makes the collection first, since it cannot be made within. */
  beforeWrite(collection: string): Promise<void>;
  /** Throws where collections and indexes may not be changed. */
  refuseDefinitions(): void;
}
