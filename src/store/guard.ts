import type { Documents, Store } from "./store.ts";

/**
 * Makes transactions that rely on the same documents conflict even if they write different ones, such as those that
 * count a player's documents and add one. One of them commits, the others run again. Costs one write, and one permanent
 * document per name. Call before reading.
 */
export async function guard(tx: Documents, name: string): Promise<void> {
  // Must change something: MongoDB detects no conflict in a write that leaves the document unchanged.
  await guards(tx).updateOne({ _id: name }, { $inc: { count: 1 } }, { upsert: true });
}

export async function prepareGuards(store: Store): Promise<void> {
  await guards(store).create();
}

const guards = (documents: Documents) => documents.collection("guard");
