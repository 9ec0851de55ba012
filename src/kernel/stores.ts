import { STAGES, type Stage } from "../game/game.ts";
import { backoffMs } from "../jobs/backoff.ts";
import { StoreError } from "../store/errors.ts";
import type { Store } from "../store/store.ts";

/** "opening": not needed yet, or the first attempt to open is running. */
export type StageState = "ok" | "opening" | "unavailable" | "damaged";

/** Delays before a failed opening is retried, in addition to the driver's own timeout. */
const RETRY = { firstMs: 250, mostMs: 30_000 };

interface Failure {
  error: unknown;
  retry: NodeJS.Timeout | undefined;
}

/**
 * One database per stage, opened on first use. A failed opening is retried in the background with increasing delays;
 * until it succeeds, callers immediately get the last error. A damaged file is not retried: it must be restored while
 * the server is stopped.
 */
export class Stores {
  readonly #openStore: (stage: Stage) => Promise<Store>;
  readonly #failed: (stage: Stage, error: unknown) => void;
  readonly #mayExist: (stage: Stage) => boolean;
  readonly #opened = new Map<Stage, Store>();
  readonly #opening = new Map<Stage, Promise<Store>>();
  readonly #failures = new Map<Stage, Failure>();
  readonly #pings = new Map<Stage, Promise<StageState>>();
  #closed = false;

  /**
   * @param failed called each time an opening fails
   * @param mayExist whether the database of a stage that is not open may have documents
   */
  constructor(
    openStore: (stage: Stage) => Promise<Store>,
    failed: (stage: Stage, error: unknown) => void,
    mayExist: (stage: Stage) => boolean = () => true,
  ) {
    this.#openStore = openStore;
    this.#failed = failed;
    this.#mayExist = mayExist;
  }

  opened(stage: Stage): Store | undefined {
    return this.#opened.get(stage);
  }

  async open(stage: Stage): Promise<Store> {
    const failure = this.#failures.get(stage);
    if (failure !== undefined) throw failure.error;
    return this.#opening.get(stage) ?? this.#open(stage, 0);
  }

  /** The database if there is one. For callers that are not known yet: they must not create it. */
  async openExisting(stage: Stage): Promise<Store | undefined> {
    return this.opened(stage) ?? (this.mayExist(stage) ? await this.open(stage) : undefined);
  }

  mayExist(stage: Stage): boolean {
    return this.#opening.has(stage) || this.#mayExist(stage);
  }

  #open(stage: Stage, failures: number): Promise<Store> {
    if (this.#closed) return Promise.reject(new StoreError("UNAVAILABLE", "The server is stopping."));
    const opening = this.#openStore(stage);
    this.#opening.set(stage, opening);
    opening.then(
      (store) => {
        this.#opened.set(stage, store);
        this.#failures.delete(stage);
      },
      (error: unknown) => {
        this.#opening.delete(stage);
        this.#fail(stage, error, failures + 1);
      },
    );
    return opening;
  }

  #fail(stage: Stage, error: unknown, failures: number): void {
    this.#failed(stage, error);
    const again = () => void this.#open(stage, failures).catch(() => undefined);
    const isFinal = this.#closed || stateOf(error) === "damaged";
    const retry = isFinal ? undefined : setTimeout(again, backoffMs(failures, RETRY)).unref();
    this.#failures.set(stage, { error, retry });
  }

  /** The state of `wanted`, which is opened if necessary, and of every stage used so far. Takes at most `timeoutMs`. */
  async health(wanted: Stage, timeoutMs: number): Promise<Partial<Record<Stage, StageState>>> {
    this.open(wanted).catch(() => undefined);
    const known = STAGES.filter((stage) => this.#opening.has(stage) || this.#failures.has(stage));
    const states = known.map(async (stage) => [stage, await this.#state(stage, timeoutMs)] as const);
    return Object.fromEntries(await Promise.all(states));
  }

  async #state(stage: Stage, timeoutMs: number): Promise<StageState> {
    const failure = this.#failures.get(stage);
    if (failure !== undefined) return stateOf(failure.error);
    const late = after<StageState>(timeoutMs, this.#opened.has(stage) ? "unavailable" : "opening");
    return Promise.race([this.#ping(stage), late]);
  }

  /** Shares one ping among all callers, so that pings do not pile up on an unresponsive database. */
  #ping(stage: Stage): Promise<StageState> {
    let ping = this.#pings.get(stage);
    if (ping === undefined) {
      ping = this.open(stage)
        .then((store) => store.ping())
        .then(() => "ok" as const, stateOf)
        .finally(() => this.#pings.delete(stage));
      this.#pings.set(stage, ping);
    }
    return ping;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { retry } of this.#failures.values()) clearTimeout(retry);
    const stores = await Promise.allSettled(this.#opening.values());
    await Promise.all(stores.map((s) => (s.status === "fulfilled" ? s.value.close() : undefined)));
  }
}

function stateOf(error: unknown): "unavailable" | "damaged" {
  return error instanceof StoreError && error.code === "DAMAGED" ? "damaged" : "unavailable";
}

function after<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, ms, value).unref());
}
