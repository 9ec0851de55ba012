import type { Documents } from "../../store/store.ts";
import { accounts, type PlayerDocument } from "./collections.ts";
import { createPlayer, type NewPlayer } from "./players.ts";

/** Creates a player with a userName and password. Refuses USERNAME: TAKEN. Call in a transaction. */
export async function register(tx: Documents, player: NewPlayer, passwordHash: string): Promise<PlayerDocument> {
  const created = await createPlayer(tx, player);
  await accounts(tx).passwords.insertOne({ _id: created._id, hash: passwordHash });
  return created;
}
