import type { ScriptFailure, ScriptResult } from "../kernel/scripts/result.ts";
import type { CloudCode } from "./cloudcode.ts";

/** One run of a script, as whoever wrote it wants to know it. */
export interface ScriptRunRecord {
  /** Kind and short code: `event/SCORE`. */
  script: string;
  /** The player's id; undefined where it has none. */
  player: string | undefined;
  log: { level: "debug" | "info" | "warn" | "error"; message: unknown; file?: string; line?: number }[];
  /** Present: it did not come to its end. */
  failure?: ScriptFailure;
  /** Calls to the server, by name: how many. */
  calls: Record<string, number>;
  /** In the script host. */
  durationMs: number;
}

/** The same Cloud Code; every run of a script is told to `ran` at its end, in that order. */
export function recorded(cloudCode: CloudCode, ran: (run: ScriptRunRecord) => void): CloudCode {
  return {
    ...cloudCode,
    async run(run, context) {
      const calls: Record<string, number> = {};
      const counted = context && {
        ...context,
        onCall: (...told: Parameters<NonNullable<typeof context.onCall>>) => {
          calls[told[0]] = (calls[told[0]] ?? 0) + 1;
          context.onCall?.(...told);
        },
      };
      const result: ScriptResult = await cloudCode.run(run, counted);
      const { log, failure, durationMs } = result;
      const script = `${run.kind}/${run.name}`;
      ran({ script, player: run.player?.playerId, log, ...(failure && { failure }), calls, durationMs });
      return result;
    },
  };
}
