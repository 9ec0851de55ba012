import type { Documents, Writable } from "../../store/store.ts";

export interface CallRecord {
  /** Identifies the call and its arguments. A run that makes a different call at this position cannot be resumed. */
  about: string;
  /** The result as text. Absent if it was too large or contains a secret. */
  answer?: string;
  /** The call wrote the player changes of the request's earlier scripts. */
  flushed?: true;
}

/**
 * The recorded calls of a durable request's scripts. After a crash the scripts run again: calls up to the last recorded
 * write return their recorded results instead of running, so writes happen once. Reads are recorded with the next
 * write.
 */
export interface CallJournal {
  /** Number of calls made or replayed. */
  readonly position: number;
  /**
   * Returns the recorded call at the current position and moves past it. Undefined if the call must be executed.
   * @throws CallLimitError if a different call was recorded here, or its result was not stored
   */
  replay(about: string): (CallRecord & { answer: string }) | undefined;
  /** Records a call that wrote nothing; stored with the next write. */
  note(record: CallRecord): void;
  /**
   * Executes a call that writes. Its writes through `tx`, its record and the pending records are one transaction of
   * `writable`.
   * @throws CallLimitError if another server has taken over the request; nothing is written then
   */
  write(writable: Pick<Writable, "transaction">, work: (tx: Documents) => Promise<CallRecord>): Promise<CallRecord>;
  /** Moves back to a position, because the scripts from there run again. Stored records are kept. */
  rewind(position: number): void;
  /** The durable id for a request that the next call may send. */
  idOfNested(): string;
}
