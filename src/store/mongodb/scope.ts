import type { ClientSession } from "mongodb";

export interface OperationOptions {
  session?: ClientSession;
  maxTimeMS?: number;
}

/** "make" ensures collections and indexes, "drop" takes them away. */
export type Kind = "read" | "write" | "make" | "drop";

export type Operation<R> = (options: OperationOptions) => Promise<R>;

/** Who a collection works for: the store at large, or one transaction. */
export interface Scope {
  /**
   * Runs one operation of the driver with the session to pass on, if any, and its errors as StoreErrors. A transaction
   * makes a missing collection before it writes it, and refuses "make" and "drop".
   */
  run<R>(collection: string, kind: Kind, operation: Operation<R>): Promise<R>;
}
