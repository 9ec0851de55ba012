import type { ScriptFailure, ScriptResult } from "../kernel/scripts/result.ts";
import type { CloudCode } from "./cloudcode.ts";

export interface ScriptRunRecord {
  /** Kind and short code: `event/SCORE`. */
  script: string;
  player: string | undefined;
  log: { level: "debug" | "info" | "warn" | "error"; message: unknown; file?: string; line?: number }[];
  failure?: ScriptFailure;
  /** Without the read of the run's own player, which scripts do not ask for by themselves. */
  calls: Record<string, number>;
  /** Time in the script host. */
  durationMs: number;
}

/** Wraps `cloudCode` to report every run to `onRun`, in the order in which they end. */
export function recorded(cloudCode: CloudCode, onRun: (run: ScriptRunRecord) => void): CloudCode {
  return {
    ...cloudCode,
    async run(run, context) {
      const calls: Record<string, number> = {};
      const counted = context && {
        ...context,
        onCall: (...about: Parameters<NonNullable<typeof context.onCall>>) => {
          const [name] = about;
          if (name !== "player.own") calls[name] = (calls[name] ?? 0) + 1;
          context.onCall?.(...about);
        },
      };
      const result: ScriptResult = await cloudCode.run(run, counted);
      const { log, failure, durationMs } = result;
      const script = `${run.kind}/${run.name}`;
      onRun({ script, player: run.player?.playerId, log, ...(failure && { failure }), calls, durationMs });
      return result;
    },
  };
}
