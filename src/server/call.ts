import type { Passwords } from "../accounts/passwords.ts";
import type { ScriptChanges } from "../accounts/script-view.ts";
import type { ScriptCaches } from "../cache/script-cache.ts";
import type { Clock } from "../clock.ts";
import type { ChainLocks } from "../cloudcode/calls/run-locks.ts";
import type { ScriptRequests, ScriptSession } from "../cloudcode/calls/script-requests.ts";
import type { CloudCode, ScriptKind } from "../cloudcode/cloudcode.ts";
import type { Locks } from "../cluster/locks.ts";
import type { Presence } from "../cluster/presence.ts";
import type { Redis } from "../cluster/redis.ts";
import type { Config } from "../config.ts";
import type { ErrorPairs, RequestError } from "../errors.ts";
import type { Credential, Game, Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Messages } from "../messages/messages.ts";
import type { DueChallenges } from "../multiplayer/challenges/due.ts";
import type { Outgoing } from "../outgoing/outgoing.ts";
import type { AnyRequest } from "../requests/definition.ts";
import type { Schedules } from "../schedules/schedules.ts";
import type { LogLevels } from "../script-log/levels.ts";
import type { LogLines } from "../script-log/lines.ts";
import type { Store } from "../store/store.ts";
import type { XmlReader } from "../xml/reader.ts";
import type { Claim } from "./durable-claim.ts";
import type { FileDeliveries } from "./file-deliveries.ts";
import type { Frame, ResponseFrame } from "./frames.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { PlayerTurns } from "./player-turns.ts";
import type { Stores } from "./stores.ts";
import type { SystemScripts } from "./system-scripts.ts";

/** What the stages of a request work with; one for the whole server. */
export interface Services {
  readonly config: Config;
  readonly game: Game;
  readonly clock: Clock;
  readonly log: Log;
  readonly presence: Presence;
  readonly passwords: Passwords;
  readonly cloudCode: CloudCode;
  readonly metrics: Metrics;
  readonly stores: Stores;
  readonly messages: Messages;
  readonly schedules: Schedules;
  readonly systemScripts: SystemScripts;
  readonly challenges: DueChallenges;
  readonly fileDeliveries: FileDeliveries;
  readonly requests: ReadonlyMap<string, AnyRequest>;
  readonly scriptRequests: ScriptRequests;
  readonly locks: Locks;
  readonly playerTurns: PlayerTurns;
  readonly scriptCaches: ScriptCaches;
  readonly logLevels: LogLevels;
  readonly logLines: LogLines;
  /** Of scripts; undefined where the settings name none. */
  readonly redis: Redis | undefined;
  /** What scripts send to servers elsewhere. */
  readonly outgoing: Outgoing;
  readonly xml: XmlReader;
}

/** Who sends: a socket, a REST call, a script or the console. */
export interface Caller {
  readonly stage: Stage;
  readonly credential: Credential;
  readonly player: PlayerId | undefined;
  readonly sessionStartedAt: number;
  /** Undefined where the connection has no session that goes on. */
  readonly sessionId?: string | undefined;
  /** Of the connection's other end, which may be a proxy. */
  readonly clientIp?: string | undefined;
  /** Aborted when the client has gone: what it waits for, such as a lock, need not be waited for any longer. */
  readonly gone?: AbortSignal;
  /** Present where a script sent it. */
  readonly script?: ScriptCaller;
}

export interface ScriptCaller {
  /** How many scripts wait for the answer: 1 or more. */
  readonly depth: number;
  /** How many scripts of messages led to it, each by a message that it sent. */
  readonly messageDepth: number;
  /** Whether the game's own scripts of the request and its response run. */
  readonly runsScripts: boolean;
  /** What the scripts that wait have locked. */
  readonly chainLocks: ChainLocks;
  /** The connection of the request that the first of them belongs to. */
  readonly session: ScriptSession | undefined;
  /** Where its outcome is kept, as it belongs to a durable request. */
  readonly durableId?: string | undefined;
}

/** "refused": the client was told why; "failed": the server could not. */
export type Result = "ok" | "refused" | "failed";

/** What the caller's transport does next: changes its session, then sends. */
export interface Answer {
  response: ResponseFrame;
  result: Result;
  signIn: PlayerId | undefined;
  endSession: boolean;
}

/** One request on its way through the dispatcher. Each stage fills in what the next ones need. */
export class Call {
  readonly caller: Caller;
  readonly frame: Frame;
  /** Set by the stages `findRequest`, `openStage`, `findPlayer`, `checkFields`, in this order. */
  definition: AnyRequest | undefined;
  openedStore: Store | undefined;
  player: PlayerId | undefined;
  /** The request as its handler sees it: declared fields alone, each of its declared type. */
  request: Frame | undefined;
  /** The request as scripts see it: as it was sent, with what the game's configuration adds. */
  completed: Frame | undefined;
  /** Under which its outcome is kept, if it is a durable request. */
  claim: Claim | undefined;

  /** What the request's `admit` answered. */
  admitted: unknown;

  /** What scripts set so far; undefined while none has run. */
  scriptData: Record<string, unknown> | undefined;
  scriptErrors: ErrorPairs | undefined;
  /** What the last script changed of players and is not written yet. */
  scriptChanges: ScriptChanges | undefined;

  response: Record<string, unknown> | undefined;
  refusal: RequestError | undefined;
  failed = false;
  signIn: PlayerId | undefined;
  authToken: string | undefined;
  endSession = false;
  /** Shared by its scripts, which have it until what they changed is written. */
  chainLocks: ChainLocks | undefined;
  /** Releases what scripts have locked until what they changed is written. */
  releases: (() => Promise<void>)[] | undefined;

  constructor(caller: Caller, frame: Frame) {
    this.caller = caller;
    this.frame = frame;
  }

  /** Called when what scripts changed is written, or lost. */
  async releaseLocks(): Promise<void> {
    const { releases } = this;
    this.releases = undefined;
    for (const release of releases ?? []) await release();
  }

  get store(): Store {
    return this.openedStore!;
  }

  get known(): AnyRequest {
    return this.definition!;
  }

  /** Whether the game has that script, and it runs for this request. */
  scripted(cloudCode: CloudCode, kind: ScriptKind, name: string): boolean {
    return this.caller.script?.runsScripts !== false && cloudCode.has(kind, name);
  }

  get hasScriptErrors(): boolean {
    for (const _ in this.scriptErrors) return true;
    return false;
  }
}
