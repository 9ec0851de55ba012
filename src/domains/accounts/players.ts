import { nanoid } from "nanoid";
import { RequestError } from "../../errors.ts";
import type { SignUpBonuses } from "../../game/currencies.ts";
import { newPlayerId, objectIdOf, type PlayerId } from "../../ids.ts";
import type { SystemId } from "../../providers/provider.ts";
import { equals } from "../../store/equals.ts";
import { isDuplicateKey } from "../../store/errors.ts";
import type { Documents } from "../../store/store.ts";
import { accounts, type PlayerDocument } from "./collections.ts";
import { refusals } from "./refusals.ts";

export interface NewPlayer extends SignUpBonuses {
  userName: string;
  userNameSource?: SystemId | "DEVICE";
  displayName?: string | undefined;
  segments?: Record<string, string>;
  now: number;
}

/** Refuses a userName that is in use as USERNAME: TAKEN. One insert. */
export async function createPlayer(
  documents: Documents,
  player: NewPlayer,
  id = newPlayerId(),
): Promise<PlayerDocument> {
  const { otherCurrencies = {} } = player;
  const document: PlayerDocument = {
    _id: objectIdOf(id),
    userName: player.userName,
    ...(player.userNameSource && { userNameSource: player.userNameSource }),
    ...(player.displayName !== undefined && { displayName: player.displayName }),
    externalIds: {},
    accountVersion: 0,
    currencies: [...player.currencies],
    ...(Object.keys(otherCurrencies).length > 0 && { otherCurrencies: { ...otherCurrencies } }),
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
  return document;
}

export function userNameTaken(): RequestError {
  return new RequestError(refusals.USERNAME.TAKEN);
}

/** Returns `wanted`, followed by random characters if it is in use. */
export async function freeUserName(documents: Documents, wanted: string): Promise<string> {
  const taken = await accounts(documents).players.findOne({ userName: equals(wanted) }, { projection: { _id: 1 } });
  return taken ? `${wanted}-${nanoid(10)}` : wanted;
}

/** Refuses a player that was deleted during the session as `authentication: NOTAUTHORIZED`. */
export async function getPlayer(documents: Documents, id: PlayerId): Promise<PlayerDocument> {
  const player = await accounts(documents).players.findOne({ _id: objectIdOf(id) });
  if (!player) throw new RequestError(refusals.authentication.NOTAUTHORIZED);
  return player;
}

/** Minimum age of `lastSeen` before it is updated; the protocol's dates are whole minutes. */
const LAST_SEEN_MS = 60_000;

/**
 * Updates the player's `lastSeen` and sets segments; returns the player as it was before. One read, and one update if
 * `lastSeen` is more than a minute old or there are segments.
 */
export async function touchPlayer(
  documents: Documents,
  id: PlayerId,
  now: number,
  segments: Record<string, string> = {},
): Promise<PlayerDocument> {
  const player = await getPlayer(documents, id);
  const changes = Object.entries(segments);
  if (changes.length === 0 && now - player.lastSeen.getTime() < LAST_SEEN_MS) return player;
  const set: Record<string, unknown> = { lastSeen: new Date(now) };
  for (const [type, value] of changes) set[`segments.${type}`] = value;
  await accounts(documents).players.updateOne({ _id: player._id }, { $set: set });
  return player;
}
