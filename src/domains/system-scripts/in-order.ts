import { FairQueue, type Queued } from "../../queues/fair-queue.ts";
import { KeyedMutex } from "../../queues/keyed-mutex.ts";

export interface InOrderBounds {
  atOnce: number;
  atOncePerGroup: number;
  /** Waiting jobs; further jobs are rejected. */
  waiting: number;
  /** Waiting jobs of one group; a further job evicts the oldest. */
  waitingPerGroup: number;
}

interface Job extends Queued {
  work: () => Promise<void>;
  isEvicted: boolean;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Runs the jobs of each key one after the other, in order. Groups, such as connections, take turns, and the running and
 * waiting jobs of each are limited, so that no group can starve the others.
 */
export class InOrder {
  readonly #bounds: InOrderBounds;
  readonly #queue: FairQueue<Job>;
  readonly #keys = new KeyedMutex();
  /** Waiting jobs by group, oldest first. */
  readonly #waiting = new Map<string, Set<Job>>();
  #waitingCount = 0;
  #running = 0;
  #dropped = 0;
  #stopped = false;

  constructor(bounds: InOrderBounds) {
    this.#bounds = bounds;
    this.#queue = new FairQueue(bounds.atOncePerGroup);
  }

  /** Settles with the work. Resolves early if the job is evicted or rejected. */
  add({ key, group }: { key: string; group: string }, work: () => Promise<void>): Promise<void> {
    if (this.#waitingCount >= this.#bounds.waiting) {
      this.#dropped++;
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const job: Job = { group, work, isEvicted: false, resolve, reject };
    this.#enqueue(job);
    const turn = this.#keys.run(key, () => {
      if (!job.isEvicted) this.#queue.add(job);
      this.#fill();
      return promise;
    });
    turn.catch(() => {});
    return promise;
  }

  /** Returns the number of jobs evicted or rejected since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Discards the waiting jobs and returns their number. */
  stop(): number {
    this.#stopped = true;
    return this.#waitingCount;
  }

  #enqueue(job: Job): void {
    const waiting = this.#waiting.get(job.group) ?? new Set();
    this.#waiting.set(job.group, waiting);
    const [oldest] = waiting;
    if (oldest && waiting.size >= this.#bounds.waitingPerGroup) {
      oldest.isEvicted = true;
      this.#dropped++;
      this.#queue.remove(oldest);
      this.#dequeue(oldest);
      oldest.resolve();
    }
    waiting.add(job);
    this.#waitingCount++;
  }

  #dequeue(job: Job): void {
    const waiting = this.#waiting.get(job.group);
    waiting?.delete(job);
    if (waiting?.size === 0) this.#waiting.delete(job.group);
    this.#waitingCount--;
  }

  #fill(): void {
    while (this.#running < this.#bounds.atOnce) {
      const job = this.#queue.take();
      if (!job) return;
      this.#dequeue(job);
      this.#running++;
      void this.#run(job).finally(() => {
        this.#running--;
        this.#queue.done(job);
        this.#fill();
      });
    }
  }

  async #run({ work, resolve, reject }: Job): Promise<void> {
    try {
      if (!this.#stopped) await work();
      resolve();
    } catch (error) {
      reject(error);
    }
  }
}
