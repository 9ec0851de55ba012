import { TokenBucket } from "limiter";
import type { Config } from "../config.ts";
import type { RequestError } from "../errors.ts";
import type { Credential, Stage } from "../game/game.ts";
import { tooMany } from "./refusals.ts";

/** After this long without a request a socket's rate is forgotten, refusals included. */
const QUIET_MS = 10_000;

/** How fast one connection sends. */
export class Rate {
  readonly #bucket: TokenBucket;
  readonly #maxRefusals: number;
  readonly #sharedBy: string | undefined;
  #usedAt = 0;
  #refused = 0;

  /** @param sharedBy the credential whose connections share the bucket */
  constructor(bucket: TokenBucket, maxRefusals: number, sharedBy?: string) {
    this.#bucket = bucket;
    this.#maxRefusals = maxRefusals;
    this.#sharedBy = sharedBy;
  }

  /** Whether one more request is within the rate; it is then counted. */
  admits(): boolean {
    const admitted = this.#bucket.tryRemoveTokens(1);
    this.#usedAt = this.#bucket.lastDrip;
    if (!admitted) this.#refused += 1;
    return admitted;
  }

  /** The refusal of one that is not. */
  refusal(stage: Stage): RequestError {
    return tooMany(stage, this.#bucket.tokensPerInterval, this.#sharedBy);
  }

  /** Refused so often that the socket is better closed. */
  get flooded(): boolean {
    return this.#refused > this.#maxRefusals;
  }

  quietAt(now: number): boolean {
    return this.#usedAt + QUIET_MS < now;
  }
}

/**
 * The rates of one server. A connection has a rate of its own. A game's own servers send for many players, often over few
 * connections of a proxy, so a credential that can have no player has one rate for each stage, which all that it sends
 * shares: on sockets, by REST and by callbacks.
 */
export class Rates {
  readonly #config: Config;
  /** By credential and stage, so they are few. */
  readonly #shared = new Map<string, TokenBucket>();

  constructor(config: Config) {
    this.#config = config;
  }

  /** A rate for one connection. @param proven the credential whose secret it has shown */
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
