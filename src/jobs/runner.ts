import type { Clock } from "../clock.ts";
import type { Stage } from "../game/game.ts";
import { KeyedMutex } from "../queues/keyed-mutex.ts";
import { StoreError } from "../store/errors.ts";
import type { Filter, Store } from "../store/store.ts";
import { waitForAll } from "../wait-for-all.ts";
import { Background } from "./background.ts";
import { backoffMs } from "./backoff.ts";
import { Claim, claimDue, claimedFrom, type DueJob, findDue, type JobDocument, LeaseLost } from "./claim.ts";
import type { JobEvent, JobKind } from "./kind.ts";

export interface JobRunnerOptions {
  clock: Clock;
  onEvent(event: JobEvent): void;
  /** The store failed while renewing a lease or claiming a job. Both are retried. */
  onStoreError(error: unknown): void;
}

/** Jobs that one read finds and that are then claimed at the same time, so that they share a flush to disk. */
const BATCH = 100;
/** Punctual jobs that are due within this time get a timer; the next poll finds the others. */
const AHEAD_MS = 1_500;
/** Punctual jobs due within this time of each other are claimed together. */
const TOGETHER_MS = 50;

/** This process's work on the jobs of one kind on one stage. */
interface Queue {
  readonly kind: JobKind;
  readonly stage: Stage;
  readonly store: Store;
  /** Number of jobs claimed by polling and not settled. */
  running: number;
  /** Jobs that became due after this time wait for the next poll, so that a job that reschedules itself cannot loop. */
  readyAt: number;
  /** Claims due jobs while it is set. `again`: a job ended or a poll began meanwhile. */
  filling: Promise<void> | undefined;
  again: boolean;
  /** Of the next punctual job. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Runs durable background work. A job is stored until it is settled. One of the processes that share the store claims
 * it with a lease, which is renewed while the job runs. After a crash, another process resumes the job once the lease
 * has expired. So a job runs at least once, and writes made in the transaction that settles it happen exactly once.
 * Failed attempts are retried with increasing delays.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #background: Background;
  readonly #order = new KeyedMutex();
  readonly #kinds = new Map<string, JobKind>();
  readonly #stores = new Map<Stage, Store>();
  readonly #queues = new Map<string, Queue>();
  /** Jobs that this process works on: kind, stage and id → claim. */
  readonly #held = new Map<string, Claim>();

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#background = new Background(options.onStoreError);
  }

  get closing(): boolean {
    return this.#background.closing;
  }

  /** Registers a kind. Call before any stage opens. */
  add<T extends JobDocument>(kind: JobKind<T>): void {
    if (this.#kinds.has(kind.name)) throw new Error(`Two job kinds are named ${kind.name}.`);
    this.#kinds.set(kind.name, kind as unknown as JobKind);
  }

  /** Every registered kind. */
  get kinds(): readonly JobKind[] {
    return [...this.#kinds.values()];
  }

  /** Starts polling the stage's jobs. Ordered jobs are resumed immediately, so that no new job overtakes them. */
  open(stage: Stage, store: Store): void {
    this.#stores.set(stage, store);
    for (const { name, orderedBy, isPunctual } of this.#kinds.values())
      if (orderedBy || isPunctual) this.#background.run(this.poll(name));
  }

  /**
   * Starts due jobs, of one kind or all; called about once a second. Resolves once they are started, not when they
   * finish. Costs one indexed read for each kind and stage without due jobs.
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

  /** The members of a new job that this process will start itself (`start`) once it is on disk. */
  claimed(kind: JobKind): { due: Date; claim: string; attempts: number } {
    return claimedFrom(this.#options.clock.now(), kind.leaseMs);
  }

  /**
   * Starts a job that was inserted with `claimed` and is now on disk. Resolves when this process is done with it. Not
   * limited by `concurrency`. If the server is stopping, the job is released to other processes.
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

  /** Resolves when this process has no work left. */
  settled(): Promise<void> {
    return this.#background.settled();
  }

  /** Stops claiming jobs and waits up to `timeoutMs` for running ones. May be called again. */
  close(timeoutMs: number): Promise<void> {
    return this.#background.close(timeoutMs);
  }

  #queueOf(kind: JobKind, stage: Stage, store: Store): Queue {
    const key = `${kind.name} ${stage}`;
    let queue = this.#queues.get(key);
    if (!queue || queue.store !== store) {
      clearTimeout(queue?.timer);
      queue = { kind, stage, store, running: 0, readyAt: 0, filling: undefined, again: false, timer: undefined };
      this.#queues.set(key, queue);
    }
    return queue;
  }

  #leaseOf({ leaseMs }: JobKind) {
    return { clock: this.#options.clock, leaseMs };
  }

  /**
   * Claims due jobs up to the kind's concurrency. Each finished job makes room for the next. Resolves once they are started.
   */
  #fill(queue: Queue): Promise<void> {
    queue.again = true;
    queue.filling ??= this.#fillUp(queue);
    return queue.filling;
  }

  async #fillUp(queue: Queue): Promise<void> {
    // After the caller has set `filling`, and cleared in the turn of the last look at `again`.
    await undefined;
    try {
      while (queue.again && !this.#background.closing) {
        queue.again = false;
        await this.#claimBatch(queue);
      }
    } finally {
      queue.filling = undefined;
    }
  }

  async #claimBatch(queue: Queue): Promise<void> {
    const filter = queue.kind.filter ? queue.kind.filter(queue.stage) : {};
    const free = queue.kind.concurrency - queue.running;
    if (!filter || free <= 0) return;
    const ready = await this.#findReady(queue, filter, Math.min(free, BATCH));
    if (ready.length === 0) return;
    // There may be more.
    queue.again = true;
    await this.#claimAll(queue, filter, ready);
  }

  /** One read if nothing is due, which is the common case. */
  async #findReady(queue: Queue, filter: Filter, limit: number): Promise<DueJob[]> {
    const { kind, store } = queue;
    if (!kind.isPunctual) return findDue(store, kind.collection, { filter, until: queue.readyAt, limit });
    const now = this.#options.clock.now();
    const [next] = await findDue(store, kind.collection, { filter, until: now + AHEAD_MS, limit: 1 });
    if (next && next.due.getTime() <= now) return findDue(store, kind.collection, { filter, until: now, limit });
    if (next) this.#fillAt(queue, next.due);
    return [];
  }

  #fillAt(queue: Queue, due: Date): void {
    clearTimeout(queue.timer);
    const ms = Math.max(TOGETHER_MS, due.getTime() - this.#options.clock.now());
    queue.timer = setTimeout(() => {
      if (!this.#background.closing) this.#background.run(this.#fill(queue));
    }, ms).unref();
  }

  async #claimAll(queue: Queue, filter: Filter, ready: readonly DueJob[]): Promise<void> {
    const { kind, store } = queue;
    const wanted = { ...this.#leaseOf(kind), filter, update: kind.claimUpdate ?? {} };
    const claims = ready.map((job) => claimDue<JobDocument>(store, kind.collection, job, wanted));
    for (const end of await Promise.allSettled(claims)) {
      if (end.status === "rejected" || !end.value) continue;
      const held = this.#held.get(keyOf(queue, end.value));
      // The lease expired while this process still works on the job, for example after a long stall.
      if (held) held.adopt(end.value.document);
      else this.#startClaimed(queue, end.value);
    }
    await waitForAll(claims);
  }

  #startClaimed(queue: Queue, claim: Claim): void {
    queue.running += 1;
    const work = this.#hold(queue, claim).finally(() => {
      queue.running -= 1;
      if (queue.filling) queue.again = true;
      else this.#background.run(this.#fill(queue));
    });
    this.#background.run(work);
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
        // It wrote with the old token after this process had claimed the job again.
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

  /** If settling fails, the job is found again once the lease has expired. */
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
