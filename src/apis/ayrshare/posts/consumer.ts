import { type ConsumerPair, Publishing } from "../../../domains/publishing/index.ts";
import type { SocialAccountDocument } from "../../../domains/social/index.ts";
import { ApiRefusal } from "../../problem.ts";
import type { RouteContext } from "../../route.ts";
import { CODES, refusal } from "../errors.ts";
import { storable } from "../storable.ts";

const KEY = "X-Twitter-OAuth1-Api-Key";
const SECRET = "X-Twitter-OAuth1-Api-Secret";
const MAX_LENGTH = 500;

/** The X consumer pair that the caller sent; undefined if it sent none. @throws ApiRefusal if one of the two is missing */
export function consumerIn({
  header,
  isRepeated,
}: Pick<RouteContext, "header" | "isRepeated">): ConsumerPair | undefined {
  for (const name of [KEY, SECRET]) {
    if (isRepeated(name.toLowerCase())) throw refusal(400, `The header ${name} was sent several times.`);
  }
  const [key, secret] = [KEY, SECRET].map((name) => header(name.toLowerCase()));
  if (key === undefined && secret === undefined) return undefined;
  for (const [name, value] of [
    [KEY, key],
    [SECRET, secret],
  ] as const) {
    if (!value) throw refusal(400, `The header ${name} is missing. Send both ${KEY} and ${SECRET}.`);
    if (value.length > MAX_LENGTH) throw refusal(400, `The header ${name} is too long.`);
  }
  return { key: key!, secret: secret! };
}

/**
 * The pair to use for the account: the caller's, if the account's calls are signed.
 * @returns "missing" if they are and neither the caller, the game's integrations nor the settings have one
 */
export async function consumerFor(
  context: RouteContext,
  account: SocialAccountDocument,
  sent: ConsumerPair | undefined,
): Promise<ConsumerPair | "missing" | undefined> {
  const { kernel, documents } = context;
  if (account.platform !== "twitter") return undefined;
  const credentials = await kernel.service(Publishing).open(documents, account);
  // Only calls of OAuth 1.0a are signed.
  if (credentials?.tokenSecret === undefined) return undefined;
  if (sent ?? credentials.consumer) return sent;
  const settings = kernel.service(Publishing).settings;
  return settings["twitterConsumerKey"] && settings["twitterConsumerSecret"] ? undefined : "missing";
}

export const CONSUMER_MISSING = `This X account needs the consumer key and secret of your X app. Send the headers ${KEY} and ${SECRET}.`;

export const consumerMissing = (beside: Record<string, unknown> = {}) =>
  new ApiRefusal(400, CODES.X_CREDENTIALS_REQUIRED, CONSUMER_MISSING, {
    beside: { action: "x_credentials_required", ...beside },
  });

/** Seals a pair for one post. @throws ApiRefusal if the server has no key to store secrets with */
export async function sealed({ kernel }: RouteContext, pair: ConsumerPair | undefined): Promise<string | undefined> {
  return pair && storable(() => kernel.service(Publishing).sealConsumer(pair));
}
