import type { ObjectId } from "../../bson.ts";
import type { Clock } from "../../clock.ts";
import type { Presence } from "../../cluster/presence.ts";
import type { Redis } from "../../cluster/redis.ts";
import type { Config } from "../../config.ts";
import type { Game } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { Outgoing } from "../../outgoing/outgoing.ts";
import type { Store } from "../../store/store.ts";
import type { XmlReader } from "../../xml/reader.ts";
import type { GetService } from "../service.ts";
import type { Cursors } from "./cursors.ts";
import type { CallJournal } from "./journal.ts";
import type { ChainLocks, RunLocks } from "./locks.ts";
import type { ScriptChanges } from "./player.ts";
import type { ScriptRequests, ScriptSession } from "./requests.ts";
import type { ScriptLogLine } from "./result.ts";

/** What the calls of one run may use. It comes from the caller of `CloudCode.run`; the script cannot influence it. */
export interface RunContext {
  readonly stage: "preview" | "live";
  readonly store: Store;
  readonly clock: Clock;
  readonly presence: Presence;
  readonly service: GetService;
  /**
   * Stores the run's log lines so far, because the script is about to query them. `script` is its kind and short code.
   */
  readonly keepLog?: (lines: readonly ScriptLogLine[], script: string) => Promise<void>;
  readonly redis: Redis | undefined;
  /** HTTP requests to other servers, at most `scriptHttpCalls` per run (`calls/http.ts`). */
  readonly outgoing: Outgoing;
  readonly xml: XmlReader;
  readonly config: Config;
  readonly game: Game;
  readonly player: PlayerId | undefined;
  readonly runId: string;
  /** Number of scripts waiting for this one: 0 unless a script's own request started it. */
  readonly depth: number;
  /** Length of the chain of message scripts that led to this run, each sending the next message. Includes this run. */
  readonly messageDepth: number;
  /** The scheduled entry that started the run. */
  readonly schedule?: ObjectId;
  readonly requests: ScriptRequests;
  /** Undefined if the run does not belong to a client's request. */
  readonly session: ScriptSession | undefined;
  /** Shared with the scripts of the requests that this run sends. */
  readonly chainLocks: ChainLocks;
  /** Unwritten player changes by earlier scripts of the request. A call that writes them clears this. */
  readonly unwritten?: { changes: ScriptChanges | undefined };
  /** For scripts of a durable request; see `journaled`. */
  readonly journal?: CallJournal | undefined;
  /** Requests that the run be repeated because a player has changed. Absent if it cannot be repeated. */
  readonly runAgain?: () => void;
  /** Receives the function that releases the run's locks. If absent, they are released when the run ends. */
  readonly releaseLater?: (release: () => Promise<void>) => void;
  readonly onCall?: (call: string, outcome: CallOutcome, seconds: number) => void;
  /** Called if a call failed because of the server. The script gets the same error id. */
  readonly onFailure?: (call: string, error: unknown, errorId: string) => void;
}

export type CallOutcome = "ok" | "refused" | "failed" | "limit";

export interface CallScope extends RunContext {
  /** The stage's store, of which `store` may be a transaction: the key of what is cached per store. */
  readonly stageStore: Store;
  readonly cursors: Cursors;
  readonly locks: RunLocks;
  readonly outgoingCount: { sent: number };
  /** For the script of a message: the recipients. */
  readonly playerIds: readonly PlayerId[];
  /** Whether an earlier call of the run wrote something. */
  readonly wroteBefore: boolean;
}

export interface Call {
  /** The call may have written something, so the run cannot be repeated afterwards. */
  writes: boolean;
  /** Writes only through `CallScope.store`, so that its journal record can be in the same transaction. */
  isExact?: true;
  /** The call only affects state in this process, so a resumed run executes it again. */
  isLocal?: true;
  /** Its result is a whole document, which may be as large as the store allows. */
  hasAnySize?: true;
  /** First writes the player changes of the request's earlier scripts. */
  flushes?: true;
  /** Runs before the call, outside its transaction. */
  prepare?(scope: CallScope, args: readonly unknown[]): Promise<void>;
  /** Whether a duplicate key in the store makes the call return null. */
  nullOnDuplicate?(args: readonly unknown[]): boolean;
  /** `args` come from a sandbox and must be validated. Throws CallError to refuse. The result is converted to JSON. */
  answer(scope: CallScope, args: readonly unknown[]): Promise<unknown>;
}

export const read = (answer: Call["answer"]): Call => ({ writes: false, answer });
export const local = (answer: Call["answer"]): Call => ({ writes: false, isLocal: true, answer });
export const write = (answer: Call["answer"]): Call => ({ writes: true, answer });
export const writeExactly = (answer: Call["answer"]): Call => ({ writes: true, isExact: true, answer });
