import { StoreError } from "../errors.ts";
import type { Request } from "./evaluator/protocol.ts";
import { EvaluatorProcess } from "./evaluator-process.ts";

export interface EvaluatorOptions {
  /** At most so many processes. */
  processes: number;
  /** How long one operation may be evaluated. */
  timeoutMs: number;
  /** Heap of one process. */
  memoryMb: number;
  /** Operations of one caller at once. */
  perCaller: number;
}

export const DEFAULTS: EvaluatorOptions = { processes: 2, timeoutMs: 2_500, memoryMb: 256, perCaller: 1 };

/** A pipeline holds an evaluator for so many times the deadline at most, what it waits for the database included. */
const LONGEST_LEASE = 4;
/** Operations of one caller that may wait. */
const MAX_WAITING = 100;
/** A process takes this long to start at most. */
const START_MS = 30_000;
/** A process that had nothing to do for so long is ended. */
const KEPT_MS = 30_000;
/** What a caller used counts half after this time. */
const HALF_LIFE_MS = 10_000;

interface Waiting {
  key: string | undefined;
  isUrgent: boolean;
  grant(): void;
  reject(error: StoreError): void;
}

interface Use {
  running: number;
  waiting: number;
  /** Of evaluators, fading. */
  usedMs: number;
  at: number;
}

/** One evaluator, for one operation. */
export interface Lease {
  readonly usedMs: number;
  call<R>(request: Request): Promise<R>;
  end(): void;
}

/**
 * The processes that evaluate what is too much for the server's own thread, started when they are needed. An operation
 * that takes too long, or too much memory, ends its own process and nothing else. Callers take turns: the one that used least
 * lately is next, each has `perCaller` at once, and the operations of transactions, for which all writes wait, are first.
 */
export class Evaluators {
  readonly #options: EvaluatorOptions;
  readonly #free: EvaluatorProcess[] = [];
  readonly #all = new Set<EvaluatorProcess>();
  readonly #uses = new Map<string, Use>();
  #waiting: Waiting[] = [];
  #closed = false;

  constructor(options: Partial<EvaluatorOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
  }

  get timeoutMs(): number {
    return this.#options.timeoutMs;
  }

  /** How many operations are evaluated, and how many wait. */
  get load(): { running: number; waiting: number } {
    return { running: this.#all.size - this.#free.length, waiting: this.#waiting.length };
  }

  tooLong(ms: number): StoreError {
    const message = `The query, update or pipeline takes longer than ${ms} ms to evaluate. Make it simpler, or let an index narrow down the documents.`;
    return new StoreError("BAD_OPERATION", message);
  }

  /** `key` stands for the caller; the server's own operations have none. Of `mostMs`, `leftMs` are left. */
  lease(key: string | undefined, leftMs: number, isUrgent: boolean, mostMs = leftMs): Promise<Lease> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw closed();
      const use = this.#useOf(key);
      if (use !== undefined && use.waiting >= MAX_WAITING) {
        const message = `More than ${MAX_WAITING} queries, updates and pipelines of one caller wait to be evaluated.`;
        throw new StoreError("BAD_OPERATION", message);
      }
      if (use !== undefined) use.waiting++;
      const grant = () => this.#begin(use, leftMs, mostMs).then(resolve, reject);
      this.#waiting.push({ key, isUrgent, grant, reject });
      this.#grantNext();
    });
  }

  close(): void {
    this.#closed = true;
    for (const evaluator of this.#all) evaluator.end(closed());
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
  }

  #grantNext(): void {
    while (this.#waiting.length > 0 && (this.#free.length > 0 || this.#all.size < this.#options.processes)) {
      const next = this.#next();
      if (next === undefined) return;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      next.grant();
    }
  }

  #next(): Waiting | undefined {
    let best: Waiting | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const waiting of this.#waiting) {
      if (waiting.isUrgent) return waiting;
      const use = waiting.key === undefined ? undefined : this.#uses.get(waiting.key);
      if (use !== undefined && use.running >= this.#options.perCaller) continue;
      const used = use === undefined ? 0 : faded(use);
      if (used < least) [best, least] = [waiting, used];
    }
    return best;
  }

  async #begin(use: Use | undefined, leftMs: number, mostMs: number): Promise<Lease> {
    const evaluator = this.#free.pop() ?? this.#start();
    evaluator.keep();
    if (use !== undefined) {
      use.waiting--;
      use.running++;
    }
    const starting = setTimeout(() => evaluator.end(notStarted()), START_MS);
    try {
      await evaluator.ready;
    } catch (error) {
      this.#finish(evaluator, use, 0);
      throw error;
    } finally {
      clearTimeout(starting);
    }
    const { timeoutMs, memoryMb } = this.#options;
    const tooLong = () => this.tooLong(mostMs);
    const timer = setTimeout(() => evaluator.end(tooLong()), timeoutMs * LONGEST_LEASE);
    let usedMs = 0;
    let ended = false;
    return {
      get usedMs() {
        return usedMs;
      },
      async call<R>(request: Request): Promise<R> {
        const began = performance.now();
        const deadline = setTimeout(() => evaluator.end(tooLong()), Math.max(1, leftMs - usedMs));
        try {
          return (await evaluator.call(request, memoryMb)) as R;
        } finally {
          clearTimeout(deadline);
          usedMs += performance.now() - began;
        }
      },
      end: () => {
        if (ended) return;
        ended = true;
        clearTimeout(timer);
        this.#finish(evaluator, use, usedMs);
      },
    };
  }

  #start(): EvaluatorProcess {
    const { memoryMb, timeoutMs } = this.#options;
    const evaluator = new EvaluatorProcess(memoryMb, timeoutMs * (LONGEST_LEASE + 1));
    this.#all.add(evaluator);
    evaluator.onEnd = () => {
      this.#all.delete(evaluator);
      const at = this.#free.indexOf(evaluator);
      if (at >= 0) this.#free.splice(at, 1);
      this.#grantNext();
    };
    return evaluator;
  }

  #finish(evaluator: EvaluatorProcess, use: Use | undefined, usedMs: number): void {
    if (use !== undefined) {
      use.running--;
      use.usedMs = faded(use) + usedMs;
      use.at = performance.now();
      if (this.#uses.size > 1_000) this.#forgetUses();
    }
    if (this.#all.has(evaluator) && !this.#closed) {
      this.#free.push(evaluator);
      evaluator.endAfter(KEPT_MS);
    }
    this.#grantNext();
  }

  #useOf(key: string | undefined): Use | undefined {
    if (key === undefined) return undefined;
    let use = this.#uses.get(key);
    if (use === undefined) {
      use = { running: 0, waiting: 0, usedMs: 0, at: performance.now() };
      this.#uses.set(key, use);
    }
    return use;
  }

  #forgetUses(): void {
    for (const [key, use] of this.#uses) {
      if (use.running === 0 && use.waiting === 0 && faded(use) < 1) this.#uses.delete(key);
    }
  }
}

function faded({ usedMs, at }: Use): number {
  return usedMs * 0.5 ** ((performance.now() - at) / HALF_LIFE_MS);
}

function notStarted(): StoreError {
  return new StoreError("UNAVAILABLE", `No evaluator could be started within ${START_MS} ms.`);
}

function closed(): StoreError {
  return new StoreError("UNAVAILABLE", "The store is closed.");
}
