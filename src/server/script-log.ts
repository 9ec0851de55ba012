import type { ScriptFailure, ScriptLogLine } from "../cloudcode/cloudcode.ts";
import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Store } from "../store/store.ts";
import type { Services } from "./call.ts";

/** What is said of a run in each of its lines. */
export interface AboutRun {
  /** Kind and short code: `event/SCORE`. */
  script: string;
  scriptVersion?: number;
  runId: string;
  stage: Stage;
  player: PlayerId | undefined;
  /** Of the message that it is of: the player's copy; or the outgoing message, while it has none. */
  messageId?: string;
  outgoingId?: string;
}

type LogServices = Pick<Services, "log" | "logLevels" | "logLines">;

/** Writes what a script logged to the server's log, and for scripts and operators to the store; nobody waits for that. */
export function logLinesOf(
  { log, logLevels, logLines }: LogServices,
  store: Store,
  about: AboutRun,
  lines: readonly ScriptLogLine[],
): void {
  for (const { level, message, file, line } of lines) {
    if (!logLevels.has(about.stage, store, level)) continue;
    log[level]({ ...about, scriptLog: message, file, line }, "script log");
  }
  keepLines(
    { logLevels, logLines },
    store,
    about,
    lines.filter(({ isKept }) => !isKept),
  );
}

/** Writes lines to the store alone. */
export function keepLines(
  { logLevels, logLines }: Omit<LogServices, "log">,
  store: Store,
  { stage, script, runId, player: playerId }: AboutRun,
  lines: readonly ScriptLogLine[],
): void {
  for (const { level, message, file, line } of lines) {
    if (!logLevels.has(stage, store, level)) continue;
    logLines.add(store, { level, message, script, runId, playerId, file, line });
  }
}

/** The same for how a script failed, whatever the level is. */
export function logFailureOf(
  { log, logLines }: LogServices,
  store: Store,
  about: AboutRun,
  failure: ScriptFailure,
): void {
  const { script, runId, player: playerId } = about;
  const { message, file, line } = failure;
  log.error({ ...about, failure }, "a script did not come to its end");
  logLines.add(store, { level: "error", message, script, runId, playerId, file, line });
}
