import type { HostProcess } from "./host-process.ts";
import { TOO_LATE } from "./protocol.ts";

export interface RunLimits {
  /** Wall clock. */
  timeoutMs: number;
  /** How long it may compute. */
  cpuMs: number;
  /** How much longer it may compute until its host is ended. */
  graceMs: number;
}

/**
 * Looks at a run when it should be over: one that waits for the server beyond its wall clock is told so in place of the
 * answer, and one that computes although its lane should have ended it costs its host.
 */
export class RunWatch {
  readonly #host: HostProcess;
  readonly #run: number;
  readonly #endsAt: number;
  readonly #mostMs: number;
  readonly #overdue: () => void;
  #timer: NodeJS.Timeout;

  /** @param overdue its host is to be ended */
  constructor(host: HostProcess, run: number, { timeoutMs, cpuMs, graceMs }: RunLimits, overdue: () => void) {
    this.#host = host;
    this.#run = run;
    this.#endsAt = performance.now() + timeoutMs;
    this.#mostMs = Math.min(timeoutMs, cpuMs) + graceMs;
    this.#overdue = overdue;
    this.#timer = setTimeout(() => this.#look(), Math.min(timeoutMs, this.#mostMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const left = this.#mostMs - this.#host.computedMs(this.#run);
    if (left <= 0) {
      this.#overdue();
      return;
    }
    const untilEnd = this.#endsAt - performance.now();
    if (untilEnd <= 0) this.#host.answerWaiting(this.#run, TOO_LATE);
    this.#timer = setTimeout(() => this.#look(), Math.max(1, untilEnd > 0 ? Math.min(untilEnd, left) : left));
  }
}
