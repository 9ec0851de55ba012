import type { ObjectId } from "../../bson.ts";
import type { Clock } from "../../clock.ts";
import type { Presence } from "../../cluster/presence.ts";
import type { Redis } from "../../cluster/redis.ts";
import type { Config } from "../../config.ts";
import type { Game } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { Outgoing } from "../../outgoing/outgoing.ts";
import type { Store, Writable } from "../../store/store.ts";
import type { XmlReader } from "../../xml/reader.ts";
import type { GetService } from "../service.ts";
import type { Cursors } from "./cursors.ts";
import type { CallJournal } from "./journal.ts";
import type { ChainLocks, RunLocks } from "./locks.ts";
import type { ScriptChanges } from "./player.ts";
import type { ScriptRequests, ScriptSession } from "./requests.ts";
import type { ScriptLogLine } from "./result.ts";

/** What the calls of one run may use: whatever the caller of `CloudCode.run` gives, and nothing by what a script says. */
export interface RunContext {
  readonly stage: "preview" | "live";
  /** Of the run's stage. */
  readonly store: Store;
  readonly clock: Clock;
  readonly presence: Presence;
  /** The service of a domain, by its class. */
  readonly service: GetService;
  /**
   * Writes lines of the run to the runtime collection `log` before its end, as it is about to read them. Absent: nothing
   * is kept there.
   * @param script kind and short code
   */
  readonly keepLog?: (lines: readonly ScriptLogLine[], script: string) => Promise<void>;
  /** Undefined where the server was told of none. */
  readonly redis: Redis | undefined;
  /** Requests to servers elsewhere; `scriptHttpCalls` of them are a run's (`calls/http.ts`). */
  readonly outgoing: Outgoing;
  readonly xml: XmlReader;
  readonly config: Config;
  readonly game: Game;
  /** The run's own; undefined where it has none. */
  readonly player: PlayerId | undefined;
  readonly runId: string;
  /** How many scripts wait for this one: 0 unless a script's own request started it. */
  readonly depth: number;
  /** How many scripts of messages led to this run, this one included, each by a message that it sent. */
  readonly messageDepth: number;
  /** The plan that the run itself is of. */
  readonly schedule?: ObjectId;
  readonly requests: ScriptRequests;
  /** Undefined where the run belongs to no request of a client's. */
  readonly session: ScriptSession | undefined;
  /** Shared with the scripts of requests that the run sends. */
  readonly chainLocks: ChainLocks;
  /**
   * What earlier scripts of the same request changed of players and what is not written yet. A call that writes it takes
   * it away from here.
   */
  readonly unwritten?: { changes: ScriptChanges | undefined };
  /** Of the scripts of a durable request; see `journaled`. */
  readonly journal?: CallJournal | undefined;
  /** Present where the run can still be run again: told that it must be, as a player is no longer as the run read it. */
  readonly runAgain?: () => void;
  /** Given what releases the run's locks when the run is over; without it they are released then. */
  readonly releaseLater?: (release: () => Promise<void>) => void;
  /** Told of each call that was answered. */
  readonly onCall?: (call: string, outcome: CallOutcome, seconds: number) => void;
  /** Told of a call that the server failed at, under the id that the script is told. */
  readonly onFailure?: (call: string, error: unknown, errorId: string) => void;
}

export type CallOutcome = "ok" | "refused" | "failed" | "limit";

/** What belongs to one run beside its context. */
export interface CallScope extends RunContext {
  /** For what `writeEarly` writes: the run's outcome is told when it is on disk. */
  readonly early: Writable;
  readonly cursors: Cursors;
  readonly locks: RunLocks;
  /** How many requests to servers elsewhere the run has sent. */
  readonly outgoingCount: { sent: number };
  /** Whom the message goes to that the run is of. */
  readonly playerIds: readonly PlayerId[];
  /** Whether the run made a call that writes before this one. */
  readonly wroteBefore: boolean;
}

/** One call that scripts may make to the server. */
export interface Call {
  /** Its run is not run again after it: something may have been written. */
  writes: boolean;
  /**
   * It is answered before what it writes through `CallScope.early` is on disk, and reads nothing. Every other call waits for
   * what was written before it.
   */
  isEarly?: true;
  /**
   * All that it writes, it writes through `CallScope.store`, or through `CallScope.early` where it is early, and it waits for
   * nothing else. So a durable request's call is one transaction with its record.
   */
  isExact?: true;
  /** It is about what the run has in this process, so a run that is continued carries it out again. */
  isLocal?: true;
  /** It writes first what earlier scripts of the request changed of players. */
  flushes?: true;
  /** Carried out before it and outside of its transaction. */
  prepare?(scope: CallScope, args: readonly unknown[]): Promise<void>;
  /** Whether it answers null where the store refuses a duplicate key. */
  nullOnDuplicate?(args: readonly unknown[]): boolean;
  /** `args` come out of a sandbox: each is to be checked. Refuses by a CallError. What it answers becomes JSON. */
  answer(scope: CallScope, args: readonly unknown[]): Promise<unknown>;
}

export const read = (answer: Call["answer"]): Call => ({ writes: false, answer });
export const local = (answer: Call["answer"]): Call => ({ writes: false, isLocal: true, answer });
export const write = (answer: Call["answer"]): Call => ({ writes: true, answer });
export const writeExactly = (answer: Call["answer"]): Call => ({ writes: true, isExact: true, answer });
export const writeEarly = (answer: Call["answer"]): Call => ({ writes: true, isEarly: true, isExact: true, answer });
