import type { Clock } from "../../clock.ts";
import { StoreError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import type { Evaluators } from "./evaluators.ts";
import type { Steps, Turns } from "./turns.ts";

export interface Session {
  readonly turns: Turns;
  readonly clock: Clock;
  readonly evaluators: Evaluators;
  /** Other writes wait for it, so its evaluations go first. */
  readonly isUrgent: boolean;
  /** The connection to read from. Throws after the end of a transaction. */
  reading(): Connection;
  /** The writer's connection. Throws if writing is no longer possible. */
  writing(): Connection;
  /** Each creates its steps inside, so that invalid arguments fail the operation. */
  read<R>(work: () => Steps<R>): Promise<R>;
  write<R>(work: () => Steps<R>): Promise<R>;
  /** Changes collections or indexes, exclusively and atomically. */
  define<R>(work: () => Steps<R>): Promise<R>;
}

/** Errors other than StoreError come from SQLite: a full disk, a broken file. */
export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError("UNAVAILABLE", `The database file is not usable: ${(error as Error).message}.`, {}, error);
}
