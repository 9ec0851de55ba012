import { nanoid } from "nanoid";
import { readScriptPlayer } from "../accounts/script-view.ts";
import type { ScriptRun } from "../cloudcode/cloudcode.ts";
import type { MessageScripts } from "../messages/scripts.ts";
import type { Services } from "./call.ts";
import { type ScriptServices, scriptContext } from "./script-context.ts";
import { logFailureOf, logLinesOf } from "./script-log.ts";

/**
 * The scripts that run for messages. A message whose script does not come to its end goes out without what that script
 * would have set; the log tells. Costs a read of the recipient and a round trip to the script host.
 */
export function createMessageScripts(services: ScriptServices & Pick<Services, "stores">): MessageScripts {
  const { cloudCode, metrics, stores } = services;
  return {
    has: (kind, name) => cloudCode.has(kind, name),
    async run({ kind, name, stage, data, player, playerIds, before, depth, releaseLater }) {
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
      const { scriptData, scriptErrors, playerChanges, otherPlayers, failure, log: lines, durationMs } = result;
      metrics.scriptRan(kind, name, failure?.kind ?? "ok", durationMs / 1000);
      const about = { script: `${kind}/${name}`, runId, stage, player };
      logLinesOf(services, store, about, lines);
      if (!failure) {
        return {
          scriptData,
          scriptErrors,
          ...(playerChanges && { playerChanges }),
          ...(otherPlayers && { otherPlayers }),
        };
      }
      logFailureOf(services, store, about, failure);
      return before;
    },
  };
}
