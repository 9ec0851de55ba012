import type { ObjectId } from "bson";
import type { Documents } from "../../store/store.ts";

/** A module that is to run later. Deleted when it has run. */
export interface ScheduleDocument {
  _id: ObjectId;
  /** The game's own name for it, of which there is one at a time. Gone once it has begun, so that it may plan itself anew. */
  key?: string;
  /** The key that it had before it was begun. */
  begunKey?: string;
  /** It was cancelled after it was begun: it is not begun again. */
  cancelled?: true;
  module: string;
  /** JSON text of an object or array: it may have members that a document may not. */
  data: string;
  /** As whom it runs; absent: as nobody. */
  playerId?: ObjectId;
  /** When it is to begin. Once it has begun: when somebody else may take it over, as who ran it must be gone. */
  due: Date;
  /** How often it was begun. Whoever begins it next counts on, and from then on it is no longer the one's before. */
  begun: number;
}

export const scheduleCollection = (documents: Documents) =>
  documents.collection<ScheduleDocument & Record<string, unknown>>("schedule");
