import type { ObjectId } from "../../bson.ts";
import type { Stage } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import type { Caller } from "../caller.ts";
import type { ScriptKind, ScriptResult } from "./result.ts";

/** A script that belongs to no request. */
interface Script {
  kind: ScriptKind;
  name: string;
  stage: Stage;
  /** What the script reads as `Spark.data`. */
  data?: Record<string, unknown>;
  player?: PlayerId | undefined;
}

export interface LoneScript extends Script {
  /** Whose connection the script sees as its own. */
  caller?: Caller;
  /** The plan that it is run for. */
  schedule?: ObjectId;
  /**
   * Written when the run has ended, however it did, in one transaction with what it changed of players: what this throws
   * undoes that too.
   */
  alongside?: (tx: Documents, result: ScriptResult) => Promise<void>;
}

export interface LoneResult extends ScriptResult {
  /** The log lines of the run have it. */
  runId: string;
}

/** One run, whose changes the caller writes. */
export interface SingleRun extends Script, Pick<LoneScript, "caller" | "schedule"> {
  /** Whom a message goes to. */
  playerIds?: readonly PlayerId[];
  /** What earlier scripts set. */
  scriptData?: Record<string, unknown>;
  scriptErrors?: Record<string, unknown>;
  /** How many scripts of messages led to it, this one included. */
  messageDepth?: number;
  /** Further members of its log lines. */
  about?: { messageId: string } | { outgoingId: string };
  /** Receives what releases the script's locks: call it when what the script changed is written, or will not be. */
  releaseLater(release: () => Promise<void>): void;
  /** Whether it may be run again where a player changed meanwhile: then that throws PlayerChanged. */
  isRepeatable?: boolean;
}

export interface SingleResult extends LoneResult {
  /** Logs a failure of the run, or of writing what it changed. */
  logFailure(failure: NonNullable<ScriptResult["failure"]>): void;
}

/** How domains run the game's scripts. */
export interface ScriptRunner {
  has(kind: ScriptKind, name: string): boolean;
  /** Of the scripts that runs begin with now: the same on every server that has the same ones. */
  fingerprint(): string;
  /**
   * Runs a script and writes what it changed of players, in a transaction of its own; nothing is written where the script
   * fails. Where another script wrote these players meanwhile it is run again, as a request's would be. Where that cannot
   * be, or the store will never take what it changed, its result is a failure. Costs a read of the player and a round
   * trip to the script host.
   * @throws errors of the store that may pass, and what `alongside` throws
   */
  run(script: LoneScript): Promise<LoneResult>;
  /** Runs a script once and logs its lines. Writes nothing that it changed, and does not log its failure. */
  runOnce(run: SingleRun): Promise<SingleResult>;
}
