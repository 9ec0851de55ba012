import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleType,
  handleWhen,
  type IPolicy,
  retry,
} from "cockatiel";
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import { LRUCache } from "lru-cache";
import { callProvider, type ProviderCall, type ProviderReply, unavailable } from "./http.ts";
import { ProviderUnavailable, type SystemId } from "./provider.ts";

export interface ProviderCallsOptions {
  /** Consecutive failures of one origin after which its calls fail at once; default 10. */
  failures?: number;
  /** How long they do, until one call tries again; default 10 seconds. */
  pauseMs?: number;
}

const RETRY_AFTER_MS = 100;
const KEYS_TIMEOUT_MS = 5_000;
const MAX_KEYS_BYTES = 262_144;

/**
 * The calls of one server to providers. A GET that fails at once, by its connection or a status of 502, 503 or 504, is
 * sent once more. While an origin is down, calls to it fail at once, so that its clients do not wait for time-outs.
 */
export class ProviderCalls {
  readonly #options: Required<ProviderCallsOptions>;
  /** By origin, since clients can choose among the origins of one system, such as those of certificates. */
  readonly #policies = new LRUCache<string, IPolicy>({ max: 100 });
  readonly #keySets = new Map<string, JWTVerifyGetKey>();

  constructor({ failures = 10, pauseMs = 10_000 }: ProviderCallsOptions = {}) {
    this.#options = { failures, pauseMs };
  }

  /** Throws ProviderUnavailable; see `callProvider`. */
  async send(call: ProviderCall): Promise<ProviderReply> {
    try {
      return await this.#policyOf(call.url.origin).execute(() => this.#attempt(call));
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw unavailable(call, "not called, because its last calls failed");
      throw error;
    }
  }

  /**
   * The keys with which a system signs its tokens, for jose's `jwtVerify`. They are fetched when a token names an unknown
   * key, at most every 30 seconds. `url` comes from the settings, so there are few.
   */
  keySet(systemId: SystemId, url: string): JWTVerifyGetKey {
    let keys = this.#keySets.get(url);
    if (!keys) {
      const call = { systemId, what: "signing keys", url: new URL(url), maxBytes: MAX_KEYS_BYTES };
      const fetched = async () => {
        const { status, body } = await this.send({ ...call, timeoutMs: KEYS_TIMEOUT_MS });
        if (status !== 200) throw unavailable(call, `responded with status ${status}`);
        return new Response(new Uint8Array(body), { status });
      };
      keys = createRemoteJWKSet(call.url, { [customFetch]: fetched, timeoutDuration: 2 * KEYS_TIMEOUT_MS });
      this.#keySets.set(url, keys);
    }
    return keys;
  }

  #attempt(call: ProviderCall): Promise<ProviderReply> {
    return call.form ? callProvider(call) : retried.execute(() => callProvider(call));
  }

  #policyOf(origin: string): IPolicy {
    let policy = this.#policies.get(origin);
    if (!policy) {
      const { failures, pauseMs } = this.#options;
      policy = circuitBreaker(handleType(ProviderUnavailable), {
        halfOpenAfter: pauseMs,
        breaker: new ConsecutiveBreaker(failures),
      });
      this.#policies.set(origin, policy);
    }
    return policy;
  }
}

const retried = retry(
  handleWhen((error) => error instanceof ProviderUnavailable && error.isBrief),
  { maxAttempts: 1, backoff: new ExponentialBackoff({ initialDelay: RETRY_AFTER_MS }) },
);
