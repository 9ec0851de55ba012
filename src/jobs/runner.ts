import type { Clock } from "../clock.ts";
import type { Stage } from "../game/game.ts";
import { KeyedMutex } from "../queues/keyed-mutex.ts";
import { StoreError } from "../store/errors.ts";
import type { Store } from "../store/store.ts";
import { waitForAll } from "../wait-for-all.ts";
import { Background } from "./background.ts";
import { backoffMs } from "./backoff.ts";
import { Claim, claimedFrom, claimNext, type JobDocument, LeaseLost } from "./claim.ts";
import type { JobEvent, JobKind } from "./kind.ts";

export interface JobRunnerOptions {
  clock: Clock;
  onEvent(event: JobEvent): void;
  /** The store failed while a lease was renewed or a job was claimed; both are tried again. */
  onStoreError(error: unknown): void;
}

/** The jobs of one kind on one stage, as this process works on them. */
interface Queue {
  readonly kind: JobKind;
  readonly stage: Stage;
  readonly store: Store;
  /** Claimed by polling and not settled. */
  running: number;
  /** Jobs that became ready later wait for the next poll, so that a job which plans itself again cannot run in a loop. */
  readyAt: number;
}

/**
 * Durable background work. A job is on disk until it is settled. One process of all that share the store claims it, with
 * a lease that is renewed while it runs; when that process is killed, another resumes the job after the lease has
 * expired. So a job runs at least once, and what it writes in one transaction with its settling happens exactly once.
 * An attempt that fails is followed by another after a growing pause.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #background: Background;
  readonly #order = new KeyedMutex();
  readonly #kinds = new Map<string, JobKind>();
  readonly #stores = new Map<Stage, Store>();
  readonly #queues = new Map<string, Queue>();
  /** What this process works on: kind, stage and id → claim. */
  readonly #held = new Map<string, Claim>();

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#background = new Background(options.onStoreError);
  }

  get closing(): boolean {
    return this.#background.closing;
  }

  /** Registers a kind; before the stages open. */
  add<T extends JobDocument>(kind: JobKind<T>): void {
    if (this.#kinds.has(kind.name)) throw new Error(`There are two kinds of job called ${kind.name}.`);
    this.#kinds.set(kind.name, kind as unknown as JobKind);
  }

  /**
   * The stage's store is open: its jobs are polled from now on. Those that have an order are resumed at once, so that no
   * new one overtakes them.
   */
  open(stage: Stage, store: Store): void {
    this.#stores.set(stage, store);
    for (const { name, orderedBy } of this.#kinds.values()) if (orderedBy) this.#background.run(this.poll(name));
  }

  /**
   * Starts what is ready, of one kind or of all; called about every second. Resolves when it is started, not when it is
   * done. Costs an indexed read for each kind and stage that has nothing ready.
   */
  async poll(only?: string): Promise<void> {
    const readyAt = this.#options.clock.now();
    const polls: Promise<void>[] = [];
    for (const [stage, store] of this.#stores) {
      for (const kind of this.#kinds.values()) {
        if (only !== undefined && kind.name !== only) continue;
        const queue = this.#queueOf(kind, stage, store);
        queue.readyAt = readyAt;
        polls.push(this.#fill(queue));
      }
    }
    await waitForAll(polls);
  }

  /** The members of a new job that this process starts itself once it is on disk (`start`). */
  claimed(kind: JobKind): { due: Date; claim: string; attempts: number } {
    return claimedFrom(this.#options.clock.now(), kind.leaseMs);
  }

  /**
   * Starts a job that was inserted with `claimed`, now that it is on disk, and resolves when this process is done with
   * it. Its kind's `concurrency` does not bound it. While the server stops, the job is released to other processes.
   */
  async start<T extends JobDocument>(kind: JobKind<T>, stage: Stage, document: T): Promise<void> {
    const store = this.#stores.get(stage);
    if (!store) return;
    const queue = this.#queueOf(kind as unknown as JobKind, stage, store);
    const claim = new Claim<JobDocument>(store, kind.collection, document, this.#leaseOf(queue.kind));
    const done = this.#hold(queue, claim);
    this.#background.run(done);
    await done;
  }

  /** Resolves when this process works on nothing more. */
  settled(): Promise<void> {
    return this.#background.settled();
  }

  /** Claims nothing more and waits up to `timeoutMs` for running jobs. May be called again to wait further. */
  close(timeoutMs: number): Promise<void> {
    return this.#background.close(timeoutMs);
  }

  #queueOf(kind: JobKind, stage: Stage, store: Store): Queue {
    const key = `${kind.name} ${stage}`;
    let queue = this.#queues.get(key);
    if (!queue || queue.store !== store) {
      queue = { kind, stage, store, running: 0, readyAt: 0 };
      this.#queues.set(key, queue);
    }
    return queue;
  }

  #leaseOf({ leaseMs }: JobKind) {
    return { clock: this.#options.clock, leaseMs };
  }

  /** Claims ready jobs up to the kind's concurrency. Each one that ends makes room for the next. */
  async #fill(queue: Queue): Promise<void> {
    const { kind } = queue;
    while (queue.running < kind.concurrency && !this.#background.closing) {
      queue.running += 1;
      const claim = await this.#claimNext(queue).catch((error) => {
        queue.running -= 1;
        throw error;
      });
      if (!claim) {
        queue.running -= 1;
        return;
      }
      const work = this.#hold(queue, claim).finally(() => {
        queue.running -= 1;
        this.#background.run(this.#fill(queue));
      });
      this.#background.run(work);
    }
  }

  async #claimNext(queue: Queue): Promise<Claim | undefined> {
    const { kind, stage, store, readyAt } = queue;
    while (!this.#background.closing) {
      const filter = kind.filter ? kind.filter(stage) : {};
      if (!filter) return undefined;
      const wanted = { ...this.#leaseOf(kind), filter, update: kind.claimUpdate ?? {}, readyAt };
      const claim = await claimNext<JobDocument>(store, kind.collection, wanted);
      const held = claim && this.#held.get(keyOf(queue, claim));
      if (!held) return claim;
      // Its lease expired while this process still works on it, as after a long stall.
      held.adopt(claim.document);
    }
    return undefined;
  }

  async #hold(queue: Queue, claim: Claim): Promise<void> {
    const key = keyOf(queue, claim);
    const keys = queue.kind.orderedBy?.(claim.document) ?? [];
    this.#held.set(key, claim);
    const stopRenewing = claim.keep(this.#options.onStoreError);
    try {
      await this.#order.run(keys, () => this.#workOn(queue, claim));
    } finally {
      stopRenewing();
      this.#held.delete(key);
    }
  }

  async #workOn(queue: Queue, claim: Claim): Promise<void> {
    const { kind } = queue;
    for (let tries = 0, failures = 0; ; tries++) {
      if (claim.lost.aborted) return this.#report(queue, claim, { type: "leaseLost" });
      if (this.#background.closing) return this.#release(queue, claim, 0, { isFree: true });
      const { document } = claim;
      const end = await this.#attempt(queue, claim, tries > 0);
      if (end.type === "settled") return;
      failures = claim.document === document ? failures + 1 : 1;
      const { error, isFree } = end;
      if (error !== undefined && tries === 0) this.#report(queue, claim, { type: "failed", error });
      if (!isFree && claim.countedAttempts >= (kind.maxAttempts ?? Number.POSITIVE_INFINITY))
        return this.#giveUp(queue, claim, error);
      const pauseMs = backoffMs(kind.orderedBy ? failures : claim.attempts, kind.retry);
      if (!kind.orderedBy) return this.#release(queue, claim, this.#background.closing ? 0 : pauseMs, { isFree });
      await this.#background.pause(pauseMs);
    }
  }

  async #attempt(
    queue: Queue,
    claim: Claim,
    isRetry: boolean,
  ): Promise<{ type: "settled" } | { type: "again"; error: unknown; isFree: boolean }> {
    const { kind, stage } = queue;
    if (claim.countedAttempts > (kind.maxAttempts ?? Number.POSITIVE_INFINITY)) {
      await this.#giveUp(queue, claim, undefined);
      return { type: "settled" };
    }
    const { token } = claim;
    try {
      const end = await kind.run(claim, { stage, isRetry });
      return end === "settled" ? { type: "settled" } : { type: "again", error: undefined, isFree: true };
    } catch (error) {
      if (error instanceof LeaseLost) {
        // It wrote with the old token when this same process had just claimed the job again.
        if (claim.token !== token) return { type: "again", error: undefined, isFree: true };
        this.#report(queue, claim, { type: "leaseLost" });
        return { type: "settled" };
      }
      return { type: "again", error, isFree: error instanceof StoreError && error.retryable };
    }
  }

  async #giveUp(queue: Queue, claim: Claim, error: unknown): Promise<void> {
    const { kind, stage } = queue;
    this.#report(queue, claim, { type: "gaveUp", ...(error !== undefined && { error }) });
    await this.#settle(queue, claim, () => (kind.giveUp ? kind.giveUp(claim, { stage, error }) : claim.finish()));
  }

  #release(queue: Queue, claim: Claim, ms: number, how: { isFree: boolean }): Promise<void> {
    return this.#settle(queue, claim, () => claim.release(ms, how));
  }

  /** What cannot be written now is found again when the lease has expired. */
  async #settle(queue: Queue, claim: Claim, settle: () => Promise<void>): Promise<void> {
    try {
      await settle();
    } catch (error) {
      if (error instanceof LeaseLost) this.#report(queue, claim, { type: "leaseLost" });
      else this.#options.onStoreError(error);
    }
  }

  #report({ kind, stage }: Queue, { document, attempts }: Claim, event: Pick<JobEvent, "type" | "error">): void {
    this.#options.onEvent({ ...event, kind: kind.name, stage, id: document._id, attempts });
  }
}

function keyOf({ kind, stage }: Queue, { document }: Claim): string {
  return `${kind.name} ${stage} ${String(document._id)}`;
}
