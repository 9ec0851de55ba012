import type { Claim, JobDocument } from "../../src/jobs/claim.ts";
import type { JobEvent, JobKind } from "../../src/jobs/kind.ts";
import { JobRunner } from "../../src/jobs/runner.ts";
import type { Store } from "../../src/store/store.ts";
import { FakeClock } from "../../src/testing/fake-clock.ts";

export interface TestJob extends JobDocument {
  n: number;
  step?: number;
  keys?: string[];
}

export const jobsIn = (store: Store) => store.collection<TestJob & Record<string, unknown>>("job");

export const LEASE_MS = 30_000;

export type TestKind = JobKind<TestJob>;

/** A kind whose jobs finish when `run` resolves, unless `run` returns how they ended. */
export function testKind(
  run: (claim: Claim<TestJob>, job: { isRetry: boolean }) => Promise<unknown>,
  more: Partial<TestKind> = {},
): TestKind {
  return {
    name: "test",
    collection: "job",
    concurrency: 4,
    leaseMs: LEASE_MS,
    retry: { firstMs: 1_000, mostMs: 8_000 },
    async run(claim, job) {
      const end = await run(claim, job);
      if (end === "settled" || end === "unavailable") return end;
      await claim.finish();
      return "settled";
    },
    ...more,
  };
}

export interface TestRunner {
  runner: JobRunner;
  events: JobEvent[];
  storeErrors: unknown[];
  /** Polls, and waits until what that started is done. */
  work(): Promise<void>;
}

/** One process' runner. Several of them on one store are as several processes. */
export function startRunner(store: Store, clock: FakeClock, ...kinds: TestKind[]): TestRunner {
  const events: JobEvent[] = [];
  const storeErrors: unknown[] = [];
  const runner = new JobRunner({
    clock,
    onEvent: (event) => events.push(event),
    onStoreError: (error) => storeErrors.push(error),
  });
  for (const kind of kinds) runner.add(kind);
  runner.open("preview", store);
  const work = async () => {
    await runner.poll();
    await runner.settled();
  };
  return { runner, events, storeErrors, work };
}

export { FakeClock };
