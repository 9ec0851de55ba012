import type { Static, TObject } from "@sinclair/typebox";
import type { Stage } from "../../game/game.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { Documents, Store } from "../../store/store.ts";
import { read } from "../input.ts";

export interface OperationContext {
  /** The transaction of a "write"; the store otherwise. */
  readonly documents: Documents;
  readonly stage: Stage;
  readonly by: Actor;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/**
 * Something that an operator does: a command (`rekindle keys create`) and a route (`POST /admin/keys/create`). It runs in
 * the server, or in the command if the server is stopped.
 */
export interface Operation<A extends TObject = TObject> {
  /** One or two words. */
  readonly name: string;
  /** A sentence. */
  readonly summary: string;
  /** "write" is one transaction, in which it may run again after a conflict. */
  readonly work: "read" | "write";
  /** Each has a description. `wanted` completes the sentence "Must be …". */
  readonly arguments: A;
  /** The argument that the command line takes without a flag. */
  readonly positional?: string;
  /** A sentence for a person who reads the result. */
  readonly note?: string;
  /** A flat object, or a list of them. Dates become ISO 8601 text. @throws OperationRefused, SocialRefused */
  run(context: OperationContext, args: Static<A>): Promise<object>;
}

/** An operation with its types erased. */
export type AnyOperation = Operation<TObject>;

export function defineOperation<A extends TObject>(operation: Operation<A>): AnyOperation {
  return operation as unknown as AnyOperation;
}

/** What an operation is asked for does not exist or is not possible. The message is a sentence with the cure. */
export class OperationRefused extends Error {
  override name = "OperationRefused";
}

/** Checks the arguments. @throws ProblemError "invalid" */
export function checkArguments(operation: AnyOperation, args: unknown): Record<string, unknown> {
  return read(operation.arguments, args, "body", { unknown: "refuse", convert: false }) as Record<string, unknown>;
}

/** @throws ProblemError "invalid", OperationRefused, SocialRefused and errors of the store */
export async function perform(
  operation: AnyOperation,
  args: unknown,
  store: Store,
  context: Omit<OperationContext, "documents">,
): Promise<object> {
  const checked = checkArguments(operation, args);
  if (operation.work === "read") return operation.run({ ...context, documents: store }, checked);
  return store.transaction((documents) => operation.run({ ...context, documents }, checked));
}
