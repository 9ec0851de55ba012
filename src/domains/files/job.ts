import type { JobDocument } from "../../jobs/claim.ts";
import type { Store } from "../../store/store.ts";
import type { FoundFile, Outcome } from "./folder.ts";

/** A delivered file that the script is to run for, until it is moved away. */
export interface DeliveryJob extends JobDocument {
  /** The file's name and signature: two deliveries never have the same. */
  _id: string;
  /** Its content, once that is kept. */
  uploadId?: string;
  /** The script has run: all that is left is to move the file. */
  outcome?: Outcome;
}

/** One whose file was taken away meanwhile is deleted this long after it was due. */
export const FORGOTTEN_SECONDS = 86_400;

export const deliveryId = ({ name, signature }: FoundFile) => `${name} ${signature}`;

/**
 * Adds the jobs of files that have none, so that they run in the order of `files`: a millisecond apart, all of them due.
 * Costs a read, and a write where there are new files.
 */
export async function addJobs(store: Store, files: readonly FoundFile[], now: number): Promise<void> {
  const jobs = store.collection("fileDelivery");
  const known = new Set(await jobs.distinct("_id", { _id: { $in: files.map(deliveryId) } }));
  const planned = files.map((file, i) => ({ _id: deliveryId(file), due: new Date(now - files.length + i) }));
  const missing = planned.filter(({ _id }) => !known.has(_id));
  if (missing.length === 0) return;
  await jobs.bulkWrite(
    missing.map(({ _id, due }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: { due } }, upsert: true },
    })),
  );
}
