import type { JobDocument } from "../../jobs/claim.ts";
import type { Store } from "../../store/store.ts";

/** The runs of one system script on one stage. The job is never deleted; each run schedules the next. */
export interface SystemScriptJob extends JobDocument {
  _id: string;
  /** For a timed script: the start of the period of the current or next run. */
  mark?: Date;
  /** For GS_GAME_PUBLISH: the last published fingerprint, and the most recent ones. */
  published?: string;
  seen?: string[];
}

export const systemScriptCollection = (store: Store) =>
  store.collection<SystemScriptJob & Record<string, unknown>>("systemScript");

export async function addJob(store: Store, script: string, job: { due: Date; mark?: Date }): Promise<void> {
  await systemScriptCollection(store).updateOne({ _id: script }, { $setOnInsert: job }, { upsert: true });
}
