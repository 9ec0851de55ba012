import { nanoid } from "nanoid";
import type { PlayerId } from "../../ids.ts";
import type { Call, CallOutcome, CallScope, RunContext } from "../../kernel/scripts/call.ts";
import { Cursors } from "../../kernel/scripts/cursors.ts";
import { CallError, CallLimitError, PlayerGone, RunAgain } from "../../kernel/scripts/errors.ts";
import { RunLocks } from "../../kernel/scripts/locks.ts";
import { type Caller, onBehalfOf } from "../../store/caller.ts";
import { isDuplicateKey, StoreError } from "../../store/errors.ts";
import { ANSWER } from "../protocol.ts";
import { isTooDeep } from "../result.ts";
import { journaled } from "./journaled.ts";
import { JsonText, nextTurn, valuesIn } from "./large.ts";

export interface CallLimits {
  calls: number;
  /** Characters of a call's arguments; its result may have four times as many. */
  chars: number;
}

/** Arguments longer than this are parsed in their own turn of the event loop. */
const LARGE = 65_536;
/** Values in the arguments of one call. Parsing this many takes some milliseconds. */
const MAX_VALUES = 100_000;

let calls: ReadonlyMap<string, Call> | undefined;

/** Loads the calls' implementations, with the script hosts or for the first run, to keep start-up short. */
export async function loadCalls(): Promise<void> {
  calls ??= (await import("./table.ts")).calls;
}

/** Checks, counts and executes the calls of one run. */
export class RunCalls {
  readonly #scope: (CallScope & { wroteBefore: boolean }) | undefined;
  readonly #limits: CallLimits;
  /** Position in the durable request's journal where the run began. */
  readonly #journalStart: number;
  readonly #caller: Caller | undefined;
  #count = 0;
  #wrote = false;
  #isPlayerGone = false;

