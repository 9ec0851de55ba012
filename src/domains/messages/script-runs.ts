import type { Kernel } from "../../kernel/kernel.ts";
import { DEDUCTION_CONFLICT, refusalMessage } from "../../kernel/script-refusals.ts";
import { PlayerChanged } from "../accounts/index.ts";
import type { MessageScripts } from "./scripts.ts";

/**
 * Runs the scripts of messages. Logs failures, and when a message first has to wait for a script host. Cost: a read of
 * the recipient and a round trip to the script host.
 */
export function createMessageScripts({ scripts, log }: Pick<Kernel, "scripts" | "log">): MessageScripts {
  return {
    has: (kind, name) => scripts.has(kind, name),
    async run({ kind, name, stage, about, data, player, playerIds, before, depth, isRetry, releaseLater }) {
      const run = { kind, name, stage, about, data, player, playerIds, ...before, messageDepth: depth + 1 };
      const result = await scripts.runOnce({ ...run, releaseLater });
      const { runId, scriptData, scriptErrors, failure, playerChanges, otherPlayers, wrote } = result;
      if (failure?.kind === "unavailable") {
        const context = { script: `${kind}/${name}`, runId, stage, player, ...about };
        if (!isRetry) log.warn({ ...context, failure }, "a message is waiting for a script host");
        return { end: "no host" };
      }
      if (failure) {
        result.logFailure(failure);
        return { end: "failed" };
      }
      return {
        end: "done",
        scripted: { scriptData, scriptErrors },
        changes: {
          ...(playerChanges && { playerChanges }),
          ...(otherPlayers && { otherPlayers }),
          ...(wrote && { wrote }),
        },
        refused(error) {
          const message = error instanceof PlayerChanged ? DEDUCTION_CONFLICT : refusalMessage(error);
          result.logFailure({ kind: "error", message });
        },
      };
    },
  };
}
