import { TokenBucket } from "limiter";
import type { Config } from "../config.ts";

/** After so long without a request a socket's rate is forgotten, refusals included. */
const QUIET_MS = 10_000;

/** How fast one socket sends. Made for its first request and dropped when it falls quiet. */
export class Rate {
  readonly #bucket: TokenBucket;
  readonly #maxRefusals: number;
  #refused = 0;

  constructor({ requestBurst, requestsPerSecond, maxRateRefusals }: Config) {
    this.#bucket = new TokenBucket({ bucketSize: requestBurst, tokensPerInterval: requestsPerSecond, interval: 1000 });
    this.#bucket.content = requestBurst;
    this.#maxRefusals = maxRateRefusals;
  }

  /** Whether one more request is within the rate; it is then counted. */
  admits(): boolean {
    const admitted = this.#bucket.tryRemoveTokens(1);
    if (!admitted) this.#refused += 1;
    return admitted;
  }

  /** Refused so often that the socket is better closed. */
  get flooded(): boolean {
    return this.#refused > this.#maxRefusals;
  }

  quietAt(now: number): boolean {
    return this.#bucket.lastDrip + QUIET_MS < now;
  }
}
