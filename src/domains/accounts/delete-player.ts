import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { accounts } from "./collections.ts";
import { unlock } from "./login.ts";

/**
 * Deletes a player with everything that is the account's: links and their tokens, password, devices, authTokens,
 * friendships on both sides, friend lists. Inside a transaction; answers false where there was none. Cost: a delete for
 * each of these documents. What games keep of the player elsewhere stays. The device, userName and external accounts are
 * free again.
 */
export async function deletePlayer(tx: Documents, player: PlayerId): Promise<boolean> {
  const { players, links, passwords, devices, tokens, friendships, externalFriends } = accounts(tx);
  const playerId = objectIdOf(player);
  const found = await players.findOneAndDelete({ _id: playerId });
  if (!found) return false;
  await links.deleteMany({ playerId });
  await passwords.deleteOne({ _id: playerId });
  await devices.deleteMany({ playerId });
  await tokens.deleteMany({ playerId });
  await friendships.deleteMany({ players: playerId });
  await externalFriends.deleteMany({ playerId });
  await unlock(tx, player);
  return true;
}
