import type { ObjectId } from "bson";
import type { JobDocument } from "../../jobs/claim.ts";
import type { Documents } from "../../store/store.ts";

/** A module that is to run later. Deleted when it has run. */
export interface ScheduleDocument extends JobDocument {
  _id: ObjectId;
  /** The game's own name for it, unique. Absent once it has begun, so that the module can plan itself again. */
  key?: string;
  /** The key that it had before it began. */
  begunKey?: string;
  /** It was cancelled after it had begun: it does not begin again. */
  cancelled?: true;
  module: string;
  /** JSON text of an object or array: it may have members that a document may not. */
  data: string;
  /** As whom it runs; absent: as nobody. */
  playerId?: ObjectId;
  due: Date;
}

export const scheduleCollection = (documents: Documents) => documents.collection<ScheduleDocument>("schedule");
