import { settingsOf } from "../../config.ts";
import { LeaseLost } from "../../jobs/claim.ts";
import {
  type AnyPublisher,
  type Draft,
  type Network,
  OutcomeUnknown,
  type PublisherContext,
  PublishRefused,
} from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import type { PostDocument, SocialAccountDocument, Target } from "../social/index.ts";
import { withContext } from "./context.ts";
import { canRenew, withUsableAccount } from "./credentials.ts";
import type { PublishingParts } from "./parts.ts";
import { failed, LOOK_UP_AFTER_MS, outcomeOfLookUp, outcomeOfRefusal, unknownOutcome } from "./refusals.ts";
import type { ConsumerPair } from "./secrets.ts";
import type { Sending } from "./send-target.ts";
import { ownSettings } from "./settings.ts";
import { type Outcome, type Place, saveProgress } from "./targets.ts";
import type { Usable } from "./usable.ts";

/** Attempts that the network turned out not to have. Each is sent again, but not without end. */
const MAX_TRIES = 10;

/** A post as its publisher gets it for one target. */
export function draftOf(post: PostDocument, { accountId, network, text, media }: Target): Draft {
  return {
    text: text ?? post.text,
    media: media ?? post.media,
    options: post.options[network as Network] ?? {},
    key: `${post._id}-${accountId}`,
  };
}

/**
 * Calls the publisher once. "renew": the network refused the credentials, which were not renewed for this attempt.
 * @throws LeaseLost
 */
export async function publishOnce(
  { parts, post }: Sending,
  place: Place,
  attempt: Target,
  {
    publisher,
    account,
    networkAccount,
    consumer,
    areRenewed,
  }: Usable & { publisher: AnyPublisher; areRenewed: boolean },
): Promise<Outcome | { renew: SocialAccountDocument }> {
  let saved = { ...attempt.saved };
  const progress = {
    get saved() {
      return saved;
    },
    async save(values: Record<string, string>) {
      await saveProgress(place, attempt, { ...saved, ...values });
      saved = { ...saved, ...values };
    },
  };
  const { networks, clock, log } = parts;
  const work = (context: PublisherContext) =>
    publisher.publish(networks.settings, networkAccount, draftOf(post, attempt), context, progress);
  try {
    const published = await withContext(parts, (await consumerOf(parts, post)) ?? consumer, work);
    return { status: "published", published, at: clock.now() };
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    if (error instanceof PublishRefused) {
      const isOwn = post.consumer === undefined;
      if (isOwn && !areRenewed && canRenew(error, publisher, account)) return { renew: account };
      const outcome = outcomeOfRefusal(error, attempt, clock.now(), isOwn ? account : undefined);
      // Others of the account may have been refused at the same time.
      const isPaused = outcome.status === "queued" && outcome.pause !== undefined;
      return isPaused ? { ...outcome, retryAt: parts.pacing.takeTurn(account._id, outcome.retryAt) } : outcome;
    }
    if (!(error instanceof OutcomeUnknown)) {
      log.error({ err: error, post: post._id, network: publisher.network }, "sending a post failed unexpectedly");
    }
    if (!publisher.find) return unknownOutcome("The network did not say whether it published the post.");
    return { status: "publishing", retryAt: clock.now() + LOOK_UP_AFTER_MS };
  }
}

/** Finds out what happened to an attempt whose outcome is not known. "queued": nothing was published. */
export async function lookUp({ parts, post, account }: Sending, store: Store, attempt: Target): Promise<Outcome> {
  const { clock, config, networks, log } = parts;
  const publisher = networks.publisherOf(attempt.network);
  const attemptedAt = attempt.attemptedAt?.getTime() ?? post.scheduledFor.getTime();
  if (!publisher?.find) {
    return unknownOutcome("Sending was interrupted, and the network cannot be asked whether it published the post.");
  }
  if (!account || account.status === "disconnected") {
    return unknownOutcome("Sending was interrupted, and the account is no longer connected.");
  }
  try {
    const sent = await consumerOf(parts, post);
    const found = await withUsableAccount(parts, store, account, publisher, ({ networkAccount, consumer }) =>
      withContext(parts, sent ?? consumer, (context) =>
        publisher.find!(
          networks.settings,
          networkAccount,
          draftOf(post, attempt),
          { attemptedAt, saved: attempt.saved ?? {} },
          context,
        ),
      ),
    );
    if (found === "unknown") return unknownOutcome("The network does not say whether it published the post.");
    if (found !== "absent") return { status: "published", published: found, at: attemptedAt };
  } catch (error) {
    const isBrief = error instanceof OutcomeUnknown || isRepeatable(error);
    if (error instanceof PublishRefused && !isBrief) {
      const endsGrant = error.kind === "TOKEN" && post.consumer === undefined ? account : undefined;
      return unknownOutcome(`Whether the post was published is not known: ${error.message}`, endsGrant);
    }
    if (!isBrief) log.error({ err: error, post: post._id }, "looking a post up failed unexpectedly");
    return outcomeOfLookUp({ ...attempt, attemptedAt: new Date(attemptedAt) }, clock.now());
  }
  const lateMs = settingsOf(config, ownSettings).postLateMinutes * 60_000;
  if (lateMs > 0 && clock.now() > post.scheduledFor.getTime() + lateMs) {
    return failed("MISSED", "Sending was interrupted and nothing was published. It is too late to send it again.");
  }
  if ((attempt.tries ?? 0) >= MAX_TRIES) return failed("UNAVAILABLE", "The network did not publish the post.");
  return { status: "queued", retryAt: clock.now() };
}

function isRepeatable(error: unknown): boolean {
  return error instanceof PublishRefused && (error.kind === "RATE" || error.kind === "UNAVAILABLE");
}

/** The author's consumer pair, opened for one call alone. */
function consumerOf(
  { secrets }: PublishingParts,
  { consumer: sealed }: PostDocument,
): Promise<ConsumerPair | undefined> {
  return sealed === undefined ? Promise.resolve(undefined) : secrets.openConsumer(sealed);
}
