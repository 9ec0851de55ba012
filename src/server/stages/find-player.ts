import { accounts } from "../../domains/accounts/index.ts";
import { objectIdOf, type PlayerId, parsePlayerId } from "../../ids.ts";
import type { Store } from "../../store/store.ts";
import type { Call, Services } from "../call.ts";
import { notAuthenticated, playerIdRequired, unknownPlayer } from "../refusals.ts";

/** The session's player, or for a credential without a player the one named in the request, which costs a read. */
export async function findPlayer(_services: Services, call: Call): Promise<void> {
  const { caller, frame, known } = call;
  const ownPlayer = caller.credential.canHavePlayer;
  call.player = ownPlayer ? caller.player : await existingPlayer(call.store, frame.playerId);
  if (known.caller === "player" && call.player === undefined) throw ownPlayer ? notAuthenticated() : playerIdRequired();
}

export async function existingPlayer(store: Store, named: unknown): Promise<PlayerId | undefined> {
  if (named === undefined || named === null || named === "") return undefined;
  const player = parsePlayerId(named);
  if (player === undefined) throw unknownPlayer();
  const found = await accounts(store).players.findOne({ _id: objectIdOf(player) }, { projection: { _id: 1 } });
  if (!found) throw unknownPlayer();
  return player;
}
