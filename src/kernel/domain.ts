import type { TProperties } from "@sinclair/typebox";
import type { Stage } from "../game/game.ts";
import type { JobKind } from "../jobs/kind.ts";
import type { IndexOptions, IndexOrder, Store } from "../store/store.ts";
import { waitForAll } from "../wait-for-all.ts";
import type { Kernel } from "./kernel.ts";
import type { MessageDefinition } from "./message.ts";
import type { Call } from "./scripts/call.ts";
import type { ServiceClass } from "./service.ts";

export interface CollectionDefinition {
  readonly name: string;
  readonly indexes?: readonly (readonly [key: Record<string, IndexOrder>, options?: IndexOptions])[];
}

/** The lifecycle of a domain's service. All members are optional; the application calls those that exist. */
export interface DomainService {
  /** Durable background work (`src/jobs`). */
  readonly jobs?: readonly JobKind[];
  /** The stage's store is open and has the domain's indexes. The stage accepts requests once this resolves. */
  opened?(stage: Stage, store: Store): Promise<void> | void;
  /** Called about once a second. Starts due work and resolves once it is started. */
  poll?(): Promise<void>;
  /** Resolves when this process has no work left. For tests and tools. */
  settled?(): Promise<void>;
  /**
   * The server is stopping: starts nothing and waits up to `timeoutMs`. Called again after the script hosts have ended.
   */
  drain?(timeoutMs: number): Promise<void>;
  /** All domains are drained: finish the work they handed over, within `timeoutMs`. Called twice, like `drain`. */
  close?(timeoutMs: number): Promise<void>;
}

/**
 * One area of the game as a value. It lives in one folder whose `index.ts` exports it; `src/domains/index.ts` lists
 * all.
 */
export interface Domain<P extends TProperties = TProperties> {
  readonly name: string;
  /** Read by `settingsOf` (`src/config.ts`). */
  readonly settings: P;
  readonly collections: readonly CollectionDefinition[];
  readonly messages: readonly MessageDefinition[];
  readonly calls: Readonly<Record<string, Call>>;
  readonly service: ServiceOf<object> | undefined;
}

/** A domain's service: any of the members of `DomainService`, plus methods for other domains. */
export interface ServiceOf<S extends object> {
  readonly class: ServiceClass<S>;
  /** Creates the service, once per server. It may ask for other domains' services here, but not in a cycle. */
  make(kernel: Kernel): S;
}

/** Defines a domain. Omitted members are empty. */
export function defineDomain<S extends object, P extends TProperties = Record<never, never>>(
  definition: Pick<Domain, "name"> & Partial<Omit<Domain<P>, "service">> & { service?: ServiceOf<S> },
): Domain<P> {
  return { settings: {} as P, collections: [], messages: [], calls: {}, service: undefined, ...definition };
}

/**
 * Creates the collections and indexes that do not exist. They are requested together: the embedded store then creates
 * them in a few commits instead of one each, and MongoDB without a round trip after the other.
 */
export async function prepareCollections({ collections }: Domain, store: Store): Promise<void> {
  await waitForAll(
    collections.map(async ({ name, indexes = [] }) => {
      const collection = store.collection(name);
      await collection.create();
      await waitForAll(indexes.map(([key, options]) => collection.createIndex(key, options)));
    }),
  );
}
