import type { PlayerId } from "../../ids.ts";
import { isDuplicateKey } from "../../store/errors.ts";
import type { Documents } from "../../store/store.ts";
import { accounts } from "./collections.ts";
import { deactivateDevices } from "./devices.ts";
import { type ProvenPassword, requireUnchangedPassword } from "./login.ts";
import { getPlayer, userNameTaken } from "./players.ts";
import { revokeTokens } from "./tokens.ts";

export interface DetailsChange {
  displayName?: string | undefined;
  language?: string | undefined;
  userName?: string | undefined;
  /** PHC string of the new password. */
  newHash?: string | undefined;
  /** The verified old password: the change is refused if it has changed since. */
  proven?: ProvenPassword | undefined;
}

/**
 * Changes the given details. Call in a transaction. Once a player has a chosen userName and a password, its devices can
 * no longer log in; without a password they can, so that nobody is locked out. A new password revokes all authTokens;
 * the caller signs out the player's other sockets. Refuses USERNAME: TAKEN and DETAILS: UNRECOGNISED.
 */
export async function changeDetails(tx: Documents, player: PlayerId, change: DetailsChange): Promise<void> {
  const { players, passwords } = accounts(tx);
  const account = await getPlayer(tx, player);
  const stored = await passwords.findOne({ _id: account._id });
  if (change.proven) await requireUnchangedPassword(tx, change.proven);

  const renamed = change.userName !== undefined && change.userName !== account.userName;
  const set = {
    ...(change.displayName !== undefined && { displayName: change.displayName }),
    ...(change.language !== undefined && { language: change.language }),
    ...(renamed && { userName: change.userName }),
  };
  const login = renamed || change.newHash !== undefined;
  const update = {
    ...(Object.keys(set).length > 0 && { $set: set }),
    ...(renamed && account.userNameSource && { $unset: { userNameSource: "" } }),
    ...(login && { $inc: { accountVersion: 1 } }),
  };
  try {
    if (Object.keys(update).length > 0) await players.updateOne({ _id: account._id }, update);
  } catch (error) {
    throw isDuplicateKey(error) ? userNameTaken() : error;
  }
  if (change.newHash !== undefined) {
    await passwords.replaceOne({ _id: account._id }, { hash: change.newHash }, { upsert: true });
    await revokeTokens(tx, player);
  }
  const chosenName = renamed || account.userNameSource === undefined;
  const hasPassword = change.newHash !== undefined || stored !== null;
  if (login && chosenName && hasPassword) await deactivateDevices(tx, player);
}
