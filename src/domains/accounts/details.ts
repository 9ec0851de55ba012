import type { PlayerId } from "../../ids.ts";
import { isDuplicateKey } from "../../store/errors.ts";
import type { Documents } from "../../store/store.ts";
import { accounts } from "./collections.ts";
import { retireDevices } from "./devices.ts";
import { mustStillHold, type Proven } from "./login.ts";
import { getPlayer, userNameTaken } from "./players.ts";
import { revokeTokens } from "./tokens.ts";

export interface DetailsChange {
  displayName?: string | undefined;
  language?: string | undefined;
  userName?: string | undefined;
  /** PHC string of the new password. */
  newHash?: string | undefined;
  /** What the old password was checked against: the change is refused where another one is in force now. */
  proven?: Proven | undefined;
}

/**
 * Changes what is given and leaves the rest; all or nothing, inside a transaction. A userName that was derived from a
 * profile or device stops being so when another is chosen. A player that has a chosen userName and a password
 * is upgraded: its devices log in no more. One without a password keeps them, so that nobody is locked out. A new
 * password ends every authToken; the caller signs the player's other sockets out.
 * Refuses USERNAME: TAKEN and DETAILS: UNRECOGNISED.
 */
export async function changeDetails(tx: Documents, player: PlayerId, change: DetailsChange): Promise<void> {
  const { players, passwords } = accounts(tx);
  const account = await getPlayer(tx, player);
  const stored = await passwords.findOne({ _id: account._id });
  if (change.proven) await mustStillHold(tx, change.proven);

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
  if (login && chosenName && hasPassword) await retireDevices(tx, player);
}
