import { setTimeout as delay } from "node:timers/promises";
import { backoffMs } from "../../jobs/backoff.ts";
import { StoreError } from "../../store/errors.ts";

const RETRY = { firstMs: 100, mostMs: 5_000 };
const FOR_MS = 120_000;

/**
 * Repeats a write that records what has happened at a network, for two minutes, while the store fails temporarily. It must
 * be safe to repeat.
 */
export async function persistently<R>(write: () => Promise<R>): Promise<R> {
  const deadline = performance.now() + FOR_MS;
  for (let failures = 1; ; failures++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof StoreError && error.retryable) || performance.now() > deadline) throw error;
      await delay(backoffMs(failures, RETRY));
    }
  }
}
