import { FairQueue, type Queued } from "../../queues/fair-queue.ts";
import { KeyedMutex } from "../../queues/keyed-mutex.ts";

export interface InOrderBounds {
  /** Work under way. */
  atOnce: number;
  /** The same of one group. */
  atOncePerGroup: number;
  /** Work that waits; more is not taken. */
  waiting: number;
  /** The same of one group; where more comes, the oldest that waits is given up. */
  waitingPerGroup: number;
}

interface Job extends Queued {
  work: () => Promise<void>;
  isGivenUp: boolean;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Work of one key in the order in which it came. Groups, such as connections, take turns, and what one has under way and
 * waiting is bounded, so that none crowds out the others.
 */
export class InOrder {
  readonly #bounds: InOrderBounds;
  readonly #queue: FairQueue<Job>;
  readonly #keys = new KeyedMutex();
  /** Group → what waits, the oldest first. */
  readonly #waiting = new Map<string, Set<Job>>();
  #waits = 0;
  #running = 0;
  #leftOut = 0;
  #stopped = false;

  constructor(bounds: InOrderBounds) {
    this.#bounds = bounds;
    this.#queue = new FairQueue(bounds.atOncePerGroup);
  }

  /** Settles as the work does, or when it is given up; at once where it is not taken. */
  add({ key, group }: { key: string; group: string }, work: () => Promise<void>): Promise<void> {
    if (this.#waits >= this.#bounds.waiting) {
      this.#leftOut++;
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const job: Job = { group, work, isGivenUp: false, resolve, reject };
    this.#await(job);
    const turn = this.#keys.run(key, () => {
      if (!job.isGivenUp) this.#queue.add(job);
      this.#fill();
      return promise;
    });
    turn.catch(() => {});
    return promise;
  }

  /** How much was given up or not taken since this was asked last. */
  takeLeftOut(): number {
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }

  /** What waits is given up; answers how much that is. */
  stop(): number {
    this.#stopped = true;
    return this.#waits;
  }

  #await(job: Job): void {
    const waiting = this.#waiting.get(job.group) ?? new Set();
    this.#waiting.set(job.group, waiting);
    const [oldest] = waiting;
    if (oldest && waiting.size >= this.#bounds.waitingPerGroup) {
      oldest.isGivenUp = true;
      this.#leftOut++;
      this.#queue.remove(oldest);
      this.#waitsNoMore(oldest);
      oldest.resolve();
    }
    waiting.add(job);
    this.#waits++;
  }

  #waitsNoMore(job: Job): void {
    const waiting = this.#waiting.get(job.group);
    waiting?.delete(job);
    if (waiting?.size === 0) this.#waiting.delete(job.group);
    this.#waits--;
  }

  #fill(): void {
    while (this.#running < this.#bounds.atOnce) {
      const job = this.#queue.take();
      if (!job) return;
      this.#waitsNoMore(job);
      this.#running++;
      void this.#begin(job).finally(() => {
        this.#running--;
        this.#queue.done(job);
        this.#fill();
      });
    }
  }

  async #begin({ work, resolve, reject }: Job): Promise<void> {
    try {
      if (!this.#stopped) await work();
      resolve();
    } catch (error) {
      reject(error);
    }
  }
}
