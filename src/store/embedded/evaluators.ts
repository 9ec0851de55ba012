import { StoreError } from "../errors.ts";
import type { Request } from "./evaluator/protocol.ts";
import { EvaluatorProcess } from "./evaluator-process.ts";

export interface EvaluatorOptions {
  processes: number;
  timeoutMs: number;
  memoryMb: number;
  perCaller: number;
}

export const DEFAULTS: EvaluatorOptions = { processes: 2, timeoutMs: 2_500, memoryMb: 256, perCaller: 1 };

/** Maximum time that a pipeline may hold an evaluator, as a multiple of the time limit. */
const LONGEST_LEASE = 4;
const MAX_WAITING = 100;
const START_MS = 30_000;
const KEPT_MS = 30_000;
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
  /** Evaluator time used, decaying. */
  usedMs: number;
  at: number;
}

export interface Lease {
  readonly usedMs: number;
  call<R>(request: Request): Promise<R>;
  end(): void;
}

/**
 * Processes that run expensive operations outside the server's thread. An operation that exceeds its limits only ends
 * its own process. Operations in transactions go first, since all writes wait for them; then the caller with the least
 * recent usage.
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

  get load(): { running: number; waiting: number } {
    return { running: this.#all.size - this.#free.length, waiting: this.#waiting.length };
  }

  tooLong(ms: number): StoreError {
    const message = `The query, update or pipeline took longer than ${ms} ms. Simplify it, or narrow down the documents with an index.`;
    return new StoreError("BAD_OPERATION", message);
  }

  /** `key` identifies the caller; the server's own operations have none. `leftMs` of `mostMs` remain. */
  lease(key: string | undefined, leftMs: number, isUrgent: boolean, mostMs = leftMs): Promise<Lease> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw closed();
      const use = this.#useOf(key);
      if (use !== undefined && use.waiting >= MAX_WAITING) {
        const message = `More than ${MAX_WAITING} queries, updates and pipelines of one caller are waiting.`;
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