  constructor(context: RunContext | undefined, limits: CallLimits, playerIds: readonly PlayerId[] = []) {
    this.#scope = context && {
      ...context,
      stageStore: context.store,
      cursors: new Cursors(),
      locks: new RunLocks(context.chainLocks),
      outgoingCount: { sent: 0 },
      playerIds,
      wroteBefore: false,
    };
    this.#caller = context && { key: context.player ?? "", documentBytes: context.config.scriptDocumentBytes };
    this.#limits = limits;
    this.#journalStart = context?.journal?.position ?? 0;
    if (!calls) loadCalls().catch(() => {});
  }

  /** A writing call has started, so the run must not be repeated. */
  get wrote(): boolean {
    return this.#wrote;
  }

  /** The run was ended, to be run again without a player: see `PlayerGone`. */
  get isPlayerGone(): boolean {
    return this.#isPlayerGone;
  }

  get count(): number {
    return this.#count;
  }

  /** Executes a call and returns the text of its answer (see `ANSWER`). Never rejects. */
  async answer(request: string): Promise<string> {
    const began = performance.now();
    const scope = this.#scope;
    if (++this.#count > this.#limits.calls) {
      scope?.onCall?.("any", "limit", 0);
      return `${ANSWER.limit}calls:The script makes more than ${this.#limits.calls} calls to the server.`;
    }
    let name = "unknown";
    let outcome: CallOutcome = "ok";
    try {
      if (!calls) await loadCalls();
      const found = this.#read(request);
      const { call, args } = found;
      if (request.length > LARGE) await nextTurn();
      name = found.name;
      if (!scope) throw new CallError(`${name} needs a server, and this run has none.`);
      scope.wroteBefore = this.#wrote;
      if (call.writes) this.#wrote = true;
      const carryOut = (inside: CallScope) => this.#carryOut(inside, call, args);
      const refusalOf = (error: unknown) => {
        const refusal = this.#refusalOf(error, found);
        outcome = refusal.outcome;
        return refusal.text;
      };
      return await onBehalfOf(this.#caller!, () =>
        scope.journal && !call.isLocal
          ? journaled(scope, scope.journal, { ...found, carryOut, refusalOf })
          : carryOut(scope).catch(refusalOf),
      );
    } catch (error) {
      if (scope && error instanceof RunAgain) {
        this.#wrote = scope.wroteBefore;
        if (error instanceof PlayerGone) this.#isPlayerGone = true;
        return `${ANSWER.limit}limit:${error.message}`;
      }
      if (error instanceof CallLimitError) {
        outcome = "limit";
        return `${ANSWER.limit}${error.kind}:${error.message}`;
      }
      const refusal = this.#refusalOf(error, { name, args: [] });
      outcome = refusal.outcome;
      return refusal.text;
    } finally {
      scope?.onCall?.(name, outcome, (performance.now() - began) / 1000);
    }
  }

  /** To be called when the run is restarted in another host. */
  reset(): void {
    void this.#scope?.cursors.close();
    void this.#scope?.locks.releaseAll();
    this.#scope?.journal?.rewind(this.#journalStart);
  }

  close(): void {
    if (!this.#scope) return;
    const { cursors, locks, releaseLater } = this.#scope;
    void cursors.close();
    locks.stop();
    const release = () => locks.releaseAll();
    if (releaseLater) releaseLater(release);
    else void release();
  }

  #read(request: string): { name: string; call: Call; args: unknown[] } {
    if (request.length > this.#limits.chars + 100) throw new CallError("The arguments are too large.");
    if (isTooDeep(request)) throw new CallError("The arguments are nested more than 100 levels deep.");
    if (request.length > LARGE && valuesIn(request) > MAX_VALUES) {
      throw new CallError(`The arguments contain more than ${MAX_VALUES} values. Split them into several calls.`);
    }
    let parts: unknown;
    try {
      parts = JSON.parse(request);
    } catch {
      throw new CallError("The call is not JSON.");
    }
    const [name, ...args] = Array.isArray(parts) ? parts : [];
    const call = typeof name === "string" ? calls?.get(name) : undefined;
    if (!call) throw new CallError("Unknown call.");
    return { name, call, args };
  }

  async #carryOut(scope: CallScope, call: Call, args: readonly unknown[]): Promise<string> {
    const answer = await call.answer(scope, args);
    const result = answer instanceof JsonText ? answer.text : JSON.stringify(answer ?? null);
    const most = this.#limits.chars * 4;
    if (result.length > most && !call.hasAnySize)
      throw new CallError(`The result is larger than ${most} characters. Request less.`);
    return ANSWER.result + result;
  }

  /** The answer for the script. Rethrows an error that ends the run. */
  #refusalOf(
    error: unknown,
    made: { name: string; call?: Call; args: unknown[] },
  ): { text: string; outcome: CallOutcome } {
    if (error instanceof RunAgain || error instanceof CallLimitError) throw error;
    if (isDuplicateKey(error) && made.call?.nullOnDuplicate?.(made.args)) {
      return { text: `${ANSWER.result}null`, outcome: "ok" };
    }
    const sentence = sentenceOf(error);
    if (sentence !== undefined) return { text: ANSWER.error + sentence, outcome: "refused" };
    return { text: ANSWER.error + this.#failed(made.name, error), outcome: "failed" };
  }

  #failed(name: string, error: unknown): string {
    const errorId = nanoid(12);
    this.#scope?.onFailure?.(name, error, errorId);
    return `The server failed at ${name}. See its log for error ${errorId}.`;
  }
}

/** The message for the script; undefined for an internal error. */
function sentenceOf(error: unknown): string | undefined {
  if (error instanceof CallError) return error.message;
  if (!(error instanceof StoreError)) return undefined;
  if (error.retryable) return "The database is unreachable at the moment. Try again.";
  if (error.code === "DAMAGED") return "The server's data file is damaged; its operator must restore it.";
  return error.message;
}
