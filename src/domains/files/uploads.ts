import { randomBytes } from "node:crypto";
import type { ObjectId } from "bson";
import { objectIdOf, type PlayerId } from "../../ids.ts";
import { guard } from "../../store/guard.ts";
import type { Documents, Store } from "../../store/store.ts";

/** A file that was uploaded. */
export interface Upload {
  fileName: string;
  text: string;
}

interface UploadDocument extends Record<string, unknown> {
  /** 32 hex digits that nobody can guess. */
  _id: string;
  /** Null: it is nobody's. */
  playerId: ObjectId | null;
  fileName: string;
  /** JSON text: it may have members that a document may not. */
  metaData: string;
  text: string;
  when: Date;
  /** No script uploaded it: it was put into the delivery folder. */
  delivered?: true;
}

const uploads = (documents: Documents) => documents.collection<UploadDocument>("upload");

/**
 * Keeps a file and answers its id; undefined where the player, or nobody, has `most` already. One transaction: a count of
 * the player's files, and two writes.
 */
export async function addUpload(
  store: Store,
  file: Upload & { player: PlayerId | undefined; metaData: string; now: number },
  most: number,
): Promise<string | undefined> {
  const playerId = file.player === undefined ? null : objectIdOf(file.player);
  const theirs = { playerId, delivered: { $exists: false } };
  const { fileName, metaData, text, now } = file;
  const _id = newUploadId();
  return store.transaction(async (tx) => {
    await guard(tx, `upload:${file.player ?? ""}`);
    if ((await uploads(tx).countDocuments(theirs, { limit: most })) >= most) return undefined;
    await uploads(tx).insertOne({ _id, playerId, fileName, metaData, text, when: new Date(now) });
    return _id;
  });
}

/** Keeps a delivered file, which is nobody's and not counted as such, and answers its id. One write. */
export async function addDelivered(tx: Documents, { fileName, text }: Upload, now: number): Promise<string> {
  const _id = newUploadId();
  const when = new Date(now);
  await uploads(tx).insertOne({ _id, playerId: null, fileName, metaData: "null", text, when, delivered: true });
  return _id;
}

/** Deletes the oldest delivered files beyond `most`. Costs a look at the uploaded files that are nobody's. */
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

/** False where there is none. */
export async function deleteUpload(store: Store, uploadId: string): Promise<boolean> {
  return (await uploads(store).deleteOne({ _id: uploadId })).deletedCount > 0;
}

const newUploadId = () => randomBytes(16).toString("hex");
