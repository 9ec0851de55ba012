import { TokenBucket } from "limiter";
import type { Config } from "../config.ts";
import type { RequestError } from "../errors.ts";
import type { Credential, Stage } from "../game/game.ts";
import { tooMany } from "./refusals.ts";

/** A socket's rate, refusals included, is dropped after this long without a request. */
const QUIET_MS = 10_000;

export class Rate {
  readonly #bucket: TokenBucket;
  readonly #maxRefusals: number;
  readonly #sharedBy: string | undefined;
  #usedAt = 0;
  #refused = 0;

  constructor(bucket: TokenBucket, maxRefusals: number, sharedBy?: string) {
    this.#bucket = bucket;
    this.#maxRefusals = maxRefusals;
    this.#sharedBy = sharedBy;
  }

  admits(): boolean {
    const admitted = this.#bucket.tryRemoveTokens(1);
    this.#usedAt = this.#bucket.lastDrip;
    if (!admitted) this.#refused += 1;
    return admitted;
  }

  /** Returns what the last request took. */
  refund(): void {
    this.#bucket.content = Math.min(this.#bucket.bucketSize, this.#bucket.content + 1);
  }

  refusal(stage: Stage): RequestError {
    return tooMany(stage, this.#bucket.tokensPerInterval, this.#sharedBy);
  }

  /** Whether so many requests exceeded the rate that the socket should be closed. */
  get flooded(): boolean {
    return this.#refused > this.#maxRefusals;
  }

  quietAt(now: number): boolean {
    return this.#usedAt + QUIET_MS < now;
  }
}

/**
 * Rate limits of one server. Each connection has its own. A credential without a player has one rate per stage, shared
 * by its sockets, REST calls and callbacks, because game servers send for many players over few connections.
 */
export class Rates {
  readonly #config: Config;
  /** By stage and credential, so there are few. */
  readonly #shared = new Map<string, TokenBucket>();

  constructor(config: Config) {
    this.#config = config;
  }

  /** The rate for one connection. @param proven the credential whose secret was sent */
  of(stage: Stage, proven: Credential | undefined): Rate {
    const { requestsPerSecond, requestBurst, maxRateRefusals } = this.#config;
    if (proven && !proven.canHavePlayer) return new Rate(this.#sharedOf(stage, proven), maxRateRefusals, proven.name);
    return new Rate(fullBucket(requestsPerSecond, requestBurst), maxRateRefusals);
  }

  #sharedOf(stage: Stage, { name }: Credential): TokenBucket {
    const key = `${stage}/${name}`;
    let bucket = this.#shared.get(key);
    if (!bucket) {
      const { serverRequestsPerSecond } = this.#config;
      bucket = fullBucket(serverRequestsPerSecond, serverRequestsPerSecond);
      this.#shared.set(key, bucket);
    }
    return bucket;
  }
}

function fullBucket(perSecond: number, burst: number): TokenBucket {
  const bucket = new TokenBucket({ bucketSize: burst, tokensPerInterval: perSecond, interval: 1000 });
  bucket.content = burst;
  return bucket;
}
