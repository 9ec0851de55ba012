import type { Static, TObject } from "@sinclair/typebox";
import type { Clock } from "../clock.ts";
import type { Presence } from "../cluster/presence.ts";
import type { Config } from "../config.ts";
import type { LinkTokens, Passwords, SocialStatuses } from "../domains/accounts/index.ts";
import type { Mailbox } from "../domains/messages/index.ts";
import { type Refusal, type RefusalOptions, RequestError } from "../errors.ts";
import type { Credential, Game, Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Actor } from "../kernel/actor.ts";
import type { ProviderCalls } from "../providers/calls.ts";
import type { Documents } from "../store/store.ts";

/** GameSparks' own categories; each is a folder here. */
export type Category =
  | "admin"
  | "analytics"
  | "authentication"
  | "leaderboards"
  | "misc"
  | "multiplayer"
  | "player"
  | "store"
  | "teams";

export interface Refusing<E extends Refusal = Refusal> {
  /** The error to throw; `refusal` is one of those that the definition lists. */
  refuse(refusal: E, options?: RefusalOptions): RequestError;
}

export const refusing: Refusing = { refuse: (refusal, options) => new RequestError(refusal, options) };

/** What a handler can use. Each attempt has its own; a handler keeps none of it. */
export interface RequestContext<E extends Refusal = Refusal> extends Refusing<E> {
  readonly game: Game;
  readonly stage: Stage;
  readonly config: Config;
  readonly clock: Clock;
  readonly presence: Presence;
  readonly passwords: Passwords;
  readonly linkTokens: LinkTokens;
  readonly socialStatuses: SocialStatuses;
  readonly providerCalls: ProviderCalls;
  /** The store in `prepare` and in reads; the transaction in the `handle` of a write. */
  readonly documents: Documents;
  /** Messages that are sent when the work is on disk; an attempt that is undone sends none. */
  readonly messages: Mailbox;
  /** The connection that sent the request; it stays signed in when the player is signed out everywhere else. */
  readonly caller: object;
  /** Who sent the request, for the audit. */
  readonly actor: Actor;
  readonly credential: Credential;
  /** When the session began, in milliseconds since 1970. */
  readonly sessionStartedAt: number;
  /** The authenticated player of the connection, or the player that a server credential acts as. */
  readonly player: PlayerId | undefined;
  /** In `handle`: what `admit` returned. */
  readonly admitted?: unknown;
}

/** The context of a request that needs a player. */
export type PlayerContext<E extends Refusal = Refusal> = RequestContext<E> & { readonly player: PlayerId };

/** What a handler returns: the response's own fields, and what happens to the session once everything is on disk. */
export interface Outcome<R> {
  response: R;
  /** The connection becomes this player's. */
  signIn?: PlayerId;
  /** The player's authTokens have expired: the response has a new one. */
  newToken?: true;
  /** The session ends for analytics and a new one begins; the connection stays the player's. */
  endSession?: true;
}

/** What `admit` can use besides its context. */
export interface Admission {
  /**
   * Locks a name until the request's work is written or undone; the request's scripts hold the lock too. Resolves to false
   * if the lock was not free in time.
   */
  lock(name: string): Promise<boolean>;
}

/** What `complete` can use. */
export interface CompletionContext<E extends Refusal = Refusal> extends Refusing<E> {
  readonly game: Game;
  readonly clock: Clock;
  /** Whether the game has a script for an event; by default the one that LogEventRequest runs. */
  hasEventScript(shortCode: string, kind?: "event" | "event-challenge"): boolean;
}

/** Of the fields that a request declares. */
type RefusalOf<F extends TObject> = Refusal<string, string, keyof Static<F> & string>;

export interface Definition<F extends TObject, R extends TObject, E extends Refusal = RefusalOf<F>> {
  /** The class without its dot. */
  name: string;
  /** The class of its response without its dot. */
  responseName: string;
  category: Category;
  /** A sentence for the reference. */
  description: string;
  /** "anyone": no player is needed; "player": without one it is refused. */
  caller: "anyone" | "player";
  /** "read": runs on the store; "write": `handle` is one transaction. */
  work: "read" | "write";
  fields: F;
  response: R;
  /**
   * Checks the request against the game's configuration, before any script, and completes it. What it returns is added to
   * what scripts see, which is the request as it was sent, and to what `handle` sees: the declared fields, which keep their
   * values.
   * @param sent the request as it was sent, its undeclared fields of any type
   */
  complete?(
    context: CompletionContext<E>,
    request: Static<F>,
    sent: Readonly<Record<string, unknown>>,
  ): Record<string, unknown>;
  /** The script that runs after the request's own, such as that of an event. */
  boundScript?(request: Static<F>): { kind: "event" | "event-challenge"; name: string };
  /** Every refusal it can be answered with, but for those of any request (`server/refusals.ts`). */
  errors: readonly E[];
  /** Worked examples: shown in the reference and the console, and sent in the tests. */
  examples: readonly { title: string; request: Record<string, unknown>; response: Record<string, unknown> }[];
}

export interface AnyoneDefinition<F extends TObject, R extends TObject, P, E extends Refusal = RefusalOf<F>>
  extends Definition<F, R, E> {
  caller: "anyone";
  /** What must not happen inside a transaction: calls to providers, password hashing. Its own writes, if any, are not undone. */
  prepare?(context: RequestContext<E>, request: Static<F>): Promise<P>;
  handle(context: RequestContext<E>, request: Static<F>, prepared: P): Promise<Outcome<Partial<Static<R>>>>;
}

export interface PlayerDefinition<F extends TObject, R extends TObject, P, E extends Refusal = RefusalOf<F>>
  extends Definition<F, R, E> {
  caller: "player";
  /**
   * Refuses by what is stored, before any script runs. `handle` gets what it returns as `context.admitted`, and must check
   * again what other requests can change in between.
   */
  admit?(context: PlayerContext<E>, request: Static<F>, admission: Admission): Promise<unknown>;
  prepare?(context: PlayerContext<E>, request: Static<F>): Promise<P>;
  handle(context: PlayerContext<E>, request: Static<F>, prepared: P): Promise<Outcome<Partial<Static<R>>>>;
}

/** A request as the dispatcher runs it, its types erased. */
export type AnyRequest = AnyoneDefinition<TObject, TObject, unknown> | PlayerDefinition<TObject, TObject, unknown>;

export function defineRequest<F extends TObject, R extends TObject, P = undefined, E extends RefusalOf<F> = never>(
  definition: AnyoneDefinition<F, R, P, E>,
): AnyRequest;
export function defineRequest<F extends TObject, R extends TObject, P = undefined, E extends RefusalOf<F> = never>(
  definition: PlayerDefinition<F, R, P, E>,
): AnyRequest;
export function defineRequest(definition: unknown): AnyRequest {
  return definition as AnyRequest;
}
