import type { ObjectId } from "../../bson.ts";
import type { Stage } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import type { Caller } from "../caller.ts";
import type { ScriptKind, ScriptResult } from "./result.ts";

/** A script outside any request. */
interface Script {
  kind: ScriptKind;
  name: string;
  stage: Stage;
  /** The value of `Spark.data`. */
  data?: Record<string, unknown>;
  player?: PlayerId | undefined;
}

export interface LoneScript extends Script {
  /** The connection that the script sees as its own. */
  caller?: Caller;
  /** The scheduled entry that it runs for. */
  schedule?: ObjectId;
  /** Called after the run, failed or not, in the transaction that writes its changes; throwing rolls that back. */
  alongside?: (tx: Documents, result: ScriptResult) => Promise<void>;
}

export interface LoneResult extends ScriptResult {
  runId: string;
}

/** One run whose changes the caller writes. */
export interface SingleRun extends Script, Pick<LoneScript, "caller" | "schedule"> {
  playerIds?: readonly PlayerId[];
  scriptData?: Record<string, unknown>;
  scriptErrors?: Record<string, unknown>;
  /** Number of message scripts in the chain that led to it, including this one. */
  messageDepth?: number;
  about?: { messageId: string } | { outgoingId: string };
  /** Receives the function that releases the script's locks. Call it once its changes are written or discarded. */
  releaseLater(release: () => Promise<void>): void;
  /** Whether the run may be repeated if a player changed in the meantime; it then throws PlayerChanged. */
  isRepeatable?: boolean;
}

export interface SingleResult extends LoneResult {
  /** Logs that the run failed or that its changes could not be written. */
  logFailure(failure: NonNullable<ScriptResult["failure"]>): void;
}

/** Runs the game's scripts for the domains. */
export interface ScriptRunner {
  has(kind: ScriptKind, name: string): boolean;
  /** Identifies the current version of the scripts. Servers with the same scripts have the same fingerprint. */
  fingerprint(): string;
  /**
   * Runs a script and writes its player changes in one transaction; a failed script writes nothing. The script is
   * repeated if another one changed these players in the meantime. If that is not possible, or the store rejects the
   * changes, the result is a failure. Costs a read of the player and a round trip to the script host.
   * @throws transient store errors, and what `alongside` throws
   */
  run(script: LoneScript): Promise<LoneResult>;
  /** Runs a script once and logs its lines. Does not write its changes or log its failure. */
  runOnce(run: SingleRun): Promise<SingleResult>;
}
