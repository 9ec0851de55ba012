import { nanoid } from "nanoid";
import { isDuplicateKey } from "../../store/errors.ts";
import type { Documents, Store } from "../../store/store.ts";
import type { FoundFile, Outcome } from "./folder.ts";

/** A delivered file that somebody works on, until it is moved away. */
export interface DeliveryDocument {
  /** The file's name and signature: two deliveries never have the same. */
  _id: string;
  /** Who works on it, and until when nobody else does. */
  run: string;
  until: Date;
  /** How often that was begun. */
  begun: number;
  /** Its content, once that is kept. */
  uploadId?: string;
  /** The script has run: all that is left is to move the file. */
  outcome?: Outcome;
}

const deliveries = (documents: Documents) =>
  documents.collection<DeliveryDocument & Record<string, unknown>>("fileDelivery");

/** One whose file was taken away meanwhile is forgotten after this long. */
export const FORGOTTEN_SECONDS = 86_400;

/** A file that one server works on. */
export interface DeliveryClaim {
  begun: number;
  uploadId: string | undefined;
  /** Nobody else works on it until then. */
  extend(until: Date): Promise<unknown>;
  /** @throws Lost */
  keep(tx: Documents, uploadId: string): Promise<void>;
  /** The script is over: it does not run again for this file. @throws Lost */
  end(tx: Documents, outcome: Outcome): Promise<void>;
  /** The script could not run: whoever comes next begins anew. @throws Lost */
  release(tx: Documents, now: Date): Promise<void>;
  /** The file is gone. */
  drop(): Promise<unknown>;
}

/** Another server took the file over. */
export class Lost extends Error {
  override name = "Lost";
}

/**
 * Claims a file, of all servers that see it and share the store. "busy": another works on it; an outcome: its script has
 * run. One write; where it is not to be had, a write and a read more.
 */
export async function claimDelivery(
  store: Store,
  file: FoundFile,
  { now, until }: { now: Date; until: Date },
): Promise<DeliveryClaim | Outcome | "busy"> {
  const _id = keyOf(file);
  const run = nanoid();
  let claimed: DeliveryDocument | null = { _id, run, until, begun: 1 };
  try {
    await deliveries(store).insertOne({ ...claimed });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    claimed = await deliveries(store).findOneAndUpdate(
      { _id, until: { $lte: now }, outcome: { $exists: false } },
      { $set: { run, until }, $inc: { begun: 1 } },
      { returnDocument: "after" },
    );
  }
  if (!claimed) return (await deliveries(store).findOne({ _id }))?.outcome ?? "busy";
  const mine = { _id, run, outcome: { $exists: false } };
  const update = async (tx: Documents, change: Record<string, unknown>) => {
    const { matchedCount } = await deliveries(tx).updateOne(mine, change);
    if (matchedCount === 0) throw new Lost(`${file.name} was taken over by another server before it was done.`);
  };
  return {
    ...{ begun: claimed.begun, uploadId: claimed.uploadId },
    extend: (further) => deliveries(store).updateOne(mine, { $set: { until: further } }),
    keep: (tx, uploadId) => update(tx, { $set: { uploadId } }),
    end: (tx, outcome) => update(tx, { $set: { outcome } }),
    release: (tx, at) => update(tx, { $set: { until: at }, $inc: { begun: -1 } }),
    drop: () => deliveries(store).deleteOne(mine),
  };
}

/** The file whose script has run could not be moved yet: that is not forgotten. */
export async function rememberDelivery(store: Store, file: FoundFile, now: Date): Promise<void> {
  await deliveries(store).updateOne({ _id: keyOf(file) }, { $set: { until: now } });
}

/** The file is moved away. */
export async function forgetDelivery(store: Store, file: FoundFile): Promise<void> {
  await deliveries(store).deleteOne({ _id: keyOf(file) });
}

const keyOf = ({ name, signature }: FoundFile) => `${name} ${signature}`;
