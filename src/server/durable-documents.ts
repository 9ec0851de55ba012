import { defineDomain } from "../kernel/domain.ts";
import type { CallRecord } from "../kernel/scripts/journal.ts";
import type { Documents } from "../store/store.ts";

/** A durable request of a player, or of a script within a durable request. */
export interface DurableRequestDocument extends Record<string, unknown> {
  /** `playerId:requestId`; for a script's request see `DurableJournal.idOfNested`. */
  _id: string;
  /** The attempt that has claimed it. Absent if unclaimed. */
  owner?: string;
  lease?: Date;
  /** The outcome as JSON text, since some members are not valid in documents. Absent until the work is done. */
  outcome?: string;
  /** False until the response script has run. */
  answered: boolean;
  expires: Date;
}

/** One recorded call of a durable request's script. Deleted with the outcome. */
export interface DurableCallDocument extends CallRecord, Record<string, unknown> {
  request: string;
  /** Counts from 0 over the scripts before the outcome, and again over those after it. */
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
