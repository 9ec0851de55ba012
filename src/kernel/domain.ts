import type { TProperties } from "@sinclair/typebox";
import type { Stage } from "../game/game.ts";
import type { JobKind } from "../jobs/kind.ts";
import type { IndexOptions, IndexOrder, Store } from "../store/store.ts";
import type { Kernel } from "./kernel.ts";
import type { MessageDefinition } from "./message.ts";
import type { Call } from "./scripts/call.ts";
import type { ServiceClass } from "./service.ts";

/** A collection that a domain keeps, with its indexes. They are ensured when a stage opens, before its first request. */
export interface CollectionDefinition {
  readonly name: string;
  readonly indexes?: readonly (readonly [key: Record<string, IndexOrder>, options?: IndexOptions])[];
}

/** What a domain does by itself while the server runs. The application calls each member that is there. */
export interface DomainService {
  /** Durable background work (`src/jobs`). */
  readonly jobs?: readonly JobKind[];
  /** The stage's store is open and has the domain's indexes. The stage serves when this resolves. */
  opened?(stage: Stage, store: Store): Promise<void> | void;
  /** Called about every second: starts what has become ready, and resolves when it is started. */
  poll?(): Promise<void>;
  /** Resolves when this process works on nothing more. For tests and tools. */
  settled?(): Promise<void>;
  /**
   * The server stops: starts nothing more by itself, and waits up to `timeoutMs` for what is running. Called a second
   * time when the script hosts have ended, to wait for the work that this cut off.
   */
  drain?(timeoutMs: number): Promise<void>;
  /** Every domain is drained: finishes what they handed over, in up to `timeoutMs`. Called twice, as `drain` is. */
  close?(timeoutMs: number): Promise<void>;
}

/**
 * One area of the game, as one value: what it keeps, what it does, and what messages and script calls it adds. It lives
 * in one folder, whose `index.ts` exports this value. The application folds over the list in `src/domains/index.ts`.
 */
export interface Domain<P extends TProperties = TProperties> {
  readonly name: string;
  /** Settings of the server, each with its default and a sentence. Read by `settingsOf` (`src/config.ts`). */
  readonly settings: P;
  readonly collections: readonly CollectionDefinition[];
  /** Classes of messages that it sends. */
  readonly messages: readonly MessageDefinition[];
  /** Calls that scripts can make to the server, by name. */
  readonly calls: Readonly<Record<string, Call>>;
  readonly service: ServiceOf<object> | undefined;
}

/** A class with any of the members of `DomainService`, and what others may ask of the domain. */
export interface ServiceOf<S extends object> {
  readonly class: ServiceClass<S>;
  /** Makes the service, once for a server. Other domains' services can be asked for here, but not in a circle. */
  make(kernel: Kernel): S;
}

/** A domain; what is left out is empty. */
export function defineDomain<S extends object, P extends TProperties = Record<never, never>>(
  definition: Pick<Domain, "name"> & Partial<Omit<Domain<P>, "service">> & { service?: ServiceOf<S> },
): Domain<P> {
  return { settings: {} as P, collections: [], messages: [], calls: {}, service: undefined, ...definition };
}

/** Ensures the domain's collections and indexes. Changes nothing where they exist. */
export async function prepareCollections({ collections }: Domain, store: Store): Promise<void> {
  for (const { name, indexes = [] } of collections) {
    const collection = store.collection(name);
    await collection.create();
    for (const [key, options] of indexes) await collection.createIndex(key, options);
  }
}
