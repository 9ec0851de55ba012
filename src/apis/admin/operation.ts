import type { Static, TObject } from "@sinclair/typebox";
import type { CloudCode } from "../../cloudcode/cloudcode.ts";
import type { Passwords } from "../../domains/accounts/index.ts";
import type { Role } from "../../domains/admins/index.ts";
import type { Refusal } from "../../errors.ts";
import type { Credential, Stage } from "../../game/game.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { AnyRequest } from "../../requests/definition.ts";
import type { Documents, Store } from "../../store/store.ts";
import { read } from "../input.ts";

/** Of a running server. */
export interface ServerHealth {
  status: "ok" | "opening" | "unavailable" | "damaged" | "stopping";
  stores: Partial<Record<Stage, string>>;
  sockets: number;
  scriptProblems: number;
  uptimeSeconds: number;
}

/** What operations and the console can use of a running server. */
export interface OperationServer extends Kernel {
  readonly cloudCode: CloudCode;
  readonly requests: ReadonlyMap<string, AnyRequest>;
  readonly version: string;
  /** What any request can be refused with. */
  readonly generalRefusals: readonly Refusal[];
  health(): Promise<ServerHealth>;
  /** The credentials that a socket can connect with. */
  connectable(): readonly Credential[];
  /** What a client with this credential answers to a nonce. */
  hmacFor(credential: Credential, nonce: string): string;
}

export interface OperationContext {
  /** The transaction of a "write" or a "trial"; the store otherwise. */
  readonly documents: Documents;
  /** Outside the transaction. */
  readonly store: Store;
  readonly stage: Stage;
  readonly by: Actor;
  /** The caller's. The command line has every right. */
  readonly role: Role;
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly passwords: Passwords;
  /** Seals a secret; undefined if this server stores none. */
  seal(text: string, purpose: string): Promise<string | undefined>;
  /** Undefined for a command without a running server. An operation that `needs` it has it. */
  readonly server: OperationServer | undefined;
}

/** The context of an operation that needs the server. */
export type ServerContext = OperationContext & { readonly server: OperationServer };

/**
 * Something that an operator does: a command (`rekindle keys create`) and a route of `/admin/` and of the console
 * (`POST /admin/keys/create`). It runs in the server, or in the command if the server is stopped.
 */
export interface Operation<A extends TObject = TObject, P = undefined, C extends OperationContext = OperationContext> {
  /** One or two words. */
  readonly name: string;
  /** A sentence. */
  readonly summary: string;
  /**
   * "write" is one transaction, in which it may run again after a conflict. "trial" is a transaction that is always rolled
   * back: it shows what a write would do.
   */
  readonly work: "read" | "write" | "trial";
  /** What the console requires of an admin. */
  readonly role: Role;
  /** "server": it needs the memory of the running server, such as its sockets or its scripts. */
  readonly needs?: "server";
  /** "default": it is about the server as a whole, so it always runs on the default stage. */
  readonly on?: "default";
  /** Each has a description. `wanted` completes the sentence "Must be …". */
  readonly arguments: A;
  /** The argument that the command line takes without a flag. */
  readonly positional?: string;
  /** A sentence for a person who reads the result. */
  readonly note?: string;
  /** What must not happen inside a transaction, such as hashing a password or reading files. */
  prepare?(context: C, args: Static<A>): Promise<P>;
  /** A flat object, or a list of them. Dates become ISO 8601 text. @throws OperationRefused, SocialRefused, AdminRefused */
  run(context: C, args: Static<A>, prepared: P): Promise<object>;
  /** Once the writes are on disk: what is not undone with them, such as closing sockets. */
  after?(context: C, args: Static<A>): void;
}

/** An operation with its types erased. */
export type AnyOperation = Operation<TObject, unknown>;

export function defineOperation<A extends TObject, P = undefined>(operation: Operation<A, P>): AnyOperation {
  return operation as unknown as AnyOperation;
}

/** Defines an operation that needs the running server. */
export function defineServerOperation<A extends TObject, P = undefined>(
  operation: Omit<Operation<A, P, ServerContext>, "needs">,
): AnyOperation {
  return { ...operation, needs: "server" } as unknown as AnyOperation;
}

/** What an operation is asked for does not exist, is not possible or not allowed. The message is a sentence with the cure. */
export class OperationRefused extends Error {
  override name = "OperationRefused";
  readonly code: string;

  constructor(message: string, { code = "REFUSED", cause }: { code?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.code = code;
  }
}

/** Checks the arguments. @throws ProblemError "invalid" */
export function checkArguments(operation: AnyOperation, args: unknown): Record<string, unknown> {
  return read(operation.arguments, args, "body", { unknown: "refuse", convert: false }) as Record<string, unknown>;
}

/** Rolls a trial back. */
class Undone extends Error {
  readonly result: object;

  constructor(result: object) {
    super("undone");
    this.result = result;
  }
}

/** @throws ProblemError "invalid", OperationRefused, SocialRefused, AdminRefused and errors of the store */
export async function perform(
  operation: AnyOperation,
  args: unknown,
  context: Omit<OperationContext, "documents">,
): Promise<object> {
  const checked = checkArguments(operation, args);
  const { store } = context;
  if (operation.needs === "server" && !context.server) {
    const cure = "Start the server, or use its console.";
    throw new OperationRefused(`rekindle ${operation.name} needs a running server of this data folder. ${cure}`);
  }
  const outside = { ...context, documents: store };
  const prepared = await operation.prepare?.(outside, checked);
  if (operation.work === "read") return operation.run(outside, checked, prepared);
  try {
    const result = await store.transaction(async (documents) => {
      const done = await operation.run({ ...context, documents }, checked, prepared);
      if (operation.work === "trial") throw new Undone(done);
      return done;
    });
    operation.after?.(outside, checked);
    return result;
  } catch (error) {
    if (error instanceof Undone) return error.result;
    throw error;
  }
}
