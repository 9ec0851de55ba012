import type { ObjectId } from "bson";
import type { JobDocument } from "../../jobs/claim.ts";
import type { Documents } from "../../store/store.ts";

/** A module that will run later. Deleted when it has run. */
export interface ScheduleDocument extends JobDocument {
  _id: ObjectId;
  /** Unique name chosen by the script. Removed when the module starts, so that the module can reuse it. */
  key?: string;
  /** The key before the module started. */
  begunKey?: string;
  /** Cancelled after it started: it is not retried. */
  cancelled?: true;
  module: string;
  /** JSON text of an object or array, because documents do not allow all member names. */
  data: string;
  /** The player that the module runs as, if any. */
  playerId?: ObjectId;
  due: Date;
}

export const scheduleCollection = (documents: Documents) => documents.collection<ScheduleDocument>("schedule");
