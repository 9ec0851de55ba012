import type { Caller } from "../caller.ts";
import { StoreError } from "../errors.ts";
import type { Request } from "./evaluator/protocol.ts";
import type { Evaluators, Lease } from "./evaluators.ts";

/** Time limit within the transaction of a script's call, because every other write waits for it. */
const IN_TRANSACTION_MS = 500;

/** The evaluator work of one operation. All of it together has to meet the time limit. */
export class Work {
  readonly #evaluators: Evaluators;
  readonly #caller: Caller | undefined;
  readonly #isUrgent: boolean;
  #usedMs = 0;
  #held: Lease | undefined;

  constructor(evaluators: Evaluators, caller: Caller | undefined, isUrgent: boolean) {
    this.#evaluators = evaluators;
    this.#caller = caller;
    this.#isUrgent = isUrgent;
  }

  async run<R>(request: Request): Promise<R> {
    if (this.#held !== undefined) return this.#held.call<R>(request);
    const lease = await this.#lease();
    try {
      return await lease.call<R>(request);
    } finally {
      lease.end();
      this.#usedMs += lease.usedMs;
    }
  }

  /** Runs the rest of the operation in one evaluator, until `release`. */
  async hold(): Promise<void> {
    this.#held = await this.#lease();
  }

  release(): void {
    this.#held?.end();
    this.#held = undefined;
  }

  async #lease(): Promise<Lease> {
    const { timeoutMs } = this.#evaluators;
    const most = this.#isUrgent && this.#caller !== undefined ? Math.min(timeoutMs, IN_TRANSACTION_MS) : timeoutMs;
    const leftMs = most - this.#usedMs;
    if (leftMs <= 0) throw this.#evaluators.tooLong(most);
    return this.#evaluators.lease(this.#caller?.key, leftMs, this.#isUrgent, most);
  }
}

export function refuseLong(caller: Caller | undefined, text: string): void {
  if (caller === undefined || text.length * 3 <= caller.documentBytes) return;
  const bytes = Buffer.byteLength(text);
  if (bytes <= caller.documentBytes) return;
  const most = caller.documentBytes;
  const message = `The document would be ${bytes} bytes long as JSON; scripts may write at most ${most}. Split it into several documents.`;
  throw new StoreError("DOCUMENT_TOO_LARGE", message);
}
