import type { JobDocument } from "../../jobs/claim.ts";
import type { Store } from "../../store/store.ts";
import type { FoundFile, Outcome } from "./folder.ts";

/** A delivered file, until the script has run for it and it is moved. */
export interface DeliveryJob extends JobDocument {
  /** The file's name and signature, which are unique per delivery. */
  _id: string;
  uploadId?: string;
  /** Set when the script has run and the file has only to be moved. */
  outcome?: Outcome;
}

/** A job whose file was removed by someone else is deleted this long after it was due. */
export const FORGOTTEN_SECONDS = 86_400;

export const deliveryId = ({ name, signature }: FoundFile) => `${name} ${signature}`;

/**
 * Adds a due job for each file that has none. Their times differ by a millisecond, so they run in the order of `files`.
 * Cost: one read, and one write if there are new files.
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
