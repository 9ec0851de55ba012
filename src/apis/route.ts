import { type Static, type TObject, type TSchema, Type } from "@sinclair/typebox";
import type { Access, Scope } from "../domains/social/index.ts";
import type { Stage } from "../game/game.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Documents, Store } from "../store/store.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a handler can use. */
export interface RouteContext extends Access {
  readonly kernel: Kernel;
  readonly stage: Stage;
  readonly store: Store;
  /** The transaction of a "write" route; the store otherwise. */
  readonly documents: Documents;
  /** For the audit. */
  readonly by: Actor;
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly requestId: string;
  /** Of the server as the client reaches it, such as https://game.example, without a trailing slash. */
  readonly baseUrl: string;
  /** A header of the request, lower case; undefined if it is absent or sent twice. */
  header(name: string): string | undefined;
  /** Whether the header was sent several times, so that `header` does not have it. */
  isRepeated(name: string): boolean;
}

export interface Input<P extends TObject, Q extends TObject, B extends TSchema> {
  params: Static<P>;
  query: Static<Q>;
  body: Static<B>;
}

export interface Reply<R = unknown> {
  /** 200 by default. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  body: R;
}

export interface RouteError {
  status: number;
  code: string | number;
  /** When, in a sentence. */
  meaning: string;
}

/** A call that is sent in the tests and shown in the reference. */
export interface RouteExample {
  title: string;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  status: number;
  /** The body of the response. Ids and times in it are those of one run. */
  response: unknown;
}

/**
 * One call of an HTTP API as a value: its reference, its checks and its OpenAPI description follow from it.
 *
 * `work`: "read" runs on the store; "write" is one transaction, in which it may run again after a conflict; "calls" makes
 * calls to networks and writes its own transactions.
 */
export interface Route<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  B extends TSchema = TSchema,
  R extends TSchema = TSchema,
> {
  /** The operation's id in OpenAPI: a verb and a noun, such as disconnectSocialAccount. */
  name: string;
  method: Method;
  /** With parameters as `:name`, such as /v1/social-accounts/:socialAccountId. */
  path: string;
  /** Older spellings that published clients use. */
  aliases?: readonly { method: Method; path: string }[];
  /** A sentence. */
  summary: string;
  /** What a key needs; undefined if any key may call it. */
  scope: Scope | undefined;
  work: "read" | "write" | "calls";
  params: P;
  query: Q;
  /** An empty object if the call has no body; a body is then ignored. */
  body: B;
  response: R;
  /** What it refuses besides what every route of its API does. */
  errors: readonly RouteError[];
  examples: readonly RouteExample[];
  handle(context: RouteContext, input: Input<P, Q, B>): Promise<Reply<Static<R>>>;
}

/** A route with its types erased. */
export type AnyRoute = Route<TObject, TObject, TSchema, TSchema>;

export const NOTHING = Type.Object({});

export function defineRoute<
  P extends TObject = typeof NOTHING,
  Q extends TObject = typeof NOTHING,
  B extends TSchema = typeof NOTHING,
  R extends TSchema = TSchema,
>(
  route: Omit<Route<P, Q, B, R>, "params" | "query" | "body" | "errors"> &
    Partial<Pick<Route<P, Q, B, R>, "params" | "query" | "body" | "errors">>,
): AnyRoute {
  return { params: NOTHING, query: NOTHING, body: NOTHING, errors: [], ...route } as unknown as AnyRoute;
}
