import type { Documents, Writable } from "../../store/store.ts";

/** A call that a script made, and how it was answered. */
export interface CallRecord {
  /** What was called, and on what: a run that makes another call at this place cannot be continued. */
  about: string;
  /** The text of the answer; absent where it was too large to keep, or has a secret. */
  answer?: string;
  /** What earlier scripts of the request had changed of players was written by it. */
  flushed?: true;
}

/**
 * The calls of a durable request's scripts. After a kill the scripts run again, and each call up to the last recorded
 * write is answered as it was and not carried out again; so what they write happens once. What scripts read is recorded
 * with the next write: where none followed, nothing depends on it yet.
 */
export interface CallJournal {
  /** How many calls were made or replayed. */
  readonly position: number;
  /**
   * The record of the next call, which is passed by that; undefined where the call is to be carried out.
   * @throws CallLimitError where another call was made at this place, or its answer was not kept
   */
  replay(about: string): (CallRecord & { answer: string }) | undefined;
  /** Records a call that wrote nothing; on disk with the next write. */
  note(record: CallRecord): void;
  /**
   * Carries out a call that writes. What it writes through `tx`, its record and those noted before are one transaction of
   * `writable`.
   * @throws CallLimitError where another server has taken the request over; nothing is written then
   */
  write(writable: Pick<Writable, "transaction">, work: (tx: Documents) => Promise<CallRecord>): Promise<CallRecord>;
  /** Goes back to a position, as the scripts from there run again. What was recorded on disk stays. */
  rewind(position: number): void;
  /** The id of the durable request that the next call sends, if it sends one. */
  idOfNested(): string;
}
