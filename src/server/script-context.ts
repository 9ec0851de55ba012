import { ScriptLog } from "../domains/script-log/index.ts";
import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Caller } from "../kernel/caller.ts";
import type { RunContext } from "../kernel/scripts/call.ts";
import { ChainLocks } from "../kernel/scripts/locks.ts";
import type { ScriptSession } from "../kernel/scripts/requests.ts";
import type { Store } from "../store/store.ts";
import type { Services } from "./call.ts";

/** What the server gives to scripts, beside the database of their stage. */
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

/** One run of a script, as those who start it know it. */
export interface ScriptRunOf
  extends Pick<RunContext, "unwritten" | "journal" | "runAgain" | "releaseLater" | "schedule"> {
  stage: Stage;
  store: Store;
  player: PlayerId | undefined;
  runId: string;
  /** How many scripts wait for it. */
  depth: number;
  /** See `RunContext`; none, or as many as led to the script whose request it belongs to, unless told. */
  messageDepth?: number;
  /** Who sent the request that it belongs to. */
  caller?: Caller;
  /** Of the scripts that it shares its locks with; its own unless told. */
  chainLocks?: ChainLocks | undefined;
}

/** What the calls of one script run may use: the database of its stage, and what is the same for all of them. */
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
    onFailure: (call, err, errorId) => log.error({ err, call, errorId, runId, stage }, "a script's call failed"),
  };
}

/** Of a script's own request: the connection that the first script's request came by. */
function sessionOf(caller: Caller | undefined): ScriptSession | undefined {
  if (!caller || caller.script) return caller?.script?.session;
  const { credential, sessionId, sessionStartedAt, clientIp } = caller;
  // A server's connection speaks for many players, and its session is none of theirs.
  return {
    id: credential.canHavePlayer ? sessionId : undefined,
    startedAt: sessionStartedAt,
    credential,
    clientIp,
    connection: caller,
  };
}
