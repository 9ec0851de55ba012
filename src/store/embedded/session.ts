import type { Clock } from "../../clock.ts";
import { StoreError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import type { Evaluators } from "./evaluators.ts";
import type { Steps, Turns } from "./turns.ts";

/** Who a collection works for: the store at large, or one transaction. */
export interface Session {
  readonly turns: Turns;
  readonly clock: Clock;
  readonly evaluators: Evaluators;
  /** Others wait for it: what it has evaluated comes first. */
  readonly isUrgent: boolean;
  /** Where reads read now; throws once a transaction is over. */
  reading(): Connection;
  /** The writer's connection; throws once a write may no longer go on. */
  writing(): Connection;
  /** Each makes its steps inside, so that a refusal there counts as the operation's. */
  read<R>(work: () => Steps<R>): Promise<R>;
  write<R>(work: () => Steps<R>): Promise<R>;
  /** A change of collections or indexes, alone and all or nothing. */
  define<R>(work: () => Steps<R>): Promise<R>;
}

/** Anything but a refusal comes from SQLite: a full disk, a broken file. */
export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError("UNAVAILABLE", `The database file cannot be used: ${(error as Error).message}.`, {}, error);
}
