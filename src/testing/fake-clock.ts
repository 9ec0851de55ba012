import type { Clock } from "../clock.ts";

/** A clock that only moves when a test advances it. */
export class FakeClock implements Clock {
  #now: number;

  constructor(now: number = Date.UTC(2026, 0, 2, 3, 4, 5)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}
