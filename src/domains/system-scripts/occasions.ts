import { nanoid } from "nanoid";
import type { Document, Documents, Filter, Store } from "../../store/store.ts";

/** What system scripts have run for, on one stage: a document for each script. */
export interface OccasionDocument {
  /** Of the script. */
  _id: string;
  /** The last time that it was due. */
  due?: Date;
  /** Of GS_GAME_PUBLISH: fingerprints of the game, the last one and those of late. */
  published?: string;
  seen?: string[];
  /** While it runs: who runs it, and until when nobody else does. */
  run?: string;
  until?: Date;
}

export const occasionCollection = (documents: Documents) =>
  documents.collection<OccasionDocument & Record<string, unknown>>("systemScript");

/** A script that one server runs alone. */
export interface Claim {
  /** Nobody else runs the script until then. */
  extend(until: Date): Promise<unknown>;
  /** Ends the claim with an update, within a transaction. @throws Lost */
  end(tx: Documents, update: Document): Promise<void>;
}

/** Another server took the script over. */
export class Lost extends Error {
  override name = "Lost";
}

/**
 * Claims a script for one run, of all servers that share the store. "over": its document says that the run was made;
 * "busy": somebody runs it at the moment. One update; where it is not to be had a read or two more.
 * @param ripe what the script's document says where the run was not made
 * @param begun set with the claim
 */
export async function claim(
  store: Store,
  script: string,
  { ripe, begun, now, until }: { ripe: Filter; begun: Document; now: Date; until: Date },
): Promise<Claim | "over" | "busy"> {
  const occasions = occasionCollection(store);
  const run = nanoid();
  const claimed = { ...begun, run, until };
  const free = { $or: [{ until: { $exists: false } }, { until: { $lte: now } }] };
  const { matchedCount } = await occasions.updateOne({ _id: script, ...ripe, ...free }, { $set: claimed });
  if (matchedCount === 0) {
    if (await occasions.findOne({ _id: script, ...ripe }, { projection: { _id: 1 } })) return "busy";
    const before = { $setOnInsert: claimed };
    if ((await occasions.updateOne({ _id: script }, before, { upsert: true })).upsertedCount === 0) return "over";
  }
  const mine = { _id: script, run };
  return {
    extend: (further) => occasions.updateOne(mine, { $set: { until: further } }),
    async end(tx, update) {
      const { $unset, ...others } = update as { $unset?: Document };
      const ended = { ...others, $unset: { ...$unset, run: "", until: "" } };
      const { matchedCount: found } = await occasionCollection(tx).updateOne(mine, ended);
      if (found === 0) throw new Lost(`${script} was taken over by another server before it was done.`);
    },
  };
}
