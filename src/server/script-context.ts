import { ScriptLog } from "../domains/script-log/index.ts";
import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Caller } from "../kernel/caller.ts";
import type { RunContext } from "../kernel/scripts/call.ts";
import { ChainLocks } from "../kernel/scripts/locks.ts";
import type { ScriptSession } from "../kernel/scripts/requests.ts";
import type { Store } from "../store/store.ts";
import type { Services } from "./call.ts";

/** What the server provides to scripts, besides their stage's database. */
export type ScriptServices = Pick<
  Services,
  | "clock"
  | "presence"
  | "config"
  | "game"
  | "metrics"
  | "log"
  | "cloudCode"
  | "scriptRequests"
  | "locks"
  | "redis"
  | "outgoing"
  | "xml"
  | "service"
>;

export interface ScriptRunOf
  extends Pick<RunContext, "unwritten" | "journal" | "runAgain" | "releaseLater" | "schedule"> {
  stage: Stage;
  store: Store;
  player: PlayerId | undefined;
  runId: string;
  depth: number;
  /** See `RunContext`. Defaults to the caller's, or 0. */
  messageDepth?: number;
  caller?: Caller;
  /** The locks shared with other scripts. Its own by default. */
  chainLocks?: ChainLocks | undefined;
}

export function scriptContext(services: ScriptServices, run: ScriptRunOf): RunContext {
  const { clock, presence, config, game, metrics, log, scriptRequests, locks, redis, outgoing, xml, service } =
    services;
  const { caller, ...rest } = run;
  const { stage, store, player, runId } = run;
  return {
    ...rest,
    messageDepth: run.messageDepth ?? caller?.script?.messageDepth ?? 0,
    session: sessionOf(caller),
    requests: scriptRequests,
    service,
    keepLog: (lines, script) => {
      const scriptLog = service(ScriptLog);
      scriptLog.keep(store, { script, runId, stage, player }, lines);
      return scriptLog.lines.flush(store);
    },
    redis,
    outgoing,
    xml,
    chainLocks: run.chainLocks ?? caller?.script?.chainLocks ?? new ChainLocks(locks, stage),
    clock,
    presence,
    config,
    game,
    onCall: (call, outcome, seconds) => metrics.scriptCalled(call, outcome, seconds),
    onFailure: (call, err, errorId) => log.error({ err, call, errorId, runId, stage }, "script call failed"),
  };
}

/** For a script's own request: the connection of the first script's request. */
function sessionOf(caller: Caller | undefined): ScriptSession | undefined {
  if (!caller || caller.script) return caller?.script?.session;
  const { credential, sessionId, sessionStartedAt, clientIp } = caller;
  // A game server's connection acts for many players, so its session belongs to none of them.
  return {
    id: credential.canHavePlayer ? sessionId : undefined,
    startedAt: sessionStartedAt,
    credential,
    clientIp,
    connection: caller,
  };
}
