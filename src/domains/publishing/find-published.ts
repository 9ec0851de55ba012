import { OutcomeUnknown, PublishRefused } from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import { type PostDocument, social, type Target } from "../social/index.ts";
import { withContext } from "./context.ts";
import { usableAccount } from "./credentials.ts";
import type { PublishingParts } from "./parts.ts";
import { draftOf } from "./publisher-calls.ts";
import type { ConsumerPair } from "./secrets.ts";

/** Their look-ups say what an upload became, also after the post was deleted. */
const NOT_LISTED: readonly Target["network"][] = ["tiktok", "youtube"];

/** See `Publishing.findPublished`. */
export async function findPublished(
  store: Store,
  post: PostDocument,
  consumer: ConsumerPair | undefined,
  parts: PublishingParts,
): Promise<Target["network"][]> {
  const published = post.targets.filter(({ status }) => status === "published");
  const found = await Promise.all(published.map((target) => isShown(store, post, target, consumer, parts)));
  return published.filter((_, i) => found[i]).map(({ network }) => network);
}

async function isShown(
  store: Store,
  post: PostDocument,
  target: Target,
  consumer: ConsumerPair | undefined,
  parts: PublishingParts,
): Promise<boolean> {
  const { accountId, network, attemptedAt, saved = {}, externalId } = target;
  const publisher = parts.networks.publisherOf(network);
  const account = await social(store).accounts.findOne({ _id: accountId });
  if (!publisher?.find || NOT_LISTED.includes(network)) return false;
  if (!account || account.status === "disconnected" || !attemptedAt) return false;
  try {
    const { networkAccount, consumer: own } = await usableAccount(parts, store, account, publisher);
    const attempt = { attemptedAt: attemptedAt.getTime(), saved };
    const draft = draftOf(post, target);
    const found = await withContext(parts, consumer ?? own, (context) =>
      publisher.find!(parts.networks.settings, networkAccount, draft, attempt, context),
    );
    return typeof found === "object" && found.id === externalId;
  } catch (error) {
    if (error instanceof PublishRefused || error instanceof OutcomeUnknown) return false;
    throw error;
  }
}
