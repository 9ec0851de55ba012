import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
} from "cockatiel";
import { LRUCache } from "lru-cache";

const FAILURES = 10;
export const PAUSE_MS = 60_000;
export const PAUSED = Symbol("paused");
const MAX_WEBHOOKS = 10_000;

/**
 * The webhooks that this server calls. After ten failed calls in a row, a webhook is called again after a minute, and then
 * once at a time until it accepts an event. Without that, the events of one that never responds would delay all others.
 */
export class WebhookCircuits {
  readonly #policies = new LRUCache<string, CircuitBreakerPolicy>({ max: MAX_WEBHOOKS });

  /** The result of the call; `PAUSED` if it was not made. */
  async run<R>(webhook: string, call: () => Promise<R>): Promise<R | typeof PAUSED> {
    const policy = this.#policyOf(webhook);
    // A policy that tries one call lets the others wait for it.
    if (policy.state === CircuitState.HalfOpen) return PAUSED;
    try {
      return await policy.execute(call);
    } catch (error) {
      if (error instanceof BrokenCircuitError) return PAUSED;
      throw error;
    }
  }

  #policyOf(webhook: string): CircuitBreakerPolicy {
    let policy = this.#policies.get(webhook);
    if (!policy) {
      policy = circuitBreaker(handleAll, { halfOpenAfter: PAUSE_MS, breaker: new ConsecutiveBreaker(FAILURES) });
      this.#policies.set(webhook, policy);
    }
    return policy;
  }
}
