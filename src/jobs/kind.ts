import type { Stage } from "../game/game.ts";
import type { Filter, Update } from "../store/store.ts";
import type { Claim, JobDocument } from "./claim.ts";

/**
 * How a run of a job ended. "settled": the run settled its claim, or changed the job's `due` in a transaction of its
 * own. "unavailable": what the run needs is missing for now, such as a free script host; the attempt does not count.
 */
export type JobEnd = "settled" | "unavailable";

/**
 * One kind of durable background work. Its jobs are documents of one collection, which needs an index on `due`; what
 * they hold besides (`JobDocument`) is the domain's own.
 */
export interface JobKind<T extends JobDocument = JobDocument> {
  /** In logs. */
  readonly name: string;
  readonly collection: string;
  /** How many ready jobs of one stage this process works on at the same time. */
  readonly concurrency: number;
  /** In milliseconds: how soon another process resumes the jobs of one that was killed. */
  readonly leaseMs: number;
  /** The pauses between attempts; see `backoffMs`. */
  readonly retry: { readonly firstMs: number; readonly mostMs: number };
  /**
   * A job is given up when this many attempts failed or ended with their process. Errors of the store that may pass do
   * not count. By default a job is never given up.
   */
  readonly maxAttempts?: number;
  /** Which of the stage's jobs this process can work on. All by default. Undefined: none at the moment. */
  filter?(stage: Stage): Filter | undefined;
  /** What polling changes of a job in the same write that claims it. It may not have `$inc`. */
  readonly claimUpdate?: Update;
  /**
   * Jobs that share a key run one after the other in this process, in the order of their start. Such a job keeps its
   * claim through the pauses between attempts, so that those behind it wait.
   */
  orderedBy?(document: T): readonly string[];
  /** Works on one job. It may run again after a crash at any point, so its writes belong with settling in one transaction. */
  run(claim: Claim<T>, job: { stage: Stage; isRetry: boolean }): Promise<JobEnd>;
  /** What happens with a job that is given up. By default it is deleted. `error` is undefined after crashes. */
  giveUp?(claim: Claim<T>, job: { stage: Stage; error: unknown }): Promise<void>;
}

/** What the runner reports, for the log. */
export interface JobEvent {
  /** "failed": it is tried again. "gaveUp": it is not. "leaseLost": another process works on it. */
  type: "failed" | "gaveUp" | "leaseLost";
  kind: string;
  stage: Stage;
  id: unknown;
  attempts: number;
  error?: unknown;
}
