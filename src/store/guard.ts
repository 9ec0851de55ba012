import type { Documents, Store } from "./store.ts";

/**
 * Makes transactions that rely on the same documents meet, where each of them would write others: such as those that
 * count what a player has and add one more. Of transactions that guard one name at once one is done, and the others are
 * run again on what it wrote. One write, before anything is read; a document for each name stays.
 */
export async function guard(tx: Documents, name: string): Promise<void> {
  // The write must change something: MongoDB does not see a conflict in one that leaves the document as it is.
  await guards(tx).updateOne({ _id: name }, { $inc: { count: 1 } }, { upsert: true });
}

export async function prepareGuards(store: Store): Promise<void> {
  await guards(store).create();
}

const guards = (documents: Documents) => documents.collection("guard");
