import type { Passwords } from "../../accounts/passwords.ts";
import type { ScriptPlayerChanges } from "../../accounts/script-view.ts";
import type { Clock } from "../../clock.ts";
import type { Presence } from "../../cluster/presence.ts";
import type { Config } from "../../config.ts";
import type { Game } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { Store } from "../../store/store.ts";
import type { Cursors } from "./cursors.ts";

/** What the calls of one run may use: whatever the caller of `CloudCode.run` gives, and nothing by what a script says. */
export interface RunContext {
  readonly stage: "preview" | "live";
  /** Of the run's stage. */
  readonly store: Store;
  readonly clock: Clock;
  readonly presence: Presence;
  readonly passwords: Passwords;
  readonly config: Config;
  readonly game: Game;
  /** The run's own; undefined where it has none. */
  readonly player: PlayerId | undefined;
  readonly runId: string;
  /** How many scripts wait for this one: 0 unless a script's own request started it. */
  readonly depth: number;
  /** What an earlier script of the same request changed of other players, by id, and what is not written yet. */
  readonly pending?: Readonly<Record<string, ScriptPlayerChanges>>;
  /** Told of each call that was answered. */
  readonly onCall?: (call: string, outcome: CallOutcome, seconds: number) => void;
  /** Told of a call that the server failed at, under the id that the script is told. */
  readonly onFailure?: (call: string, error: unknown, errorId: string) => void;
}

export type CallOutcome = "ok" | "refused" | "failed" | "limit";

/** What belongs to one run beside its context. */
export interface CallScope extends RunContext {
  readonly cursors: Cursors;
}

/** One call that scripts may make to the server. */
export interface Call {
  /** Its run is not run again after it: something may have been written. */
  writes: boolean;
  /** `args` come out of a sandbox: each is to be checked. Refuses by a CallError. What it answers becomes JSON. */
  answer(scope: CallScope, args: readonly unknown[]): Promise<unknown>;
}

/** A refusal that the script is told: a sentence. */
export class CallError extends Error {
  override name = "CallError";
}

export const read = (answer: Call["answer"]): Call => ({ writes: false, answer });
export const write = (answer: Call["answer"]): Call => ({ writes: true, answer });
