import type { Clock } from "../clock.ts";

/** A clock that stands until it is moved. */
export class FakeClock implements Clock {
  #now: number;

  /** @param now milliseconds since 1970 */
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
