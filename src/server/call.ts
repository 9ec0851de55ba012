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
import type { Outgoing } from "../outgoing/outgoing.ts";
import type { KeyedMutex } from "../queues/keyed-mutex.ts";
import type { AnyRequest } from "../requests/definition.ts";
import type { Store } from "../store/store.ts";
import type { XmlReader } from "../xml/reader.ts";
import type { Claim } from "./durable-claim.ts";
import type { Frame, ResponseFrame } from "./frames.ts";

/** What the stages of a request work with: the kernel, and what belongs to requests and scripts alone. */
export interface Services extends Kernel {
  readonly cloudCode: CloudCode;
  readonly requests: ReadonlyMap<string, AnyRequest>;
  readonly scriptRequests: ScriptRequests;
  /** By stage and player: scripts that run again as another one wrote their player, and those that came after them. */
  readonly playerTurns: KeyedMutex;
  /** Of scripts; undefined where the settings name none. */
  readonly redis: Redis | undefined;
  /** What scripts send to servers elsewhere. */
  readonly outgoing: Outgoing;
  readonly xml: XmlReader;
}

/** What the caller's transport does next: changes its session, then sends. */
export interface Answer {
  response: ResponseFrame;
  result: Result;
  signIn: PlayerId | undefined;
  endSession: boolean;
}

/** What the scripts of a request did so far. A new one for each attempt. */
export interface ScriptState {
  data: Record<string, unknown> | undefined;
  errors: ErrorPairs | undefined;
  /** What they changed of players and is not written yet. */
  changes: ScriptChanges | undefined;
  /** One of them wrote something that cannot be undone, so none is run again. */
  wrote: boolean;
  /** "merged" in the last attempt; see `untilUnchanged`. */
  mode: WriteMode;
}

/** What the client and its connection get. */
export interface CallOutcome {
  response?: Record<string, unknown> | undefined;
  refusal?: RequestError | undefined;
  signIn?: PlayerId | undefined;
  authToken?: string | undefined;
  endSession?: boolean;
}

/** What is locked for the request, until what its scripts changed is written. */
export interface HeldLocks {
  /** Shared by its scripts. */
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

/** One request on its way through the dispatcher. Each stage sets what the next ones need. */
export class Call {
  readonly caller: Caller;
  readonly frame: Frame;

  // Set by `findRequest`, `openStage`, `findPlayer`, `checkFields` and `complete`, in this order.
  definition: AnyRequest | undefined;
  openedStore: Store | undefined;
  player: PlayerId | undefined;
  /** The request as its handler sees it: declared fields alone, each of its declared type. */
  request: Frame | undefined;
  /** The request as scripts see it: as it was sent, with what the game's configuration adds. */
  completed: Frame | undefined;

  /** Set by `once`: a durable request's outcome is kept under it. */
  claim: Claim | undefined;
  /** Set by `takeLocks`: what the request's `admit` returned. */
  admitted: unknown;
  readonly locks: HeldLocks = { chain: undefined, releases: [] };
  scripts: ScriptState = noScripts();
  outcome: CallOutcome = {};
  /** An earlier attempt at a durable request did the work; only its response script is left. */
  isPerformed = false;
  /** The server failed; the client is not at fault. */
  failed = false;

  constructor(caller: Caller, frame: Frame) {
    this.caller = caller;
    this.frame = frame;
  }

  /** Called when what scripts changed is written, or lost. */
  async releaseLocks(): Promise<void> {
    for (const release of this.locks.releases.splice(0)) await release();
  }

  get store(): Store {
    return this.openedStore!;
  }

  get known(): AnyRequest {
    return this.definition!;
  }

  /** Whether the game has that script, and it runs for this request. */
  scripted(cloudCode: CloudCode, kind: ScriptKind, name: string): boolean {
    return this.caller.script?.runsScripts !== false && cloudCode.has(kind, name);
  }

  /** The request was refused, or one of its scripts set an error: nothing more of it is done. */
  get isRefused(): boolean {
    return this.outcome.refusal !== undefined || hasMembers(this.scripts.errors);
  }
}

export function hasMembers(value: object | undefined): boolean {
  for (const _ in value) return true;
  return false;
}
