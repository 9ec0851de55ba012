import { nanoid } from "nanoid";
import { RequestError } from "../errors.ts";
import { newPlayerId, objectIdOf, type PlayerId } from "../ids.ts";
import type { SystemId } from "../providers/provider.ts";
import { isDuplicateKey } from "../store/errors.ts";
import type { Documents } from "../store/store.ts";
import { accounts, type PlayerDocument } from "./collections.ts";

export interface NewPlayer {
  userName: string;
  userNameSource?: SystemId | "DEVICE";
  displayName?: string | undefined;
  segments?: Record<string, string>;
  /** What a new player owns of currencies 1 to 6. */
  currencies: readonly number[];
  now: number;
}

/** Adds a player. Refuses a userName that is in use as USERNAME: TAKEN. */
export async function createPlayer(documents: Documents, player: NewPlayer, id = newPlayerId()): Promise<PlayerId> {
  const document: PlayerDocument = {
    _id: objectIdOf(id),
    userName: player.userName,
    ...(player.userNameSource && { userNameSource: player.userNameSource }),
    ...(player.displayName !== undefined && { displayName: player.displayName }),
    externalIds: {},
    accountVersion: 0,
    currencies: [...player.currencies],
    virtualGoods: {},
    achievements: [],
    segments: { ...player.segments },
    scriptData: {},
    privateData: {},
    creationDate: new Date(player.now),
    lastSeen: new Date(player.now),
  };
  try {
    await accounts(documents).players.insertOne({ ...document });
  } catch (error) {
    throw isDuplicateKey(error) ? userNameTaken() : error;
  }
  return id;
}

export function userNameTaken(): RequestError {
  return new RequestError({ USERNAME: "TAKEN" });
}

/** `wanted`, or where a player has chosen just that name, the same with a few random characters after it. */
export async function freeUserName(documents: Documents, wanted: string): Promise<string> {
  const taken = await accounts(documents).players.findOne({ userName: wanted }, { projection: { _id: 1 } });
  return taken ? `${wanted}-${nanoid(10)}` : wanted;
}

/** The player's document. A player that was deleted under an open session is refused as not authenticated. */
export async function getPlayer(documents: Documents, id: PlayerId): Promise<PlayerDocument> {
  const player = await accounts(documents).players.findOne({ _id: objectIdOf(id) });
  if (!player) throw new RequestError({ authentication: "NOTAUTHORIZED" });
  return player;
}

/** Notes that the player is here now, with segment values that came with the request. One update. */
export async function welcome(
  documents: Documents,
  id: PlayerId,
  now: number,
  segments: Record<string, string> = {},
): Promise<void> {
  const set: Record<string, unknown> = { lastSeen: new Date(now) };
  for (const [type, value] of Object.entries(segments)) set[`segments.${type}`] = value;
  await accounts(documents).players.updateOne({ _id: objectIdOf(id) }, { $set: set });
}
