import type { Credential, Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { ChainLocks } from "./scripts/locks.ts";
import type { ScriptSession } from "./scripts/requests.ts";

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
