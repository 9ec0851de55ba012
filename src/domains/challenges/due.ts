import type { Clock } from "../../clock.ts";
import type { JobKind } from "../../jobs/kind.ts";
import type { DomainService } from "../../kernel/domain.ts";
import type { Messages } from "../messages/index.ts";
import { changeChallenge } from "./change.ts";

export interface DueChallengesOptions {
  clock: Clock;
  messages: Pick<Messages, "outbox" | "write" | "deliver">;
}

/**
 * Starts, expires and ends challenges when their time comes. The job's document is the challenge itself. Each change is
 * one transaction with its messages. It happens exactly once: every other change of the challenge first makes the
 * changes that are due, and ends the job's claim.
 */
export class DueChallenges implements DomainService {
  readonly jobs: readonly [JobKind];

  constructor(options: DueChallengesOptions) {
    this.jobs = [dueChallengeJobs(options)];
  }
}

function dueChallengeJobs({ clock, messages }: DueChallengesOptions): JobKind {
  return {
    name: "challenge",
    collection: "challengeInstance",
    concurrency: 8,
    // Short, because two servers may safely run the same job.
    leaseMs: 5_000,
    retry: { firstMs: 1_000, mostMs: 60_000 },
    async run({ store, document }, { stage }) {
      const outbox = await store.transaction(async (documents) => {
        const attempt = messages.outbox(stage);
        const work = { documents, messages: attempt, now: clock.now() };
        await changeChallenge(work, String(document._id), () => {});
        await messages.write(attempt, documents);
        return attempt;
      });
      messages.deliver(outbox);
      return "settled";
    },
  };
}
