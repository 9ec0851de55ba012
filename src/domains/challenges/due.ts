import type { Clock } from "../../clock.ts";
import type { JobKind } from "../../jobs/kind.ts";
import type { DomainService } from "../../kernel/domain.ts";
import type { Messages } from "../messages/index.ts";
import { changeChallenge } from "./change.ts";

export interface DueChallengesOptions {
  clock: Clock;
  messages: Pick<Messages, "post" | "write" | "deliver">;
}

/**
 * What time does to challenges: they begin, expire and end. The job's document is the challenge itself. Each change is one
 * transaction with its messages. Any other change of the challenge does the same first and ends the claim; then nothing is
 * left for the job to do. So it happens once.
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
    // Short, as a second server that does the same at the same time does no harm.
    leaseMs: 5_000,
    retry: { firstMs: 1_000, mostMs: 60_000 },
    async run({ store, document }, { stage }) {
      const post = await store.transaction(async (documents) => {
        const attempt = messages.post(stage);
        const work = { documents, messages: attempt, now: clock.now() };
        await changeChallenge(work, String(document._id), () => {});
        await messages.write(attempt, documents);
        return attempt;
      });
      messages.deliver(post);
      return "settled";
    },
  };
}
