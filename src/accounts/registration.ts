import { objectIdOf, type PlayerId } from "../ids.ts";
import type { Documents } from "../store/store.ts";
import { accounts } from "./collections.ts";
import { createPlayer, type NewPlayer } from "./players.ts";

/** Adds a player that logs in with a userName and password. Refuses USERNAME: TAKEN. Inside a transaction. */
export async function register(tx: Documents, player: NewPlayer, passwordHash: string): Promise<PlayerId> {
  const id = await createPlayer(tx, player);
  await accounts(tx).passwords.insertOne({ _id: objectIdOf(id), hash: passwordHash });
  return id;
}
