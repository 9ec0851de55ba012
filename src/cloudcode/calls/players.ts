import { settingsOf } from "../../config.ts";
import {
  AccountsService,
  accounts,
  accountsSettings,
  applyScriptChanges,
  changeDetails,
  deletePlayer,
  friendIdsOf,
  hideOnLeaderboards,
  isHiddenOnLeaderboards,
  linkKey,
  MAX_PASSWORD_LENGTH,
  PasswordsBusy,
  PlayerChanged,
  provePassword,
  readScriptPlayer,
  revokeTokens,
  unlock,
  withChanges,
} from "../../domains/accounts/index.ts";
import { Messages } from "../../domains/messages/index.ts";
import { RequestError } from "../../errors.ts";
import { objectIdOf, type PlayerId, parsePlayerId, playerIdOf } from "../../ids.ts";
import { text } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, read, write, writeExactly } from "../../kernel/scripts/call.ts";
import { CallError, PlayerGone } from "../../kernel/scripts/errors.ts";
import { queryFromScript } from "../../kernel/scripts/values.ts";
import type { SystemId } from "../../providers/provider.ts";
import { playerInput } from "../player-input.ts";
import { readPlayerChanges } from "../result.ts";
import { writePlayers } from "./flush.ts";
import { playerFilter } from "./players-view.ts";

/** Players. Except for the first three calls, the first argument is a player's id. */
export const playerCalls: Record<string, Call> = {
  /** id; returns `PlayerInput` or null */
  "player.load": read(async (scope, [id]) => load(scope, parsePlayerId(id))),

  /** The run's own player, of which it has only the id: `PlayerInput`, or null if deleted after the run has written. */
  "player.own": {
    ...read(async (scope) => {
      const found = await load(scope, scope.player);
      const isGone = found === null && scope.player !== undefined;
      if (isGone && !scope.wroteBefore) throw new PlayerGone("The player was deleted.");
      return found;
    }),
    hasAnySize: true,
  },

  "player.loadByExternalId": read(async (scope, [system, external]) => {
    const key = linkKey(text(system, "externalSystem") as SystemId, text(external, "externalId"));
    const link = await accounts(scope.store).links.findOne({ _id: key }, { projection: { playerId: 1 } });
    return load(scope, link ? playerIdOf(link.playerId) : undefined);
  }),

  "player.friends": read(async ({ store }, [id]) => (await friendIdsOf(store, playerOf(id))).map(playerIdOf)),

  "player.online": read(async ({ presence }, [id]) => (await presence.online([playerOf(id)])).has(playerOf(id))),

  "player.matches": read(async ({ store, presence }, [id, query]) => {
    const wanted = await playerFilter(queryFromScript(query, "mongoQuery"), presence);
    const filter = { $and: [{ _id: objectIdOf(playerOf(id)) }, wanted] };
    return (await accounts(store).players.countDocuments(filter)) > 0;
  }),

  /** `PlayerOutput`. Changes by earlier scripts of the same request are written first. */
  "player.persist": writeExactly(async (scope, [id, output]) => {
    const { store } = scope;
    const changes = readPlayerChanges(output);
    if (changes === "unreadable") throw new CallError("SparkPlayer.persist: the changes are malformed.");
    if (changes === undefined) return;
    const player = playerOf(id);
    await writePlayers(scope);
    try {
      await store.transaction((tx) => applyScriptChanges(tx, player, changes, "merged"));
    } catch (error) {
      if (!(error instanceof PlayerChanged)) throw error;
      throw new CallError("SparkPlayer.persist: the player no longer has the amount that is to be taken away.");
    }
  }),

  /** password; returns whether it is right and the player is not locked. Failures count as failed logins. */
  "player.validatePassword": write(async ({ store, service, clock, config }, [id, password]) => {
    const { passwords } = service(AccountsService);
    const guess = { player: playerOf(id), password: text(password, "password"), now: clock.now() };
    try {
      await reportBusy(provePassword(store, passwords, guess, settingsOf(config, accountsSettings)));
      return true;
    } catch (error) {
      if (error instanceof RequestError) return false;
      throw error;
    }
  }),

  "player.setPassword": write(async ({ store, service, session }, [id, password]) => {
    const wanted = text(password, "password", MAX_PASSWORD_LENGTH);
    if (wanted === "") throw new CallError("SparkPlayer.setPassword: password must not be empty.");
    if (!wanted.isWellFormed()) throw new CallError("SparkPlayer.setPassword: password must be well-formed Unicode.");
    const player = playerOf(id);
    await mustExist(store, player);
    const newHash = await reportBusy(service(AccountsService).passwords.hash(wanted));
    await store.transaction((tx) => changeDetails(tx, player, { newHash }));
    service(Messages).terminateSessions(player, session?.connection);
  }),

  "player.unlock": write(({ store }, [id]) => unlock(store, playerOf(id))),

  "player.isHidden": read(({ store }, [id]) => isHiddenOnLeaderboards(store, playerOf(id))),

  "player.hide": write(({ store }, [id, hidden]) => hideOnLeaderboards(store, playerOf(id), hidden === true)),

  /** Sessions of all stages are terminated, but the player must exist on this one. */
  "player.resetAuthTokens": write(async ({ store, service, session }, [id]) => {
    const player = playerOf(id);
    await mustExist(store, player);
    await store.transaction((tx) => revokeTokens(tx, player));
    service(Messages).terminateSessions(player, session?.connection);
  }),

  "player.delete": write(async ({ store, clock, player }, [id]) => {
    const by = { door: "script", playerId: player } as const;
    return store.transaction((tx) => deletePlayer(tx, playerOf(id), { by, now: clock.now() }));
  }),
};

async function load(scope: CallScope, player: PlayerId | undefined): Promise<unknown> {
  const found = player && (await readScriptPlayer(scope.store, player));
  if (!found) return null;
  const { playerChanges, otherPlayers } = scope.unwritten?.changes ?? {};
  return playerInput(withChanges(found, player === scope.player ? playerChanges : otherPlayers?.[player]));
}

function playerOf(id: unknown): PlayerId {
  const player = parsePlayerId(id);
  if (player === undefined) throw new CallError("There is no such player.");
  return player;
}

async function mustExist(store: CallScope["store"], player: PlayerId): Promise<void> {
  const found = await accounts(store).players.findOne({ _id: objectIdOf(player) }, { projection: { _id: 1 } });
  if (!found) throw new CallError("The player was deleted.");
}

async function reportBusy<T>(hashing: Promise<T>): Promise<T> {
  try {
    return await hashing;
  } catch (error) {
    throw error instanceof PasswordsBusy ? new CallError("Too many passwords are being checked. Try again.") : error;
  }
}
