import type { ClientSession } from "mongodb";

export interface OperationOptions {
  session?: ClientSession;
  maxTimeMS?: number;
}

/** "make" creates collections and indexes, "drop" removes them. */
export type Kind = "read" | "write" | "make" | "drop";

export type Operation<R> = (options: OperationOptions) => Promise<R>;

export interface Scope {
  /**
   * Runs a driver operation and converts its errors to StoreError. A transaction creates a missing collection before
   * writing to it and refuses "make" and "drop".
   */
  run<R>(collection: string, kind: Kind, operation: Operation<R>): Promise<R>;
}
