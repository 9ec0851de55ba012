import type { HostProcess } from "./host-process.ts";
import { TOO_LATE } from "./protocol.ts";

export interface RunLimits {
  /** Wall clock, waits included. */
  timeoutMs: number;
  cpuMs: number;
  /** Computing time beyond the limit before the host is killed. */
  graceMs: number;
}

/**
 * Enforces a run's deadlines from outside its host. A run that waits past its deadline gets a time-out as the answer;
 * one that computes past its limit, although its lane should have ended it, is overdue.
 */
export class RunWatch {
  readonly #host: HostProcess;
  readonly #run: number;
  readonly #endsAt: number;
  readonly #mostMs: number;
  readonly #onOverdue: () => void;
  #timer: NodeJS.Timeout;

  /** @param onOverdue must kill the host */
  constructor(host: HostProcess, run: number, { timeoutMs, cpuMs, graceMs }: RunLimits, onOverdue: () => void) {
    this.#host = host;
    this.#run = run;
    this.#endsAt = performance.now() + timeoutMs;
    this.#mostMs = Math.min(timeoutMs, cpuMs) + graceMs;
    this.#onOverdue = onOverdue;
    this.#timer = setTimeout(() => this.#check(), Math.min(timeoutMs, this.#mostMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #check(): void {
    const left = this.#mostMs - this.#host.computedMs(this.#run);
    if (left <= 0) {
      this.#onOverdue();
      return;
    }
    const untilEnd = this.#endsAt - performance.now();
    if (untilEnd <= 0) this.#host.answerWaiting(this.#run, TOO_LATE);
    this.#timer = setTimeout(() => this.#check(), Math.max(1, untilEnd > 0 ? Math.min(untilEnd, left) : left));
  }
}
