import { randomBytes } from "node:crypto";
import type { ObjectId } from "bson";
import { objectIdOf, type PlayerId } from "../../ids.ts";
import { guard } from "../../store/guard.ts";
import type { Documents, Store } from "../../store/store.ts";

export interface Upload {
  fileName: string;
  text: string;
}

interface UploadDocument extends Record<string, unknown> {
  /** 32 random hex digits. */
  _id: string;
  /** Null if the file has no player. */
  playerId: ObjectId | null;
  fileName: string;
  /** JSON text, because documents do not allow all member names. */
  metaData: string;
  text: string;
  when: Date;
  /** Set if the file came from the delivery folder and not from a script. */
  delivered?: true;
}

const uploads = (documents: Documents) => documents.collection<UploadDocument>("upload");

/**
 * Stores a file and returns its id, or undefined if the player has `most` files. Files without a player count together.
 * One transaction: a count of the player's files and two writes.
 */
export async function addUpload(
  store: Store,
  file: Upload & { player: PlayerId | undefined; metaData: string; now: number },
  most: number,
): Promise<string | undefined> {
  const playerId = file.player === undefined ? null : objectIdOf(file.player);
  const own = { playerId, delivered: { $exists: false } };
  const { fileName, metaData, text, now } = file;
  const _id = newUploadId();
  return store.transaction(async (tx) => {
    await guard(tx, `upload:${file.player ?? ""}`);
    if ((await uploads(tx).countDocuments(own, { limit: most })) >= most) return undefined;
    await uploads(tx).insertOne({ _id, playerId, fileName, metaData, text, when: new Date(now) });
    return _id;
  });
}

/** Stores a delivered file, which does not count towards the limit of `addUpload`, and returns its id. One write. */
export async function addDelivered(tx: Documents, { fileName, text }: Upload, now: number): Promise<string> {
  const _id = newUploadId();
  const when = new Date(now);
  await uploads(tx).insertOne({ _id, playerId: null, fileName, metaData: "null", text, when, delivered: true });
  return _id;
}

/** Deletes the oldest delivered files beyond `most`. Cost: reads all files without a player. */
export async function deleteOldDelivered(store: Store, most: number): Promise<void> {
  const delivered = { playerId: null, delivered: true };
  const order = { sort: { when: -1, _id: 1 }, skip: most, projection: { _id: 1 } } as const;
  const old = await uploads(store).find(delivered, order).toArray();
  if (old.length > 0) await uploads(store).deleteMany({ _id: { $in: old.map(({ _id }) => _id) } });
}

export async function findUpload(store: Store, uploadId: string): Promise<Upload | undefined> {
  const found = await uploads(store).findOne({ _id: uploadId });
  return found ? { fileName: found.fileName, text: found.text } : undefined;
}

export async function deleteUpload(store: Store, uploadId: string): Promise<boolean> {
  return (await uploads(store).deleteOne({ _id: uploadId })).deletedCount > 0;
}

const newUploadId = () => randomBytes(16).toString("hex");
