import type { CloudCode } from "../cloudcode/cloudcode.ts";
import type { Redis } from "../cluster/redis.ts";
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

/** One request on its way through the dispatcher. Each stage fills in what the next ones need. */
export class Call {
  readonly caller: Caller;
  readonly frame: Frame;
  /** Set by the stages `findRequest`, `openStage`, `findPlayer`, `checkFields`, in this order. */
  definition: AnyRequest | undefined;
  openedStore: Store | undefined;
  player: PlayerId | undefined;
  /** The request as its handler sees it: declared fields alone, each of its declared type. */
  request: Frame | undefined;
  /** The request as scripts see it: as it was sent, with what the game's configuration adds. */
  completed: Frame | undefined;
  /** Under which its outcome is kept, if it is a durable request. */
  claim: Claim | undefined;

  /** What the request's `admit` answered. */
  admitted: unknown;

  /** What scripts set so far; undefined while none has run. */
  scriptData: Record<string, unknown> | undefined;
  scriptErrors: ErrorPairs | undefined;
  /** What the last script changed of players and is not written yet. */
  scriptChanges: ScriptChanges | undefined;

  response: Record<string, unknown> | undefined;
  refusal: RequestError | undefined;
  failed = false;
  signIn: PlayerId | undefined;
  authToken: string | undefined;
  endSession = false;
  /** Shared by its scripts, which have it until what they changed is written. */
  chainLocks: ChainLocks | undefined;
  /** Releases what scripts have locked until what they changed is written. */
  releases: (() => Promise<void>)[] | undefined;

  constructor(caller: Caller, frame: Frame) {
    this.caller = caller;
    this.frame = frame;
  }

  /** Called when what scripts changed is written, or lost. */
  async releaseLocks(): Promise<void> {
    const { releases } = this;
    this.releases = undefined;
    for (const release of releases ?? []) await release();
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

  get hasScriptErrors(): boolean {
    for (const _ in this.scriptErrors) return true;
    return false;
  }
}
