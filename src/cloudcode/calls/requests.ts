import { accounts } from "../../domains/accounts/index.ts";
import { objectIdOf, type PlayerId, parsePlayerId } from "../../ids.ts";
import { isObject } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, read, write } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { MAX_DEPTH } from "../host-pool.ts";
import { writePlayers } from "./flush.ts";

export const requestCalls: Record<string, Call> = {
  /** request, id of the sending player or null for the run's own, whether its scripts run */
  "request.send": {
    flushes: true,
    ...write(async (scope, [frame, as, runsScripts]) => {
      if (!isObject(frame)) throw new CallError("A request must be an object.");
      if (runsScripts === true && scope.depth >= MAX_DEPTH) {
        throw new CallError(
          `${MAX_DEPTH} scripts are already waiting for this one, so it cannot execute a request. Does a script execute itself?`,
        );
      }
      const player = as === null || as === scope.player ? scope.player : await existing(scope, as);
      await writePlayers(scope);
      const durableId = scope.journal?.idOfNested();
      return scope.requests.send(scope, { frame, player, runsScripts: runsScripts === true, durableId });
    }),
  },

  session: read(async ({ session }) => ({
    sessionId: session?.id ?? null,
    credentialType: session?.credential.type ?? null,
    clientIp: session?.clientIp ?? null,
  })),
};

async function existing({ store }: CallScope, id: unknown): Promise<PlayerId> {
  const player = parsePlayerId(id);
  const found =
    player && (await accounts(store).players.findOne({ _id: objectIdOf(player) }, { projection: { _id: 1 } }));
  if (!found) throw new CallError("The player to send the request as does not exist.");
  return player!;
}
