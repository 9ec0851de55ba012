import { Type } from "@sinclair/typebox";
import {
  changeDetails,
  deletePlayer,
  MAX_PASSWORD_LENGTH,
  revokeTokens,
  unlock,
} from "../../../domains/accounts/index.ts";
import { record } from "../../../domains/audit/index.ts";
import { Messages } from "../../../domains/messages/index.ts";
import type { PlayerId } from "../../../ids.ts";
import { player } from "../arguments.ts";
import { defineOperation, type OperationContext, OperationRefused } from "../operation.ts";
import { confirmationOf, playerNamed } from "./player.ts";

export const setPlayerPassword = defineOperation({
  name: "players password",
  summary: "Sets a player's password, unlocks the player, and signs the player out everywhere.",
  work: "write",
  role: "support",
  arguments: Type.Object({
    id: player,
    password: Type.String({
      description: "The new password.",
      minLength: 1,
      maxLength: MAX_PASSWORD_LENGTH,
      wanted: `1 to ${MAX_PASSWORD_LENGTH} characters`,
    }),
  }),
  positional: "id",
  prepare: ({ passwords }, { password }) => passwords.hash(password),
  async run({ documents, by, now }, { id }, newHash) {
    const { userName, userNameSource } = await playerNamed(documents, id);
    await changeDetails(documents, id as PlayerId, { newHash });
    await unlock(documents, id as PlayerId);
    await record(documents, { action: "player.password", by, now, player: id as PlayerId });
    return { id, userName, ...(userNameSource !== undefined && { userNameSource }) };
  },
  after: signOut,
});

export const signOutPlayer = defineOperation({
  name: "players sign-out",
  summary: "Ends a player's sessions: signs out its sockets on this server and revokes its authTokens.",
  work: "write",
  role: "support",
  arguments: Type.Object({ id: player }),
  positional: "id",
  async run({ documents, by, now }, { id }) {
    await playerNamed(documents, id);
    await revokeTokens(documents, id as PlayerId);
    await record(documents, { action: "player.signed_out", by, now, player: id as PlayerId });
    return { id, signedOut: true };
  },
  after: signOut,
});

export const removePlayer = defineOperation({
  name: "players delete",
  summary: "Deletes a player's account for good. Data that the game stores elsewhere is not deleted.",
  work: "write",
  role: "admin",
  arguments: Type.Object({
    id: player,
    name: Type.String({
      description: "The player's displayName, or the userName of a player without one, to confirm.",
      minLength: 1,
      maxLength: 1_000,
      wanted: "the player's displayName, or the userName of a player without one",
    }),
  }),
  positional: "id",
  async run({ documents, by, now }, { id, name }) {
    const found = await playerNamed(documents, id);
    if (name !== confirmationOf(found)) {
      const which = found.displayName ? "displayName" : "userName";
      throw new OperationRefused(`This is not the player's ${which}. Nothing was deleted.`);
    }
    await deletePlayer(documents, id as PlayerId, { by, now });
    return { id, deleted: true };
  },
  after: signOut,
});

/** Sockets of other servers keep their player until they send a request. */
function signOut({ server }: OperationContext, { id }: { id: string }): void {
  server?.service(Messages).terminateSessions(id as PlayerId);
}
