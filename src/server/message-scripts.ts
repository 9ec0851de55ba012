import { nanoid } from "nanoid";
import { PlayerChanged, readScriptPlayer } from "../accounts/script-view.ts";
import type { ScriptRun } from "../cloudcode/cloudcode.ts";
import type { MessageScripts } from "../messages/scripts.ts";
import type { Services } from "./call.ts";
import { type ScriptServices, scriptContext } from "./script-context.ts";
import { logFailureOf, logLinesOf } from "./script-log.ts";
import { refusalMessage, TAKEN_MEANWHILE } from "./script-refusals.ts";

/**
 * The scripts that run for messages. The log tells where one does not come to its end, and where it has to wait for a script
 * host. Costs a read of the recipient and a round trip to the script host.
 */
export function createMessageScripts(services: ScriptServices & Pick<Services, "stores">): MessageScripts {
  const { cloudCode, log, metrics, stores } = services;
  return {
    has: (kind, name) => cloudCode.has(kind, name),
    async run({ kind, name, stage, about, data, player, playerIds, before, depth, isAgain, releaseLater }) {
      const store = stores.opened(stage) ?? (await stores.open(stage));
      const runId = nanoid(12);
      const run: ScriptRun = {
        kind,
        name,
        data,
        player: player === undefined ? null : await readScriptPlayer(store, player),
        playerIds,
        ...before,
        stage,
        runId,
      };
      const context = scriptContext(services, {
        ...{ stage, store, player, runId, releaseLater },
        depth: 0,
        messageDepth: depth + 1,
      });
      const result = await cloudCode.run(run, context);
      const { scriptData, scriptErrors, failure, log: lines, durationMs } = result;
      metrics.scriptRan(kind, name, failure?.kind ?? "ok", durationMs / 1000);
      const told = { script: `${kind}/${name}`, runId, stage, player, ...about };
      logLinesOf(services, store, told, lines);
      if (failure?.kind === "unavailable") {
        if (!isAgain) log.warn({ ...told, failure }, "a message waits for a script host");
        return { end: "no host" };
      }
      if (failure) {
        logFailureOf(services, store, told, failure);
        return { end: "failed" };
      }
      const { playerChanges, otherPlayers, wrote } = result;
      return {
        end: "done",
        scripted: { scriptData, scriptErrors },
        changes: {
          ...(playerChanges && { playerChanges }),
          ...(otherPlayers && { otherPlayers }),
          ...(wrote && { wrote }),
        },
        refused(error) {
          const message = error instanceof PlayerChanged ? TAKEN_MEANWHILE : refusalMessage(error);
          logFailureOf(services, store, told, { kind: "error", message });
        },
      };
    },
  };
}
