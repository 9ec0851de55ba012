import type { Credential } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { RunContext } from "./call.ts";

/** How scripts send requests; the server sends them. */
export interface ScriptRequests {
  /**
   * Answers the response as the client would get it, refusals included, without a requestId. It changes no session.
   * @throws CallError where there is no such request, and where it needs a player and has none
   */
  send(sender: RunContext, request: ScriptRequest): Promise<Record<string, unknown>>;
}

export interface ScriptRequest {
  /** What the script sends, its class as `@class`. */
  frame: Record<string, unknown>;
  /** Whom it is sent as; one who exists. */
  player: PlayerId | undefined;
  /** Whether the game's own scripts of the request and its response run. */
  runsScripts: boolean;
  /** Where its outcome is kept, as it belongs to a durable request. */
  durableId?: string | undefined;
}

/** The connection of the request that a run belongs to. */
export interface ScriptSession {
  /** Undefined where the connection has no session of a player's. */
  readonly id: string | undefined;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly credential: Credential;
  readonly clientIp: string | undefined;
  /** Stands for the connection itself. */
  readonly connection: object;
}
