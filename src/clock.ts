/** The server's source of time. Tests use a clock that they advance themselves. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
