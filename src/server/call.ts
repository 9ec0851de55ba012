import type { CloudCode } from "../cloudcode/cloudcode.ts";
import type { Redis } from "../cluster/redis.ts";
import type { WriteMode } from "../domains/accounts/index.ts";
import type { ErrorPairs, RequestError } from "../errors.ts";
import type { PlayerId } from "../ids.ts";
import type { Caller } from "../kernel/caller.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Result } from "../kernel/metrics.ts";
import type { ChainLocks } from "../kernel/scripts/locks.ts";
import type { ScriptChanges } from "../kernel/scripts/player.ts";
import type { ScriptRequests } from "../kernel/scripts/requests.ts";
import type { ScriptKind } from "../kernel/scripts/result.ts";
import type { KeyedMutex } from "../queues/keyed-mutex.ts";
import type { AnyRequest } from "../requests/definition.ts";
import type { Store } from "../store/store.ts";
import type { XmlReader } from "../xml/reader.ts";
import type { Claim } from "./durable-claim.ts";
import type { Frame, ResponseFrame } from "./frames.ts";

/** What the stages of a request use: the kernel, plus what only requests and scripts need. */
export interface Services extends Kernel {
  readonly cloudCode: CloudCode;
  readonly requests: ReadonlyMap<string, AnyRequest>;
  readonly scriptRequests: ScriptRequests;
  /** By stage and player: queues scripts that must be repeated because another script changed their player. */
  readonly playerTurns: KeyedMutex;
  readonly redis: Redis | undefined;
  readonly xml: XmlReader;
}

/** The result for the caller's transport, which updates its session and then sends the response. */
export interface Answer {
  response: ResponseFrame;
  result: Result;
  signIn: PlayerId | undefined;
  endSession: boolean;
}

/** The combined results of a request's scripts so far. Replaced for each attempt. */
export interface ScriptState {
  data: Record<string, unknown> | undefined;
  errors: ErrorPairs | undefined;
  /** Player changes that are not written yet. */
  changes: ScriptChanges | undefined;
  /** A script wrote something that cannot be undone, so none may be repeated. */
  wrote: boolean;
  /** "merged" on the last attempt; see `untilUnchanged`. */
  mode: WriteMode;
}

export interface CallOutcome {
  response?: Record<string, unknown> | undefined;
  refusal?: RequestError | undefined;
  signIn?: PlayerId | undefined;
  authToken?: string | undefined;
  endSession?: boolean;
}

/** Locks held for the request until its scripts' changes are written. */
export interface HeldLocks {
  chain: ChainLocks | undefined;
  releases: (() => Promise<void>)[];
}

export const noScripts = (): ScriptState => ({
  data: undefined,
  errors: undefined,
  changes: undefined,
  wrote: false,
  mode: "checked",
});

/** One request on its way through the dispatcher. Each stage sets what later stages need. */
export class Call {
  readonly caller: Caller;
  readonly frame: Frame;

  // Set by `findRequest`, `openStage`, `findPlayer`, `checkFields` and `complete`, in this order.
  definition: AnyRequest | undefined;
  openedStore: Store | undefined;
  player: PlayerId | undefined;
  /** For the handler: only declared fields, each of its declared type. */
  request: Frame | undefined;
  /** For scripts: the request as sent, plus additions from the game's configuration. */
  completed: Frame | undefined;

  claim: Claim | undefined;
  /** Set by `takeLocks`: what the request's `admit` returned. */
  admitted: unknown;
  readonly locks: HeldLocks = { chain: undefined, releases: [] };
  scripts: ScriptState = noScripts();
  outcome: CallOutcome = {};
  /** An earlier attempt at a durable request did the work; only the response script remains. */
  isPerformed = false;
  failed = false;

  constructor(caller: Caller, frame: Frame) {
    this.caller = caller;
    this.frame = frame;
  }

  /** Call once the scripts' changes are written or discarded. */
  async releaseLocks(): Promise<void> {
    for (const release of this.locks.releases.splice(0)) await release();
  }

  get store(): Store {
    return this.openedStore!;
  }

  get known(): AnyRequest {
    return this.definition!;
  }

  /** Whether the game has the script and it runs for this request. */
  scripted(cloudCode: CloudCode, kind: ScriptKind, name: string): boolean {
    return this.caller.script?.runsScripts !== false && cloudCode.has(kind, name);
  }

  /** The request was refused or a script set an error, so no further work is done. */
  get isRefused(): boolean {
    return this.outcome.refusal !== undefined || hasMembers(this.scripts.errors);
  }
}

export function hasMembers(value: object | undefined): boolean {
  for (const _ in value) return true;
  return false;
}
