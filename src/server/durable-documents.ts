import { defineDomain } from "../kernel/domain.ts";
import type { CallRecord } from "../kernel/scripts/journal.ts";
import type { Documents } from "../store/store.ts";

/** A durable request of a player, or of a script that a durable request started. */
export interface DurableRequestDocument extends Record<string, unknown> {
  /** `playerId:requestId`; of a script's request, which call it is of which request (`DurableJournal.idOfNested`). */
  _id: string;
  /** The attempt that works on it. Absent where none does. */
  owner?: string;
  /** The claim has expired from then on. */
  lease?: Date;
  /** The outcome as JSON text, which keeps members that a document may not have. Absent until the work is done. */
  outcome?: string;
  /** False while the response script has still to run. */
  answered: boolean;
  expires: Date;
}

/** One call that a script of a durable request made, and its answer. Deleted with the outcome. */
export interface DurableCallDocument extends CallRecord, Record<string, unknown> {
  request: string;
  /** Counted from 0 over all scripts of the request that run before its outcome, and again over those after it. */
  n: number;
  expires: Date;
}

export const durableRequests = (documents: Documents) => documents.collection<DurableRequestDocument>("durableRequest");

export const durableCalls = (documents: Documents) => documents.collection<DurableCallDocument>("durableRequestCall");

export const durableRequestsDomain = defineDomain({
  name: "durable-requests",
  collections: [
    { name: "durableRequest", indexes: [[{ expires: 1 }, { expireAfterSeconds: 0 }]] },
    {
      name: "durableRequestCall",
      indexes: [
        [{ expires: 1 }, { expireAfterSeconds: 0 }],
        [{ request: 1, n: 1 }, { unique: true }],
      ],
    },
  ],
});
