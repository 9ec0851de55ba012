import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { Documents } from "../../store/store.ts";
import { record } from "../audit/index.ts";
import { deletePlayerProfile } from "../social/index.ts";
import { accounts } from "./collections.ts";
import { closeLinkAccount } from "./disconnect.ts";
import { unlock } from "./login.ts";
import { requestRevocation } from "./revocations.ts";

/**
 * Deletes a player's account: links with their tokens, password, devices, authTokens, friendships on both sides and
 * friend lists; its posts that wait to be sent are canceled. Jobs then revoke the tokens if their providers can. Device, userName and external accounts become
 * available again. Data that games store elsewhere is not deleted. Call in a transaction. Returns false if the player does not exist. Cost: one delete per document.
 */
export async function deletePlayer(
  tx: Documents,
  player: PlayerId,
  { by, now }: { by: Actor; now: number },
): Promise<boolean> {
  const { players, links, passwords, devices, tokens, friendships, externalFriends } = accounts(tx);
  const playerId = objectIdOf(player);
  const found = await players.findOneAndDelete({ _id: playerId });
  if (!found) return false;
  for (const link of await links.find({ playerId }).toArray()) {
    await requestRevocation(tx, link);
    await closeLinkAccount(tx, link, { by, now, reason: "player_deleted" });
  }
  await links.deleteMany({ playerId });
  await passwords.deleteOne({ _id: playerId });
  await devices.deleteMany({ playerId });
  await tokens.deleteMany({ playerId });
  await friendships.deleteMany({ players: playerId });
  await externalFriends.deleteMany({ playerId });
  await unlock(tx, player);
  await deletePlayerProfile(tx, player);
  await record(tx, { action: "player.deleted", by, now, player });
  return true;
}
