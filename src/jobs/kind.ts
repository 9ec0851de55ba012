import type { Stage } from "../game/game.ts";
import type { Filter, Update } from "../store/store.ts";
import type { Claim, JobDocument } from "./claim.ts";

/**
 * How a run ended. "settled": it settled its claim, or changed the job's `due` in its own transaction. "unavailable":
 * something it needs, such as a free script host, is temporarily missing; the attempt does not count.
 */
export type JobEnd = "settled" | "unavailable";

/**
 * One kind of durable background work. Its jobs are the documents of one collection, which needs an index on `due`.
 * Members beyond `JobDocument` belong to the domain.
 */
export interface JobKind<T extends JobDocument = JobDocument> {
  readonly name: string;
  readonly collection: string;
  /** How many jobs of one stage this process runs at the same time. */
  readonly concurrency: number;
  /** In milliseconds. After a crash, another process resumes the jobs once the lease has expired. */
  readonly leaseMs: number;
  /** Delays between attempts; see `backoffMs`. */
  readonly retry: { readonly firstMs: number; readonly mostMs: number };
  /**
   * The job is given up after this many attempts that failed or ended with their process. Transient store errors do not
   * count. By default, a job is never given up.
   */
  readonly maxAttempts?: number;
  /**
   * Jobs start within some 50 ms of their time, instead of at the next poll. It costs a timer and two indexed reads for
   * each batch of jobs.
   */
  readonly isPunctual?: boolean;
  /** Selects the jobs of the stage that this process can run. All by default; undefined means none for now. */
  filter?(stage: Stage): Filter | undefined;
  /** A change made to a job in the write that claims it. It may not use `$inc`. */
  readonly claimUpdate?: Update;
  /**
   * Jobs with a common key run one after the other in this process, in the order they were started. Such a job keeps
   * its claim between attempts, so the jobs behind it wait.
   */
  orderedBy?(document: T): readonly string[];
  /** Runs one job. A crash may repeat it from any point, so do its writes in the transaction that settles the claim. */
  run(claim: Claim<T>, job: { stage: Stage; isRetry: boolean }): Promise<JobEnd>;
  /** Handles a job that is given up. By default it is deleted. `error` is undefined after crashes. */
  giveUp?(claim: Claim<T>, job: { stage: Stage; error: unknown }): Promise<void>;
}

export interface JobEvent {
  /** "failed": will be retried. "gaveUp": will not be retried. "leaseLost": another process has claimed the job. */
  type: "failed" | "gaveUp" | "leaseLost";
  kind: string;
  stage: Stage;
  id: unknown;
  attempts: number;
  error?: unknown;
}
