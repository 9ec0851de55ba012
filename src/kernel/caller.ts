import type { Credential, Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { ChainLocks } from "./scripts/locks.ts";
import type { ScriptSession } from "./scripts/requests.ts";

/** The sender of a request: a socket, a REST call, a script or the console. */
export interface Caller {
  readonly door: "socket" | "rest" | "script";
  readonly stage: Stage;
  readonly credential: Credential;
  readonly player: PlayerId | undefined;
  readonly sessionStartedAt: number;
  /** Undefined if the connection has no lasting session. */
  readonly sessionId?: string | undefined;
  /** The peer's address, which may be a proxy. */
  readonly clientIp?: string | undefined;
  /** Aborted when the client disconnects, so that its request can stop waiting, for example for a lock. */
  readonly gone?: AbortSignal;
  /** Present if a script sent the request. */
  readonly script?: ScriptCaller;
}

export interface ScriptCaller {
  /** Number of scripts waiting for the response: 1 or more. */
  readonly depth: number;
  /** Number of message scripts in the chain that led to it. */
  readonly messageDepth: number;
  /** Whether the game's own scripts of the request and its response run. */
  readonly runsScripts: boolean;
  /** The locks of the waiting scripts. */
  readonly chainLocks: ChainLocks;
  /** The connection of the request that the first script belongs to. */
  readonly session: ScriptSession | undefined;
  /** For a request inside a durable request: the id under which its outcome is stored. */
  readonly durableId?: string | undefined;
}
