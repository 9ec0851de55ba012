import type { JobDocument } from "../../jobs/claim.ts";
import type { Store } from "../../store/store.ts";

/** The runs of one system script on one stage: the job is always there, and each run plans the next one. */
export interface SystemScriptJob extends JobDocument {
  /** The script's name. */
  _id: string;
  /** Of a timed script: the time that its next run, or the one that began, is for. */
  mark?: Date;
  /** Of GS_GAME_PUBLISH: the fingerprint of the game that was published last, and those of late. */
  published?: string;
  seen?: string[];
}

export const systemScriptCollection = (store: Store) =>
  store.collection<SystemScriptJob & Record<string, unknown>>("systemScript");

/** Adds the script's job where the stage has none yet. One write. */
export async function addJob(store: Store, script: string, planned: { due: Date; mark?: Date }): Promise<void> {
  await systemScriptCollection(store).updateOne({ _id: script }, { $setOnInsert: planned }, { upsert: true });
}
