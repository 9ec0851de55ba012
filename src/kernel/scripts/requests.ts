import type { Credential } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { RunContext } from "./call.ts";

/** Lets scripts send requests; implemented by the server. */
export interface ScriptRequests {
  /**
   * Resolves to the response as a client would get it, without a requestId. Does not change any session.
   * @throws CallError if the request does not exist, or needs a player and has none
   */
  send(sender: RunContext, request: ScriptRequest): Promise<Record<string, unknown>>;
}

export interface ScriptRequest {
  /** The request with its class as `@class`. */
  frame: Record<string, unknown>;
  /** The player to send it as, who must exist. */
  player: PlayerId | undefined;
  /** Whether the game's own scripts of the request and its response run. */
  runsScripts: boolean;
  /** For a request inside a durable request: the id under which its outcome is stored. */
  durableId?: string | undefined;
}

/** The connection of the request that a run belongs to. */
export interface ScriptSession {
  /** Undefined if the connection has no player session. */
  readonly id: string | undefined;
  readonly startedAt: number;
  readonly credential: Credential;
  readonly clientIp: string | undefined;
  readonly connection: object;
}
