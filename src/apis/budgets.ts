import { TokenBucket } from "limiter";
import { LRUCache } from "lru-cache";
import type { Config } from "../config.ts";

const MINUTE_MS = 60_000;
/** Keys whose budgets are remembered. A forgotten one starts full. */
const MAX_KEYS = 10_000;

/** How many calls a key may make: reads and writes each have a budget per minute. Counted by each server. */
export class Budgets {
  readonly #config: Pick<Config, "apiReadsPerMinute" | "apiWritesPerMinute">;
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: MAX_KEYS });

  constructor(config: Pick<Config, "apiReadsPerMinute" | "apiWritesPerMinute">) {
    this.#config = config;
  }

  /** Takes one call from the budget. Returns 0, or after how many seconds there is room again. */
  take(key: string, kind: "read" | "write"): number {
    const bucket = this.#bucketOf(key, kind);
    if (bucket.tryRemoveTokens(1)) return 0;
    return Math.max(1, Math.ceil(((1 - bucket.content) / bucket.tokensPerInterval) * (MINUTE_MS / 1000)));
  }

  limitOf(kind: "read" | "write"): number {
    return kind === "read" ? this.#config.apiReadsPerMinute : this.#config.apiWritesPerMinute;
  }

  left(key: string, kind: "read" | "write"): number {
    return Math.max(0, Math.floor(this.#bucketOf(key, kind).content));
  }

  #bucketOf(key: string, kind: "read" | "write"): TokenBucket {
    const name = `${kind} ${key}`;
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      const perMinute = this.limitOf(kind);
      bucket = new TokenBucket({ bucketSize: perMinute, tokensPerInterval: perMinute, interval: MINUTE_MS });
      bucket.content = perMinute;
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}
