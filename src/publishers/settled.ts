import { type PublisherContext, PublishRefused } from "./publisher.ts";

/** How long a network's lists may lag behind. */
const SETTLED_MS = 60_000;

/**
 * "absent" for a post that a list does not have, once the list must have it.
 * @throws PublishRefused UNAVAILABLE before that
 */
export function untilSettled(network: string, attemptedAt: number, { now }: Pick<PublisherContext, "now">): "absent" {
  const retryAfterMs = attemptedAt + SETTLED_MS - now();
  if (retryAfterMs <= 0) return "absent";
  throw new PublishRefused("UNAVAILABLE", `${network}: its list of posts may not show the post yet`, { retryAfterMs });
}
